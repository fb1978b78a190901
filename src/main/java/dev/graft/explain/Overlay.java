package dev.graft.explain;

import dev.graft.files.AtomicFile;
import dev.graft.image.Pixels;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Draws the heat of an explanation over the picture: the heat map is enlarged bilinearly (as PyTorch does it with {@code
 * align_corners=False}) and blended in with the colours of {@link HeatColours}, the more the hotter. Where the heat is 0, the picture stays.
 *
 * @param strength how much of the colour is blended in where the heat is 1, 0..1
 * @param mostPixels the longest allowed side of the drawing, in pixels, at least 1; a larger picture is made smaller, a smaller one stays
 */
public record Overlay(double strength, int mostPixels) {
    /** Strength 0.7, at most 1024 pixels. */
    public static final Overlay STANDARD = new Overlay(0.7, 1024);

    /** Checks the ranges. */
    public Overlay {
        if (!(strength >= 0 && strength <= 1))
            throw new IllegalArgumentException("strength must be between 0 and 1, was " + strength);
        if (mostPixels < 1) throw new IllegalArgumentException("mostPixels must be at least 1, was " + mostPixels);
    }

    /** The drawing. */
    public Pixels draw(Explanation explanation) {
        Pixels picture = bounded(explanation.picture());
        float[] heat = enlarged(explanation, picture.height(), picture.width());
        byte[] rgb = picture.rgb().clone();
        for (int i = 0; i < heat.length; i++) {
            double share = strength * Math.sqrt(heat[i]);
            for (int c = 0; c < 3; c++) {
                int below = rgb[3 * i + c] & 255;
                int colour = HeatColours.channel(heat[i], c);
                rgb[3 * i + c] = (byte) Math.round(below + share * (colour - below));
            }
        }
        return new Pixels(picture.width(), picture.height(), rgb);
    }

    /**
     * Writes the drawing as a PNG file, which appears complete or not at all.
     *
     * @throws IOException with the file and the remedy
     */
    public void write(Explanation explanation, Path target) throws IOException {
        AtomicFile.write(target, draw(explanation).png());
    }

    private Pixels bounded(Pixels picture) {
        int longest = Math.max(picture.width(), picture.height());
        if (longest <= mostPixels) return picture;
        double scale = (double) mostPixels / longest;
        return picture.resized(side(picture.height() * scale), side(picture.width() * scale));
    }

    private static int side(double pixels) {
        return (int) Math.max(1, Math.round(pixels));
    }

    /** The heat of each pixel, row-major. */
    static float[] enlarged(Explanation e, int height, int width) {
        float[] all = new float[height * width];
        for (int y = 0; y < height; y++) {
            float row = place(y, height, e.height());
            int top = (int) row;
            int bottom = Math.min(top + 1, e.height() - 1);
            for (int x = 0; x < width; x++) {
                float column = place(x, width, e.width());
                int left = (int) column;
                int right = Math.min(left + 1, e.width() - 1);
                float above =
                        between(e.heat()[top * e.width() + left], e.heat()[top * e.width() + right], column - left);
                float below = between(
                        e.heat()[bottom * e.width() + left], e.heat()[bottom * e.width() + right], column - left);
                all[y * width + x] = between(above, below, row - top);
            }
        }
        return all;
    }

    /** Where the middle of a pixel lies in the heat map; the middle of the first place is 0. */
    private static float place(int pixel, int pixels, int places) {
        float at = (pixel + 0.5f) * places / pixels - 0.5f;
        return Math.max(0, Math.min(places - 1, at));
    }

    private static float between(float one, float other, float share) {
        return one + share * (other - one);
    }
}
