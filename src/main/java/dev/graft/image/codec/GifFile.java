package dev.graft.image.codec;

import java.nio.ByteBuffer;

/** GIF: the first frame, on a canvas that is large enough for it. Decoded in Java with Pillow's rules. */
final class GifFile implements PictureFile {
    private static final int END = ';';
    private static final int EXTENSION = '!';
    private static final int IMAGE = ',';

    private final Bytes file;
    private final int width;
    private final int height;
    private int left;
    private int top;
    private int frameWidth;
    private int frameHeight;
    private boolean interlaced;
    private int background;
    private byte[] palette;
    private long data;

    GifFile(Bytes file) throws Refusal {
        this.file = file;
        int flags = file.u8(10);
        long at = 13;
        if ((flags & 128) != 0) {
            palette = palette(at, flags);
            at += palette.length;
        }
        while (file.u8(at) != IMAGE) {
            if (file.u8(at) == END) throw Refusal.damaged("GIF", "it has no frame");
            at = file.u8(at) == EXTENSION ? extension(at + 1) : at + 1;
        }
        image(at + 1);
        width = Math.max(file.le16(6), left + frameWidth);
        height = Math.max(file.le16(8), top + frameHeight);
    }

    private byte[] palette(long at, int flags) throws Refusal {
        int length = 3 << (flags & 7) + 1;
        return file.copy(at, length);
    }

    /** Whether each colour of the palette is the grey of its own index. Pillow then uses all indices as grey. */
    private static boolean isGreyRamp(byte[] palette) {
        for (int i = 0; i < palette.length; i++) if ((palette[i] & 255) != i / 3) return false;
        return true;
    }

    private long extension(long at) throws Refusal {
        boolean graphicControl = file.u8(at) == 0xf9 && file.u8(at + 1) >= 4;
        if (graphicControl && (file.u8(at + 2) & 1) != 0) background = file.u8(at + 5);
        at++;
        while (file.u8(at) != 0) at += 1 + file.u8(at);
        return at + 1;
    }

    private void image(long at) throws Refusal {
        left = file.le16(at);
        top = file.le16(at + 2);
        frameWidth = file.le16(at + 4);
        frameHeight = file.le16(at + 6);
        int flags = file.u8(at + 8);
        at += 9;
        interlaced = (flags & 64) != 0;
        if ((flags & 128) != 0) {
            palette = palette(at, flags);
            at += palette.length;
        }
        if (frameWidth == 0 || frameHeight == 0) throw Refusal.damaged("GIF", "a frame without pixels");
        if (palette != null && isGreyRamp(palette)) palette = null;
        data = at;
    }

    @Override
    public long width() {
        return width;
    }

    @Override
    public long height() {
        return height;
    }

    @Override
    public int orientation() {
        return 1;
    }

    @Override
    public String colours() {
        return palette == null ? "grey" : "palette";
    }

    @Override
    public Raster pixels() throws Refusal {
        long pixels = frameWidth * (long) frameHeight;
        if (!GifLzw.fits(pixels, file)) throw Refusal.truncated("GIF", pixels + " pixels in " + file.length());
        try (NativeBytes indices = NativeBytes.of(pixels)) {
            new GifLzw(file, data).decode(indices.bytes());
            return Raster.painted(width, height, canvas -> paint(indices.bytes(), canvas));
        }
    }

    /**
     * Copies the rows of the frame, in the order of the file, into rows of the background colour, and these into the
     * canvas.
     */
    private void paint(ByteBuffer indices, Raster canvas) {
        byte[] row = new byte[3 * width];
        for (int x = 0; x < width; x++) colour(background, row, x);
        for (int y = 0; y < height; y++) canvas.put(y, row);
        byte[] stored = new byte[frameWidth];
        for (int i = 0, y = 0, pass = interlaced ? 0 : -1; i < frameHeight; i++) {
            indices.get(i * frameWidth, stored);
            for (int x = 0; x < frameWidth; x++) colour(stored[x] & 255, row, left + x);
            canvas.put(top + y, row);
            y += step(pass);
            while (pass >= 0 && pass < 3 && y >= frameHeight) y = start(++pass);
        }
    }

    private static int step(int pass) {
        return pass < 0 ? 1 : pass == 0 ? 8 : 16 >> pass;
    }

    private static int start(int pass) {
        return 8 >> pass;
    }

    private void colour(int index, byte[] rgb, int pixel) {
        for (int c = 0; c < 3; c++) {
            int at = 3 * index + c;
            rgb[3 * pixel + c] = palette == null ? (byte) index : at < palette.length ? palette[at] : 0;
        }
    }
}
