package dev.graft.predict;

import dev.graft.torch.ExitGuard;

/** The calls of a predictor that are accepted and not answered yet. Thread-safe. */
final class Calls implements AutoCloseable {
    private int open;
    private boolean closed;

    /**
     * Accepts a call.
     *
     * @throws IllegalStateException after {@link #close}, or when the JVM is exiting and accepts no more calls
     */
    synchronized Call begin() {
        if (closed) throw new IllegalStateException("predictor: used after close; open a new one");
        Call call = new Call(ExitGuard.begin());
        open++;
        return call;
    }

    private synchronized void end() {
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

        private Call(ExitGuard.Work work) {
            this.work = work;
        }

        /** Throws if the JVM is exiting and does not wait for the rest of a long call. */
        void goOn() {
            work.goOn();
        }

        @Override
        public void close() {
            end();
            work.close();
        }
    }
}
