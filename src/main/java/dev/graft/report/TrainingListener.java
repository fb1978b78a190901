package dev.graft.report;

import java.io.IOException;

/** Hears of a run's progress, on the training thread. An exception stops the run. */
@FunctionalInterface
public interface TrainingListener {
    /**
     * Something happened. There may be events, and metrics of an event, that a listener does not know: it passes over them.
     *
     * @throws IOException when it cannot be written down
     */
    void on(Event event) throws IOException;

    /** What is done with events of one type. */
    @FunctionalInterface
    interface Action<E extends Event> {
        /**
         * Something of this type happened.
         *
         * @throws IOException when it cannot be written down
         */
        void of(E event) throws IOException;
    }

    /** A listener to events of one type. */
    static <E extends Event> TrainingListener on(Class<E> type, Action<? super E> action) {
        return event -> {
            if (type.isInstance(event)) action.of(type.cast(event));
        };
    }
}
