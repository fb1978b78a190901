package dev.graft.torch;

import dev.graft.javacpp.JavaCpp;
import dev.graft.javacpp.KernelLibrary;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/**
 * The number of threads that compute, one setting for the whole process. The default is the number of physical cores,
 * or of processors that the container allows if that is less. Environment variables are ignored. Thread-safe.
 *
 * <p>It is the number of threads inside one operation of LibTorch (OpenMP, for every calling thread) and of OpenBLAS,
 * which LibTorch's own setting does not reach. TorchScript's {@code fork} gets one extra thread. OpenCV uses only the
 * thread that calls it: several pictures are decoded in parallel, each in one thread.
 *
 * <p>Decoding threads ({@link #decoders}) come in addition, with the same default number. A small picture takes a
 * twelfth of the time to decode that a ResNet18 needs to compute on it, and decoders stop two batches ahead, so they
 * sleep most of the time. For large photographs, which take longer to decode than to compute on, one decoder would be
 * too slow. On two cores, two threads with one, two or four decoders took the same time within the noise of a busy
 * machine (ratios 0.96 to 1.09).
 */
public final class Threads {
    /** Each needs memory for a decoded picture; eight decode 4,000 small pictures a second. */
    private static final int MOST_DECODERS = 8;

    private static final Cores CORES = Cores.read();
    /** The number last set for the calling thread: OpenMP keeps one for each thread. */
    private static final ThreadLocal<Integer> TOLD = new ThreadLocal<>();

    /** Whether the calling thread computes alone, see {@link One}. */
    private static final ThreadLocal<Boolean> ALONE = ThreadLocal.withInitial(() -> false);

    private static volatile int chosen; // 0: not set

    private Threads() {}

    /**
     * Sets the number of threads that compute.
     *
     * @param count at least 1. The same count gives the same bits; another count may round differently
     */
    public static void set(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("threads: must be at least 1, was " + count);
        }
        Natives.load();
        chosen = count;
        apply();
    }

    /** The number of threads that compute. */
    public static int get() {
        int count = chosen;
        return count > 0 ? count : CORES.threads();
    }

    /** The default number of threads that decode pictures: as many as compute, at most eight. */
    public static int decoders() {
        return Math.min(get(), MOST_DECODERS);
    }

    /** Where the number comes from, in words. */
    public static String origin() {
        return chosen > 0 ? "as the program set it" : CORES.origin();
    }

    /**
     * One computing thread for the calling thread until it is closed, by the same thread. Where operations are small, threads wait for
     * each other longer than they compute. OpenBLAS has one number for the process: meanwhile it is one for all.
     */
    public static final class One implements AutoCloseable {
        /** Begins. */
        public One() {
            Natives.load();
            ALONE.set(true);
            tellCaller();
            tellBlas(1);
        }

        /** The setting holds again. */
        @Override
        public void close() {
            ALONE.remove();
            apply();
        }
    }

    /** Applies the setting for the first time, when LibTorch is loaded. */
    static void begin() {
        try {
            torch.set_num_interop_threads(1);
        } catch (RuntimeException e) { // too late: LibTorch was already in use
            System.getLogger("dev.graft")
                    .log(System.Logger.Level.DEBUG, "threads: those between operations stay as they are", e);
        }
        apply();
    }

    private static synchronized void apply() {
        tellBlas(get());
        tellCaller();
    }

    private static void tellBlas(int count) {
        if (KernelLibrary.call("libopenblas.so.0", "openblas_set_num_threads", count)) return;
        JavaCpp.load(() -> openblas_nolapack.blas_set_num_threads(count)); // no library may be loaded meanwhile
    }

    /** Applies the setting to the calling thread: oneDNN asks OpenMP, which has a setting for each thread. */
    static void tellCaller() {
        int count = ALONE.get() ? 1 : get();
        Integer told = TOLD.get();
        if (told == null || told != count) {
            torch.set_num_threads(count);
            TOLD.set(count);
        }
    }
}
