package dev.graft.image;

import dev.graft.image.PillowResize.Job;
import dev.graft.javacpp.JavaCppLimits;
import dev.graft.natives.global.Kernels;
import org.bytedeco.javacpp.Loader;

/**
 * The resize by Graft's own native library, where there is one for this machine; {@link JavaResize} is its twin.
 *
 * <p>{@code -Dgraft.kernels=java} leaves the library alone, to compare them: the bytes are the same.
 */
final class NativeResize {
    private static final System.Logger LOG = System.getLogger("dev.graft");
    private static final String[] INSTRUCTIONS = {"plain C", "NEON", "AVX2", "AVX-512"};

    private NativeResize() {}

    /** Loaded with the first question, and asked for once: a machine does not change. */
    private static final class Library {
        static final boolean HERE = load();

        private static boolean load() {
            if ("java".equals(System.getProperty("graft.kernels"))) return false;
            JavaCppLimits.lift();
            try {
                Loader.load(Kernels.class);
                LOG.log(System.Logger.Level.DEBUG, () -> "natives: pictures are resized with " + instructions());
                return true;
            } catch (LinkageError e) {
                LOG.log(
                        System.Logger.Level.INFO,
                        "natives: no kernels of Graft for " + Loader.getPlatform()
                                + ": pictures are resized in Java, with the same result (docs/natives.md): "
                                + e.getMessage());
                return false;
            }
        }
    }

    /** Whether there is a library for this machine; loads it. */
    static boolean here() {
        return Library.HERE;
    }

    /** The instructions that the library uses here. */
    static String instructions() {
        return INSTRUCTIONS[Kernels.graft_instructions()];
    }

    /** Fills {@code result} with the rows of the job's result; arrays are pinned meanwhile, not copied. */
    static void run(Job job, Scratch scratch, byte[] result) {
        ResizeWeights across = job.across();
        ResizeWeights down = job.down();
        long pixels = (long) job.channels() * job.width() * job.height();
        long made = (long) job.channels() * across.pixels() * down.pixels();
        if (job.pixels().length < pixels || result.length < made)
            throw new IllegalArgumentException("arrays of " + job.pixels().length + " and " + result.length
                    + " bytes for " + pixels + " and " + made);
        long needed = Kernels.graft_resample_scratch(
                job.width(),
                job.height(),
                job.channels(),
                across.pixels(),
                down.pixels(),
                across.groups(),
                down.groups());
        if (needed < 0 || needed > Integer.MAX_VALUE - 64)
            throw new IllegalArgumentException(
                    "a picture of " + job.width() + " x " + job.height() + " is too large to be resized");
        byte[] memory = scratch.lines((int) needed);
        int code = Kernels.graft_resample(
                job.pixels(),
                (long) job.channels() * job.width(),
                job.width(),
                job.height(),
                job.channels(),
                across.pixels(),
                across.start,
                across.halves(),
                across.groups(),
                down.pixels(),
                down.start,
                down.halves(),
                down.groups(),
                job.verticalFirst() ? 1 : 0,
                result,
                (long) job.channels() * across.pixels(),
                memory,
                memory.length);
        if (code != 0) throw new IllegalStateException("the native resize refused its arguments with code " + code);
    }
}
