package dev.graft.report;

import java.io.IOException;

/** Receives the events of a run, on the training thread. An exception stops the run. */
@FunctionalInterface
public interface TrainingListener {
    /**
     * Called for every event. A listener must ignore events and metrics that it does not know.
     *
     * @throws IOException when the event cannot be written
     */
    void on(Event event) throws IOException;

    /** Handles events of one type. */
    @FunctionalInterface
    interface Action<E extends Event> {
        /**
         * Called for every event of this type.
         *
         * @throws IOException when the event cannot be written
         */
        void of(E event) throws IOException;
    }

    /** A listener for events of one type only. */
    static <E extends Event> TrainingListener on(Class<E> type, Action<? super E> action) {
        return event -> {
            if (type.isInstance(event)) action.of(type.cast(event));
        };
    }
}
