package dev.graft.image;

/** BMP's run-length coding, 4 or 8 bits, into one palette index a byte; skipped pixels are index 0. */
final class BmpRle {
    private final Bytes file;
    private final boolean halfBytes;
    private long at;
    private byte[] out;
    private int done;

    BmpRle(Bytes file, long at, boolean halfBytes) {
        this.file = file;
        this.at = at;
        this.halfBytes = halfBytes;
    }

    /** Rows in the order of the file; fewer than {@code width * height} indices are a refusal. */
    byte[] decode(int width, int height) throws Refusal {
        out = new byte[width * height];
        int x = 0;
        while (done < out.length && at + 1 < file.length()) {
            int count = file.u8(at);
            int code = file.u8(at + 1);
            at += 2;
            if (count > 0) {
                int n = Math.min(count, Math.max(0, width - x)); // a run never leaves its row
                for (int i = 0; i < n; i++) put(index(code, i));
                x += n;
            } else if (code == 0) {
                done = Math.min(out.length, (done + width - 1) / width * width);
                x = 0;
            } else if (code == 1) {
                break;
            } else if (code == 2) {
                done = (int) Math.min(out.length, done + file.u8(at) + (long) file.u8(at + 1) * width);
                at += 2;
                x = done % width;
            } else {
                literals(Math.min(code, out.length - done));
                x += code;
            }
        }
        if (done < out.length) throw Refusal.truncated("BMP", done + " of " + out.length + " pixels");
        return out;
    }

    private void literals(int n) throws Refusal {
        for (int i = 0; i < n; i++) put(halfBytes ? index(file.u8(at + i / 2), i) : file.u8(at + i));
        at += halfBytes ? (n + 1) / 2 : n;
        at += at & 1; // to an even position in the file
    }

    private int index(int code, int i) {
        return !halfBytes ? code : i % 2 == 0 ? code >> 4 : code & 15;
    }

    private void put(int index) {
        if (done < out.length) out[done++] = (byte) index;
    }
}
