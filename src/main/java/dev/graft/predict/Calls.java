package dev.graft.predict;

import dev.graft.torch.ExitGuard;
import dev.graft.torch.SharedCores;
import java.util.function.Consumer;

/**
 * The calls of a predictor that are accepted and not answered yet. Each keeps the network that was there when it began. A network that was
 * replaced is freed after its last call. Thread-safe.
 */
final class Calls implements AutoCloseable {
    private final boolean single;
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
     * @param single whether most calls are for one picture: they share the cores with those that come at the same time
     * @param free frees a network that was replaced; called by any thread, returns at once
     */
    Calls(ReadyNetwork first, boolean single, Consumer<ReadyNetwork> free) {
        this.single = single;
        this.current = new Use(first);
        this.free = free;
    }

    /**
     * Accepts a call for one picture.
     *
     * @throws IllegalStateException after {@link #close}, or when the JVM is exiting and accepts no more calls
     */
    Call begin() {
        return begin(1);
    }

    /** Accepts a call for many pictures: some are decoded while the network computes others. Throws as {@link #begin} does. */
    Call beginPass() {
        return begin(2);
    }

    private synchronized Call begin(int cores) {
        if (closed) throw new IllegalStateException("predictor: used after close; open a new one");
        Call call = new Call(ExitGuard.begin(), current, single ? cores : 0);
        for (int i = 0; i < call.cores; i++) SharedCores.enter();
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

    private synchronized void end(Use use, int cores) {
        for (int i = 0; i < cores; i++) SharedCores.leave();
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
        SharedCores.rest();
        if (interrupted) Thread.currentThread().interrupt();
    }

    /** A call, from its acceptance to its answer. */
    final class Call implements AutoCloseable {
        private final ExitGuard.Work work;
        private final Use use;
        private final int cores; // that it keeps busy; 0 if others need not know

        private Call(ExitGuard.Work work, Use use, int cores) {
            this.work = work;
            this.use = use;
            this.cores = cores;
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
            end(use, cores);
            work.close();
        }
    }
}
