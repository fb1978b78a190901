package dev.graft.torch;

import dev.graft.files.Lasting;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.bytedeco.pytorch.global.torch;

/**
 * Makes waiting OpenMP threads sleep instead of spin, because other threads need the cores too.
 *
 * <p>A thread of libgomp that waits for another one spins for a while, if there are not more threads than processors.
 * If other threads need the cores, such as decoders or other processes, a thread often spins for a whole time slice
 * while the thread that it waits for has no core. This happens in each parallel part of a network. On two busy cores, a
 * predictor with 16 callers gave 1.5 pictures a second instead of 11. With more threads than processors, libgomp's
 * threads sleep at once. So this class starts one extra thread with an OpenMP team of its own; it computes nothing. If
 * the cores are otherwise free, spinning is a tenth faster.
 *
 * <p>Thread-safe.
 */
public final class SharedCores {
    /** LibTorch uses a second thread only for more than 32,768 elements. */
    private static final long ENOUGH_FOR_TWO = 1L << 17;

    private static boolean expected;

    private SharedCores() {}

    /**
     * Starts the extra thread, once for the process. Does nothing with one computing thread, which waits for no other.
     */
    public static synchronized void expect() {
        if (expected || Threads.get() < 2) return;
        expected = true;
        CountDownLatch teamed = new CountDownLatch(1);
        Lasting.thread(() -> standBy(teamed), "graft-spare").start();
        boolean interrupted = false;
        while (true) {
            try {
                teamed.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    private static void standBy(CountDownLatch teamed) {
        try (NativeScope scope = NativeScope.open()) {
            torch.ones(ENOUGH_FOR_TWO);
        } finally {
            teamed.countDown();
        }
        while (true) LockSupport.park();
    }
}
