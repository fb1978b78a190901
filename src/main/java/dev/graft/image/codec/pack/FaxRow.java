package dev.graft.image.codec.pack;

import java.util.Arrays;

/** A row of a fax and the previous row, each as the columns at which the colour changes. */
final class FaxRow {
    private final int width;
    /** The columns where white turns to black, black to white and so on, followed several times by the width. */
    private int[] before;

    private int[] now;
    private int changes;

    FaxRow(int width) {
        this.width = width;
        before = new int[width + 4];
        now = new int[width + 4];
        end();
    }

    /** Reads a row of alternating white and black runs. */
    void alone(FaxBits bits) throws UnpackException {
        swap();
        int at = 0;
        for (boolean white = true; at < width || changes == 0; white = !white) {
            at += bits.run(white ? FaxCodes.WHITE : FaxCodes.BLACK);
            change(at);
        }
        end();
    }

    /**
     * Reads a row relative to the previous one (T.6, 2.2): each change by a change of the previous row (b1 and b2), or
     * by the lengths of two runs.
     */
    void byRowBefore(FaxBits bits) throws UnpackException {
        swap();
        int at = 0;
        int b = 0;
        boolean begun = false;
        while (at < width) {
            b = next(b, at, begun);
            int code = bits.peek(7);
            begun = true;
            if (code >> 3 == 1) { // 0001: pass
                bits.skip(4);
                at = before[b + 1];
            } else if (code >> 4 == 1) { // 001: two runs
                bits.skip(3);
                boolean white = changes % 2 == 0;
                int first = at + bits.run(white ? FaxCodes.WHITE : FaxCodes.BLACK);
                at = first + bits.run(white ? FaxCodes.BLACK : FaxCodes.WHITE);
                change(first);
                change(at);
            } else {
                at = before[b] + vertical(bits, code);
                change(at);
            }
        }
        end();
    }

    /**
     * The first change of the previous row that is to the right of a column and of the expected colour. Columns only
     * increase.
     */
    private int next(int last, int at, boolean begun) {
        int b = Math.max(0, last - 1);
        b += (b ^ changes) & 1;
        while (before[b] < width && (begun ? before[b] <= at : before[b] < at)) b += 2;
        return b;
    }

    private static int vertical(FaxBits bits, int code) throws UnpackException {
        int length;
        int shift;
        if (code >> 6 == 1) { // 1
            length = 1;
            shift = 0;
        } else if (code >> 5 == 1) { // 011, 010
            length = 3;
            shift = 1;
        } else if (code >> 1 == 3 || code >> 1 == 2) { // 000011, 000010
            length = 6;
            shift = 2;
        } else if (code == 3 || code == 2) { // 0000011, 0000010
            length = 7;
            shift = 3;
        } else throw new UnpackException(code == 1 ? "uncompressed parts or an unknown code" : "it ends early");
        bits.skip(length);
        return (code >> 7 - length & 1) == 1 || shift == 0 ? shift : -shift;
    }

    private void change(int at) throws UnpackException {
        int last = changes == 0 ? 0 : now[changes - 1];
        if (at > width || at < last || changes == width + 1) throw new UnpackException("a row longer than the picture");
        now[changes++] = at;
    }

    private void swap() {
        int[] other = before;
        before = now;
        now = other;
        changes = 0;
    }

    private void end() {
        for (int i = changes; i < Math.min(changes + 4, now.length); i++) now[i] = width;
    }

    /** Draws the pixels of the row, eight per byte. */
    void draw(byte[] pixels) {
        Arrays.fill(pixels, (byte) 0);
        for (int i = 0; i + 1 <= changes; i += 2) {
            int to = i + 1 < changes ? now[i + 1] : width;
            for (int x = now[i]; x < to; x++) {
                if ((x & 7) == 0 && to - x >= 8) {
                    pixels[x >> 3] = -1;
                    x += 7;
                } else pixels[x >> 3] |= (byte) (128 >> (x & 7));
            }
        }
    }
}
