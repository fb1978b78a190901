package dev.graft.torch;

import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/**
 * The one setting for threads that compute, for the whole process. Unless set it is the number of physical cores or of the
 * processors that the container leaves, whichever is less; no environment variable is looked at. Any thread may call.
 *
 * <p>It is how many threads one operation of LibTorch uses (OpenMP's, whichever thread calls) and one of OpenBLAS's, which
 * LibTorch's own call does not reach. What a script forks goes to one thread more, one after the other. OpenCV computes in
 * the thread that decodes, and that alone: pictures are decoded side by side.
 *
 * <p>Decoders ({@link #decoders}) are as many again. They share the cores and not the count: a small picture takes a twelfth
 * of the time to decode that a ResNet18 takes to compute on it, and decoders stop two batches ahead, so they sleep most of
 * the time, while a thread less to compute with would be missed all the time. One decoder would keep up with small pictures;
 * with large photographs, which take longer to decode than to compute on, all would wait for it. Two threads with one, two
 * or four decoders on two cores took the same time within the noise of a busy machine (ratios 0.96 to 1.09).
 */
public final class Threads {
    /** Each holds a decoded picture on the heap; these decode 4,000 small pictures a second. */
    private static final int MOST_DECODERS = 8;

    private static final Cores CORES = Cores.read();
    /** What the calling thread was told last: OpenMP keeps a number for each. */
    private static final ThreadLocal<Integer> TOLD = new ThreadLocal<>();

    private static volatile int chosen; // 0: nobody did

    private Threads() {}

    /**
     * Sets how many threads compute.
     *
     * @param count at least 1; the same count gives the same bits, another one may round differently
     */
    public static void set(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("threads: must be at least 1, was " + count);
        }
        Natives.load();
        chosen = count;
        apply();
    }

    /** How many threads compute. */
    public static int get() {
        int count = chosen;
        return count > 0 ? count : CORES.threads();
    }

    /** How many threads decode pictures, where nothing else is said: as many as compute, eight at most. */
    public static int decoders() {
        return Math.min(get(), MOST_DECODERS);
    }

    /** Where the number comes from, in words. */
    public static String origin() {
        return chosen > 0 ? "as the program set it" : CORES.origin();
    }

    /** The first time, as part of loading LibTorch. */
    static void begin() {
        try {
            torch.set_num_interop_threads(1);
        } catch (RuntimeException e) { // it works already: somebody else loaded it
            System.getLogger("dev.graft")
                    .log(System.Logger.Level.DEBUG, "threads: those between operations stay as they are", e);
        }
        apply();
    }

    private static synchronized void apply() {
        openblas_nolapack.blas_set_num_threads(get());
        tellCaller();
    }

    /** Makes the setting hold for what the calling thread does: oneDNN asks OpenMP, which knows it only of threads told. */
    static void tellCaller() {
        int count = get();
        Integer told = TOLD.get();
        if (told == null || told != count) {
            torch.set_num_threads(count);
            TOLD.set(count);
        }
    }
}
