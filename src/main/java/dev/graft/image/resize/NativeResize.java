package dev.graft.image.resize;

import dev.graft.image.resize.PillowResize.Job;
import dev.graft.javacpp.KernelLibrary;
import dev.graft.natives.global.Kernels;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.ShortPointer;

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
                job.source().width(),
                job.source().height(),
                job.channels(),
                job.across().pixels(),
                job.down().pixels(),
                job.across().groups(),
                job.down().groups());
    }

    /**
     * Fills {@code result} with the rows of the job's result. What lies outside Java's heap is used where it lies. Arrays are
     * copied, not pinned: while one is pinned, the G1 collector of Java 17 waits, and with many more threads than cores it
     * gave others OutOfMemoryErrors.
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
            if (code != 0) throw new IllegalStateException("the native resize refused its arguments with code " + code);
            if (!result.isDirect()) out.asByteBuffer().get(0, result.array(), result.arrayOffset(), made);
        }
    }

    /** The buffer's memory, or fresh memory for one on the heap. */
    private static BytePointer outside(ByteBuffer buffer, long n) {
        return buffer.isDirect() ? new BytePointer(buffer.slice(0, (int) n)) : new BytePointer(n);
    }

    /** A direction's weights outside the heap. */
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
