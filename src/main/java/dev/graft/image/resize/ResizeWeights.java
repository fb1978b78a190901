package dev.graft.image.resize;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The weights for one direction of a resize: for each output pixel the first source pixel, the number of source pixels,
 * and their weights as fixed-point numbers of 22 bits. Computed as in Pillow ({@code precompute_coeffs} in its
 * Resample.c).
 */
final class ResizeWeights {
    static final int PRECISION_BITS = 32 - 8 - 2;

    private static final int LOW_BITS = 11;
    private static final int MOST_CACHED = 1024;
    private static final int MOST_WEIGHTS = 1 << 20; // of all cached ones together: 12 MB
    private static final AtomicLong CACHED_WEIGHTS = new AtomicLong();
    private static final Map<Axis, ResizeWeights> CACHE = new ConcurrentHashMap<>();

    /**
     * One direction of a job: of {@code source} pixels, those between {@code low} and {@code high} are resized to
     * {@code resized} pixels, of which {@code count} are needed, beginning at {@code from}.
     */
    record Axis(ResizeFilter filter, int source, float low, float high, int resized, int from, int count) {
        /** The whole source. */
        static Axis whole(ResizeFilter filter, int source, int resized, int from, int count) {
            return new Axis(filter, source, 0, source, resized, from, count);
        }
    }

    final int[] start;
    final int[] count;
    final long[] weights;
    final int stride;
    private volatile short[] halves;

    private ResizeWeights(int pixels, int stride) {
        this.stride = stride;
        start = new int[pixels];
        count = new int[pixels];
        weights = new long[Math.multiplyExact(pixels, stride)];
    }

    /** The weights, possibly from the cache. Immutable and shared by threads. */
    static ResizeWeights of(Axis axis) {
        ResizeWeights known = CACHE.get(axis);
        if (known != null) return known;
        ResizeWeights made = make(axis);
        int size = made.weights.length;
        if (size > MOST_WEIGHTS / 16) return made;
        if (CACHE.size() >= MOST_CACHED || CACHED_WEIGHTS.get() + size > MOST_WEIGHTS) {
            CACHE.clear(); // very many different sizes: clear, to limit the memory
            CACHED_WEIGHTS.set(0);
        }
        if (CACHE.put(axis, made) == null) CACHED_WEIGHTS.addAndGet(size);
        return made;
    }

    static long cachedWeights() {
        return CACHED_WEIGHTS.get();
    }

    int pixels() {
        return start.length;
    }

    /** The index after the last source pixel of an output pixel. */
    int end(int pixel) {
        return start[pixel] + count[pixel];
    }

    /** The index after the last source pixel of all output pixels. */
    int end() {
        return end(start.length - 1);
    }

    int weight(int pixel, int source) {
        return (int) weights[pixel * stride + source - start[pixel]];
    }

    /** The number of groups of four weights for each pixel in {@link #halves}. */
    int groups() {
        return (stride + 3) / 4;
    }

    /** The weights for the native kernel: in groups of four, first the high parts, then the low parts of 11 bits. */
    short[] halves() {
        if (halves == null) {
            short[] made = new short[Math.multiplyExact(8 * groups(), pixels())];
            for (int i = 0; i < pixels(); i++)
                for (int k = 0; k < count[i]; k++) {
                    int weight = (int) weights[i * stride + k];
                    int at = (i * groups() + k / 4) * 8 + k % 4;
                    made[at] = (short) (weight >> LOW_BITS);
                    made[at + 4] = (short) (weight & (1 << LOW_BITS) - 1);
                }
            halves = made;
        }
        return halves;
    }

    private static ResizeWeights make(Axis axis) {
        double scale = (double) (axis.high - axis.low) / axis.resized; // a difference of floats, as in Pillow
        double stretch = Math.max(scale, 1.0); // when shrinking, the filter is wider
        double support = axis.filter.support() * stretch;
        int most = Math.min(axis.source, (int) Math.ceil(support) * 2 + 1);
        ResizeWeights made = new ResizeWeights(axis.count, most);
        double[] shares = new double[most];
        for (int i = 0; i < axis.count; i++) {
            double center = axis.low + (axis.from + i + 0.5) * scale;
            int start = Math.max(0, (int) (center - support + 0.5));
            int count = Math.min(axis.source, (int) (center + support + 0.5)) - start;
            double total = 0;
            for (int k = 0; k < count; k++) {
                shares[k] = axis.filter.weight((k + start - center + 0.5) * (1.0 / stretch));
                total += shares[k];
            }
            made.start[i] = Math.min(start, axis.source - 1);
            made.count[i] = Math.max(count, 0);
            for (int k = 0; k < count; k++)
                made.weights[i * made.stride + k] = rounded(total == 0 ? shares[k] : shares[k] / total);
        }
        return made;
    }

    private static int rounded(double share) {
        return (int) (share * (1 << PRECISION_BITS) + (share < 0 ? -0.5 : 0.5));
    }
}
