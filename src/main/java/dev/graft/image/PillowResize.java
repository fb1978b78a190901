package dev.graft.image;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Pillow's antialiased bilinear resize for 8-bit RGB, equal in every byte.
 *
 * <p>Horizontal first, rounded to bytes, then vertical; weights are fixed-point numbers of 22 bits; a sum is rounded by
 * adding a half. A source row is filtered once and added at once to every output row that it reaches, so no picture of
 * intermediate size exists, and the order of integer additions does not change their sum.
 */
public final class PillowResize {
    private static final int PRECISION_BITS = 32 - 8 - 2;
    private static final int HALF = 1 << (PRECISION_BITS - 1);
    private static final int MOST_CACHED = 1024;
    private static final Map<Axis, Weights> CACHE = new ConcurrentHashMap<>();

    private PillowResize() {}

    /**
     * The picture at another size: {@code Image.resize((width, height), BILINEAR)}.
     *
     * @param height in pixels, at least 1
     * @param width in pixels, at least 1
     */
    public static Pixels resize(Pixels source, int height, int width) {
        byte[] result = new byte[Math.toIntExact(3L * height * width)];
        Raster raster = new Raster(source.width(), source.height(), source.rgb());
        resize(raster, new Resize.Frame(width, height, 0, 0, width, height), new Scratch(), result);
        return new Pixels(width, height, result);
    }

    /** Fills {@code result} with the frame's window of the resized picture. */
    static void resize(Raster source, Resize.Frame frame, Scratch scratch, byte[] result) {
        Weights across = weights(new Axis(source.width(), frame.resizedWidth(), frame.left(), frame.width()));
        Weights down = weights(new Axis(source.height(), frame.resizedHeight(), frame.top(), frame.height()));
        int rowLength = 3 * frame.width();
        int[] row = scratch.row(rowLength);
        int[] sums = scratch.sums(rowLength * frame.height());
        Arrays.fill(sums, 0, rowLength * frame.height(), HALF);

        int firstOpen = 0;
        int lastRow = down.end(frame.height() - 1);
        for (int y = down.start[0]; y < lastRow; y++) {
            horizontal(source.rgb(), 3 * y * source.width(), across, row);
            while (down.end(firstOpen) <= y) firstOpen++;
            for (int out = firstOpen; out < frame.height() && down.start[out] <= y; out++)
                addRow(row, rowLength, down.weight(out, y), sums, out * rowLength);
        }
        for (int i = 0; i < rowLength * frame.height(); i++) result[i] = (byte) clip(sums[i]);
    }

    private static void horizontal(byte[] rgb, int rowStart, Weights across, int[] row) {
        int[] weights = across.weights;
        for (int x = 0, to = 0; x < across.start.length; x++) {
            int red = HALF;
            int green = HALF;
            int blue = HALF;
            int from = rowStart + 3 * across.start[x];
            int first = x * across.stride;
            for (int k = first; k < first + across.count[x]; k++, from += 3) {
                int weight = weights[k];
                red += (rgb[from] & 255) * weight;
                green += (rgb[from + 1] & 255) * weight;
                blue += (rgb[from + 2] & 255) * weight;
            }
            row[to++] = clip(red);
            row[to++] = clip(green);
            row[to++] = clip(blue);
        }
    }

    /** A loop of its own, so that the compiler makes vector instructions of it. */
    private static void addRow(int[] row, int length, int weight, int[] sums, int at) {
        for (int i = 0; i < length; i++) sums[at + i] += row[i] * weight;
    }

    private static int clip(int sum) {
        return Math.max(0, Math.min(255, sum >> PRECISION_BITS));
    }

    private static Weights weights(Axis axis) {
        Weights known = CACHE.get(axis);
        if (known != null) return known;
        Weights made = Weights.of(axis);
        if (CACHE.size() >= MOST_CACHED) CACHE.clear(); // pictures of a thousand sizes: start again, stay bounded
        if (made.weights.length < 1 << 16) CACHE.put(axis, made);
        return made;
    }

    /** One direction: {@code source} pixels become {@code resized}, of which {@code count} from {@code from} on are wanted. */
    private record Axis(int source, int resized, int from, int count) {}

    /** For every wanted pixel: where its source pixels start, how many they are, and their weights. */
    private static final class Weights {
        final int[] start;
        final int[] count;
        final int[] weights;
        final int stride;

        private Weights(int pixels, int stride) {
            this.stride = stride;
            start = new int[pixels];
            count = new int[pixels];
            weights = new int[Math.multiplyExact(pixels, stride)];
        }

        int end(int pixel) {
            return start[pixel] + count[pixel];
        }

        int weight(int pixel, int source) {
            return weights[pixel * stride + source - start[pixel]];
        }

        static Weights of(Axis axis) {
            double scale = (double) axis.source / axis.resized;
            double support = Math.max(scale, 1.0); // a triangle as wide as the pixels it shrinks together
            Weights made = new Weights(axis.count, (int) Math.ceil(support) * 2 + 1);
            double[] shares = new double[made.stride];
            for (int i = 0; i < axis.count; i++) {
                double center = (axis.from + i + 0.5) * scale;
                int start = Math.max(0, (int) (center - support + 0.5));
                int count = Math.min(axis.source, (int) (center + support + 0.5)) - start;
                double total = 0;
                for (int k = 0; k < count; k++) {
                    shares[k] = triangle((k + start - center + 0.5) * (1.0 / support));
                    total += shares[k];
                }
                made.start[i] = start;
                made.count[i] = count;
                for (int k = 0; k < count; k++)
                    made.weights[i * made.stride + k] =
                            (int) (0.5 + (total == 0 ? shares[k] : shares[k] / total) * (1 << PRECISION_BITS));
            }
            return made;
        }

        private static double triangle(double x) {
            return Math.max(0, 1 - Math.abs(x));
        }
    }
}
