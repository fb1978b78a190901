package dev.graft.image;

import dev.graft.image.PillowResize.Job;
import dev.graft.javacpp.KernelLibrary;
import dev.graft.natives.global.Kernels;

/**
 * The resize by Graft's own native library, where {@link KernelLibrary} has one for this machine; {@link JavaResize} is its twin.
 */
final class NativeResize {
    /** A line of memory for each row of the source: a picture of extreme height is left to Java, which takes less. */
    private static final long MOST_SCRATCH = 64 << 20;

    private NativeResize() {}

    /** Whether the memory that it takes beside the pictures is moderate. */
    static boolean fits(Job job) {
        long needed = scratch(job);
        return needed >= 0 && needed <= MOST_SCRATCH;
    }

    private static long scratch(Job job) {
        return Kernels.graft_resample_scratch(
                job.width(),
                job.height(),
                job.channels(),
                job.across().pixels(),
                job.down().pixels(),
                job.across().groups(),
                job.down().groups());
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
        byte[] memory = scratch.lines(Math.toIntExact(scratch(job)));
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
