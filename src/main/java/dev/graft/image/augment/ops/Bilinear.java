package dev.graft.image.augment.ops;

/** Weighted means of four neighbouring pixels, cut to integers: Pillow's bilinear filter of transforms. */
final class Bilinear {
    private final byte[] rgb;
    private final int width;
    private final int height;

    Bilinear(Canvas canvas) {
        rgb = canvas.rgb();
        width = canvas.width();
        height = canvas.height();
    }

    /** Puts the colour at a place, in pixels from the corner; nothing if it lies outside. */
    void put(double x, double y, byte[] to, int at) {
        if (!(x >= 0 && x < width && y >= 0 && y < height)) return;
        double middleX = x - 0.5;
        double middleY = y - 0.5;
        int column = (int) Math.floor(middleX);
        int row = (int) Math.floor(middleY);
        double right = middleX - column;
        double down = middleY - row;
        int upper = 3 * width * Math.max(0, row);
        int lower = row + 1 < height ? 3 * width * (row + 1) : upper;
        int a = 3 * Math.max(0, column);
        int b = 3 * Math.min(width - 1, column + 1);
        for (int c = 0; c < 3; c++) {
            double above = mix(upper + a + c, upper + b + c, right);
            double below = mix(lower + a + c, lower + b + c, right);
            to[at + c] = (byte) (int) (above + (below - above) * down);
        }
    }

    private double mix(int a, int b, double share) {
        int first = rgb[a] & 255;
        return first + ((rgb[b] & 255) - first) * share;
    }
}
