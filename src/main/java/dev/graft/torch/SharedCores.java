package dev.graft.torch;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.bytedeco.pytorch.global.torch;

/**
 * Tells OpenMP that its threads are not alone on the cores.
 *
 * <p>libgomp's threads spin for a while wherever one waits for another, as long as they are not more than the processors. When
 * others want the cores too, those who decode for a predictor or another process, a thread often spins while the one that it
 * waits for has no core, a time slice long, at each of a network's many parallel parts: on two busy cores a predictor gave 16
 * callers 1.5 pictures a second instead of 11. With more threads than processors they sleep at once. So there is a thread more
 * that computes nothing, with an OpenMP team of its own. Where nobody else wants the cores, spinning is a tenth quicker.
 *
 * <p>Any thread.
 */
public final class SharedCores {
    /** LibTorch gives a thread at least 32,768 numbers to fill. */
    private static final long ENOUGH_FOR_TWO = 1L << 17;

    private static boolean expected;

    private SharedCores() {}

    /** Says so, once for the process; with one computing thread nobody waits for another, and nothing is done. */
    public static synchronized void expect() {
        if (expected || Threads.get() < 2) return;
        expected = true;
        CountDownLatch teamed = new CountDownLatch(1);
        Thread spare = new Thread(() -> standBy(teamed), "graft-spare");
        spare.setDaemon(true);
        spare.start();
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
