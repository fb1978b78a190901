package dev.graft.predict;

import dev.graft.torch.ExitGuard;
import java.util.function.Consumer;

/**
 * The calls of a predictor that are accepted and not answered yet. Each keeps the network that was there when it began. A network that was
 * replaced is freed after its last call. Thread-safe.
 */
final class Calls implements AutoCloseable {
    private final Consumer<ReadyNetwork> free;
    private Use current;
    private int open;
    private boolean closed;

    /** A network and how many calls use it. Guarded by the calls. */
    private static final class Use {
        final ReadyNetwork network;
        int calls;

        Use(ReadyNetwork network) {
            this.network = network;
        }
    }

    /**
     * Calls of a network.
     *
     * @param free frees a network that was replaced; called by any thread, returns at once
     */
    Calls(ReadyNetwork first, Consumer<ReadyNetwork> free) {
        this.current = new Use(first);
        this.free = free;
    }

    /**
     * Accepts a call.
     *
     * @throws IllegalStateException after {@link #close}, or when the JVM is exiting and accepts no more calls
     */
    synchronized Call begin() {
        if (closed) throw new IllegalStateException("predictor: used after close; open a new one");
        Call call = new Call(ExitGuard.begin(), current);
        current.calls++;
        open++;
        return call;
    }

    /** The network of calls that begin now. */
    synchronized ReadyNetwork network() {
        return current.network;
    }

    /** Gives this network to calls that begin from now on. */
    synchronized void replace(ReadyNetwork next) {
        Use old = current;
        current = new Use(next);
        if (old.calls == 0) free.accept(old.network);
    }

    private synchronized void end(Use use) {
        use.calls--;
        if (use != current && use.calls == 0) free.accept(use.network);
        open--;
        notifyAll();
    }

    /** Refuses new calls, and waits until all accepted ones are answered, also when the thread is interrupted. */
    @Override
    public synchronized void close() {
        closed = true;
        boolean interrupted = false;
        while (open > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    /** A call, from its acceptance to its answer. */
    final class Call implements AutoCloseable {
        private final ExitGuard.Work work;
        private final Use use;

        private Call(ExitGuard.Work work, Use use) {
            this.work = work;
            this.use = use;
        }

        /** The network that answers it. */
        ReadyNetwork network() {
            return use.network;
        }

        /** Throws if the JVM is exiting and does not wait for the rest of a long call. */
        void goOn() {
            work.goOn();
        }

        @Override
        public void close() {
            end(use);
            work.close();
        }
    }
}
