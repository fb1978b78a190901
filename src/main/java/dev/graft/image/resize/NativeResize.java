package dev.graft.image.resize;

import dev.graft.image.resize.PillowResize.Job;
import dev.graft.javacpp.KernelLibrary;
import dev.graft.natives.global.Kernels;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.ShortPointer;

/**
 * The resize with Graft's native library, if {@link KernelLibrary} has one for this machine. {@link JavaResize} gives
 * the same result.
 */
final class NativeResize {
    /**
     * Limit for the scratch memory, which has a line for each source row. Java, which needs less, resizes extremely
     * high pictures.
     */
    private static final long MOST_SCRATCH = 64 << 20;

    private NativeResize() {}

    /** Whether the scratch memory is within the limit. */
    static boolean fits(Job job) {
        long needed = scratch(job);
        return needed >= 0 && needed <= MOST_SCRATCH;
    }

    private static long scratch(Job job) {
        return Kernels.graft_resample_scratch(
                job.source().width(),
                job.source().height(),
                job.channels(),
                job.across().pixels(),
                job.down().pixels(),
                job.across().groups(),
                job.down().groups());
    }

    /**
     * Fills {@code result} with the rows of the job's result. Memory outside Java's heap is used directly. Arrays are
     * copied, not pinned: while an array is pinned, the G1 collector of Java 17 waits, and with many more threads than
     * cores other threads got OutOfMemoryErrors.
     */
    static void run(Job job, ByteBuffer result) {
        Bitmap from = job.source();
        int made = job.resultLength();
        try (Table across = new Table(job.across());
                Table down = new Table(job.down());
                BytePointer source = outside(from.pixels(), from.length());
                BytePointer out = outside(result, made);
                BytePointer memory = new BytePointer(scratch(job))) {
            if (!from.pixels().isDirect()) source.asByteBuffer().put(0, from.pixels(), 0, from.length());
            int code = Kernels.graft_resample(
                    source,
                    from.stride(),
                    from.width(),
                    from.height(),
                    job.channels(),
                    job.across().pixels(),
                    across.start,
                    across.halves,
                    job.across().groups(),
                    job.down().pixels(),
                    down.start,
                    down.halves,
                    job.down().groups(),
                    job.verticalFirst() ? 1 : 0,
                    out,
                    (long) job.channels() * job.across().pixels(),
                    memory,
                    memory.capacity());
            if (code != 0)
                throw new IllegalStateException("resize: the native code refused its arguments with code " + code);
            if (!result.isDirect()) out.asByteBuffer().get(0, result.array(), result.arrayOffset(), made);
        }
    }

    /** The buffer's memory, or new native memory for a buffer on the heap. */
    private static BytePointer outside(ByteBuffer buffer, long n) {
        return buffer.isDirect() ? new BytePointer(buffer.slice(0, (int) n)) : new BytePointer(n);
    }

    /** The weights of one direction in native memory. */
    private static final class Table implements AutoCloseable {
        final IntPointer start;
        final ShortPointer halves;

        Table(ResizeWeights weights) {
            start = new IntPointer((long) weights.start.length);
            start.asBuffer().put(weights.start);
            short[] numbers = weights.halves();
            halves = new ShortPointer((long) numbers.length);
            halves.asBuffer().put(numbers);
        }

        @Override
        public void close() {
            start.close();
            halves.close();
        }
    }
}
