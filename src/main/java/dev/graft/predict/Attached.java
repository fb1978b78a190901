package dev.graft.predict;

import java.io.IOException;
import java.util.function.Consumer;

/**
 * Something that belongs to each network of a predictor, such as what sees the output of one of its layers, see {@link Predictor#attach}.
 * Thread-safe. Close it, or the predictor.
 *
 * @param <T> what it is
 */
public final class Attached<T> implements AutoCloseable {
    private final NetworkHost host;
    private final NetworkTask<T> make;
    private final Consumer<T> free;

    Attached(NetworkHost host, NetworkTask<T> make, Consumer<T> free) {
        this.host = host;
        this.make = make;
        this.free = free;
    }

    NetworkTask<T> make() {
        return make;
    }

    Consumer<T> free() {
        return free;
    }

    /**
     * Begins a call, which keeps the network that is there now until it ends, also when it is replaced meanwhile. Close it.
     *
     * @throws IllegalStateException after {@link #close} or that of the predictor, or when the JVM is exiting
     */
    public Use begin() {
        Calls.Call call = host.calls().begin();
        try {
            return new Use(call, call.network().attachments().value(this));
        } catch (RuntimeException | Error e) {
            call.close();
            throw e;
        }
    }

    /** A call. Used by one thread. */
    public final class Use implements AutoCloseable {
        private final Calls.Call call;
        private final T value;

        private Use(Calls.Call call, T value) {
            this.call = call;
            this.value = value;
        }

        /** What belongs to the network of this call. What touches native memory uses it in {@link #run} only. */
        public T value() {
            return value;
        }

        /**
         * Runs a task with the network of this call, as {@link Predictor#withNetwork} does. If the attachment was closed meanwhile, its
         * value is freed already.
         */
        public <R> R run(NetworkTask<R> task) throws IOException {
            return host.thread().call(() -> call.network().run(task));
        }

        /** Ends the call. */
        @Override
        public void close() {
            call.close();
        }
    }

    /** Frees the value of the predictor's network, on the predictor's thread; that of a replaced one goes with its network. */
    @Override
    public void close() {
        host.detach(this);
    }
}
