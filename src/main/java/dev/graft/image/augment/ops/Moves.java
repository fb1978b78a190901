package dev.graft.image.augment.ops;

/** Pixels that change their places, or get a new colour there. */
final class Moves {
    private Moves() {}

    static void flipLeftRight(Canvas canvas) {
        byte[] rgb = canvas.rgb();
        int row = 3 * canvas.width();
        for (int start = 0; start < rgb.length; start += row)
            for (int a = start, b = start + row - 3; a < b; a += 3, b -= 3) {
                swap(rgb, a, b);
                swap(rgb, a + 1, b + 1);
                swap(rgb, a + 2, b + 2);
            }
    }

    static void flipTopBottom(Canvas canvas) {
        byte[] from = canvas.rgb();
        byte[] to = canvas.spare();
        int row = 3 * canvas.width();
        for (int at = 0; at < from.length; at += row) System.arraycopy(from, at, to, from.length - row - at, row);
        canvas.swap();
    }

    /** Turns a picture by 180 degrees. */
    static void turnOver(Canvas canvas) {
        byte[] rgb = canvas.rgb();
        for (int a = 0, b = rgb.length - 3; a < b; a += 3, b -= 3) {
            swap(rgb, a, b);
            swap(rgb, a + 1, b + 1);
            swap(rgb, a + 2, b + 2);
        }
    }

    /** Turns a square picture by 90 degrees, counter-clockwise. */
    static void quarterTurn(Canvas canvas) {
        byte[] from = canvas.rgb();
        byte[] to = canvas.spare();
        int n = canvas.width();
        for (int y = 0, i = 0; y < n; y++)
            for (int x = 0; x < n; x++, i += 3) System.arraycopy(from, i, to, 3 * (n * (n - 1 - x) + y), 3);
        canvas.swap();
    }

    private static void swap(byte[] bytes, int a, int b) {
        byte value = bytes[a];
        bytes[a] = bytes[b];
        bytes[b] = value;
    }

    /** The part of the padded picture that begins {@code top} and {@code left} from the picture's corner. */
    static Edit cut(int top, int left, Border border, Rgb fill) {
        return canvas -> {
            byte[] from = canvas.rgb();
            byte[] to = border == Border.CONSTANT ? canvas.filled(fill) : canvas.spare();
            int width = canvas.width();
            for (int y = 0, i = 0; y < canvas.height(); y++) {
                int row = border.source(y + top, canvas.height());
                for (int x = 0; x < width; x++, i += 3) {
                    int column = border.source(x + left, width);
                    if (row >= 0 && column >= 0) System.arraycopy(from, 3 * (row * width + column), to, i, 3);
                }
            }
            canvas.swap();
        };
    }

    /** Gives a rectangle, which lies within the picture, one colour. */
    static Edit erase(int top, int left, int height, int width, Rgb fill) {
        return canvas -> {
            for (int y = top; y < top + height; y++)
                for (int x = left; x < left + width; x++) fill.into(canvas.rgb(), 3 * (y * canvas.width() + x));
        };
    }
}
