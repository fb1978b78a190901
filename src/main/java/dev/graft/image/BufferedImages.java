package dev.graft.image;

import java.awt.image.BufferedImage;

/**
 * Pictures of Java's own image classes. Only this class needs the module {@code java.desktop}, which a program without it
 * can leave out.
 */
public final class BufferedImages {
    private BufferedImages() {}

    /**
     * The pixels of a picture, as {@link BufferedImage#getRGB(int, int)} gives them: in sRGB, without alpha. That of a picture
     * which ImageIO read from a PNG of 8 bits has the same bytes as {@link PictureReader#decode} of the file; JPEGs are
     * decoded in another way by ImageIO, and differ by a few levels.
     */
    public static Pixels pixels(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(3, width), height)];
        int[] row = new int[width];
        for (int y = 0, to = 0; y < height; y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int pixel : row) {
                rgb[to++] = (byte) (pixel >> 16);
                rgb[to++] = (byte) (pixel >> 8);
                rgb[to++] = (byte) pixel;
            }
        }
        return new Pixels(width, height, rgb);
    }
}
