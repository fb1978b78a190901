package dev.graft.image;

/** What the bytes of a pixel are, in their order. Alpha is not used, as in Pillow's {@code convert("RGB")}. */
public enum PixelOrder {
    /** Red, green, blue. */
    RGB(3, 0, 1, 2),
    /** Blue, green, red: OpenCV's order. */
    BGR(3, 2, 1, 0),
    /** Red, green, blue, alpha. */
    RGBA(4, 0, 1, 2),
    /** Blue, green, red, alpha. */
    BGRA(4, 2, 1, 0),
    /** One byte, which becomes red, green and blue. */
    GREY(1, 0, 0, 0);

    private final int bytes;
    private final int red;
    private final int green;
    private final int blue;

    PixelOrder(int bytes, int red, int green, int blue) {
        this.bytes = bytes;
        this.red = red;
        this.green = green;
        this.blue = blue;
    }

    /** The number of bytes of a pixel. */
    public int bytes() {
        return bytes;
    }

    /** Turns a row of {@code n} pixels into RGB, from position {@code at} of the result on. */
    void toRgb(byte[] row, int n, byte[] rgb, int at) {
        for (int x = 0, from = 0, to = at; x < n; x++, from += bytes, to += 3) {
            rgb[to] = row[from + red];
            rgb[to + 1] = row[from + green];
            rgb[to + 2] = row[from + blue];
        }
    }
}
