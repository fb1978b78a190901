package dev.graft.image.augment.ops;

/**
 * A colour.
 *
 * @param red 0 to 255
 * @param green 0 to 255
 * @param blue 0 to 255
 */
public record Rgb(int red, int green, int blue) {
    /** The usual colour of pixels that are not from the picture. */
    public static final Rgb BLACK = new Rgb(0, 0, 0);

    /** Checks the ranges. */
    public Rgb {
        if ((red | green | blue) < 0 || red > 255 || green > 255 || blue > 255)
            throw new IllegalArgumentException(
                    "augmentation: red, green and blue must be 0 to 255, were " + red + ", " + green + " and " + blue);
    }

    boolean isGrey() {
        return red == green && green == blue;
    }

    void into(byte[] rgb, int at) {
        rgb[at] = (byte) red;
        rgb[at + 1] = (byte) green;
        rgb[at + 2] = (byte) blue;
    }
}
