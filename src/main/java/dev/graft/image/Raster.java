package dev.graft.image;

import java.util.Arrays;

/** Decoded RGB whose array may be longer than the picture: what the steps inside this package pass on. */
record Raster(int width, int height, byte[] rgb) {
    Pixels toPixels() {
        int n = 3 * width * height;
        return new Pixels(width, height, rgb.length == n ? rgb : Arrays.copyOf(rgb, n));
    }

    /**
     * The view's rectangle, moved to the beginning of the array: what was there before is lost.
     *
     * @throws IllegalArgumentException when it reaches beyond the picture
     */
    Raster cut(View view) {
        if (view.height() > height - view.top() || view.width() > width - view.left())
            throw new IllegalArgumentException(view + " reaches beyond the picture of " + width + " x " + height);
        int row = 3 * view.width();
        for (int y = 0; y < view.height(); y++)
            System.arraycopy(rgb, 3 * ((view.top() + y) * width + view.left()), rgb, row * y, row);
        return new Raster(view.width(), view.height(), rgb);
    }

    /** The picture as an EXIF orientation of 1 to 8 says it should be seen; 1 and anything else leave it alone. */
    Raster oriented(int orientation) {
        if (orientation < 2 || orientation > 8) return this;
        boolean swapped = orientation >= 5;
        int w = swapped ? height : width;
        int h = swapped ? width : height;
        byte[] turned = new byte[3 * width * height];
        boolean mirrorX = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
        boolean mirrorY = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
        int to = 0;
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++) {
                int sourceX = swapped ? y : x;
                int sourceY = swapped ? x : y;
                if (mirrorX) sourceX = width - 1 - sourceX;
                if (mirrorY) sourceY = height - 1 - sourceY;
                int from = 3 * (sourceY * width + sourceX);
                turned[to++] = rgb[from];
                turned[to++] = rgb[from + 1];
                turned[to++] = rgb[from + 2];
            }
        return new Raster(w, h, turned);
    }
}
