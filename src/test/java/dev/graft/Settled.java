package dev.graft;

import java.util.concurrent.locks.LockSupport;
import org.bytedeco.javacpp.Pointer;

/** JavaCPP's counts, once what other tests left to the collector is gone: it would be counted as freed by the test that asks. */
public final class Settled {
    private static final int SAME = 3;

    private Settled() {}

    /** {@link Pointer#totalCount}, the same three times in a row after a collection. */
    public static long count() {
        long count = Pointer.totalCount();
        for (int same = 0; same < SAME; ) {
            System.gc();
            LockSupport.parkNanos(50_000_000);
            same = Pointer.totalCount() == count ? same + 1 : 0;
            count = Pointer.totalCount();
        }
        return count;
    }
}
