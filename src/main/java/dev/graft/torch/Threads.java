package dev.graft.torch;

import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/** One setting for the threads of one operation: LibTorch's and OpenBLAS's, which LibTorch's own call does not reach. */
public final class Threads {
    private Threads() {}

    /**
     * Sets how many threads one operation may use, for the whole process.
     *
     * @param count at least 1; the same count gives the same bits, another one may round differently
     */
    public static void set(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("threads: must be at least 1, was " + count);
        }
        Natives.load();
        torch.set_num_threads(count);
        openblas_nolapack.blas_set_num_threads(count);
    }

    /** How many threads one operation of LibTorch uses. */
    public static int get() {
        Natives.load();
        return torch.get_num_threads();
    }
}
