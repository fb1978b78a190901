package dev.graft.torch;

import dev.graft.files.Lasting;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.bytedeco.pytorch.global.torch;

/**
 * Makes waiting OpenMP threads sleep instead of spin while several callers need the cores.
 *
 * <p>A thread of libgomp that waits for another one spins for a while, if there are not more threads than processors.
 * If other threads need the cores, such as decoders of other callers, a thread often spins for a whole time slice
 * while the thread that it waits for has no core. This happens in each parallel part of a network. On two busy cores, a
 * predictor with 16 callers gave 1.5 pictures a second instead of 11. With more threads than processors, libgomp's
 * threads sleep at once. So this class starts one extra thread with an OpenMP team of its own when a second call begins
 * before the first one has ended; it computes nothing. One caller alone leaves the cores to the network, which spinning
 * makes a sixth faster: the extra thread ends when calls have come one by one for a second.
 *
 * <p>Thread-safe.
 */
public final class SharedCores {
    /** LibTorch uses a second thread only for more than 32,768 elements. */
    private static final long ENOUGH_FOR_TWO = 1L << 17;

    private static final long ALONE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static int inside;
    private static long lastTogether;
    private static Spare spare; // null while one caller is alone, or where no thread can be started

    private SharedCores() {}

    /** A call begins, which uses the cores until {@link #leave}. Waits for no other call. */
    public static synchronized void enter() {
        inside++;
        if (inside > 1) {
            lastTogether = System.nanoTime();
            if (spare == null && Threads.get() > 1) spare = Spare.start(); // one computing thread waits for no other
        } else if (System.nanoTime() - lastTogether > ALONE_NANOS) {
            rest();
        }
    }

    /** A call has ended. */
    public static synchronized void leave() {
        if (inside > 1) lastTogether = System.nanoTime();
        inside--;
    }

    /** Ends the extra thread if no more than one call is inside. A later call may start it again. */
    public static synchronized void rest() {
        if (spare == null || inside > 1) return;
        spare.end();
        spare = null;
    }

    /** The extra thread. */
    private static final class Spare {
        private final CountDownLatch teamed = new CountDownLatch(1);
        private final Thread thread = Lasting.thread(this::standBy, "graft-spare");
        private volatile boolean over;

        static Spare start() {
            Spare spare = new Spare();
            try {
                spare.thread.start();
            } catch (OutOfMemoryError e) { // no thread can be started: slower, but right
                return null;
            }
            boolean interrupted = false;
            while (true) {
                try {
                    spare.teamed.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) Thread.currentThread().interrupt();
            return spare;
        }

        private void standBy() {
            try (NativeScope scope = NativeScope.open()) {
                torch.ones(ENOUGH_FOR_TWO);
            } finally {
                teamed.countDown();
            }
            while (!over) LockSupport.park(this);
        }

        void end() {
            over = true;
            LockSupport.unpark(thread);
        }
    }
}
