package dev.graft.image.codec;

import java.nio.ByteBuffer;

/** Decodes BMP's run-length encoding, 4 or 8 bits, into one palette index per byte; skipped pixels have index 0. */
final class BmpRle {
    private final Bytes file;
    private final boolean halfBytes;
    private long at;
    private ByteBuffer out;
    private int wanted;
    private int done;

    BmpRle(Bytes file, long at, boolean halfBytes) {
        this.file = file;
        this.at = at;
        this.halfBytes = halfBytes;
    }

    /** Fills the buffer with rows in the order of the file. Too few indices are refused. */
    void decode(ByteBuffer indices, int width) throws Refusal {
        out = indices;
        wanted = indices.limit();
        int x = 0;
        while (done < wanted && at + 1 < file.length()) {
            int count = file.u8(at);
            int code = file.u8(at + 1);
            at += 2;
            if (count > 0) {
                int n = Math.min(count, Math.max(0, width - x)); // a run ends at the end of its row
                for (int i = 0; i < n; i++) put(index(code, i));
                x += n;
            } else if (code == 0) {
                skipTo((done + width - 1) / width * width);
                x = 0;
            } else if (code == 1) {
                break;
            } else if (code == 2) {
                skipTo(done + file.u8(at) + (long) file.u8(at + 1) * width);
                at += 2;
                x = done % width;
            } else {
                literals(Math.min(code, wanted - done));
                x += code;
            }
        }
        if (done < wanted) throw Refusal.truncated("BMP", done + " of " + wanted + " pixels");
    }

    private void literals(int n) throws Refusal {
        for (int i = 0; i < n; i++) put(halfBytes ? index(file.u8(at + i / 2), i) : file.u8(at + i));
        at += halfBytes ? (n + 1) / 2 : n;
        at += at & 1; // to an even position in the file
    }

    private int index(int code, int i) {
        return !halfBytes ? code : i % 2 == 0 ? code >> 4 : code & 15;
    }

    private void skipTo(long end) {
        while (done < Math.min(end, wanted)) out.put(done++, (byte) 0);
    }

    private void put(int index) {
        if (done < wanted) out.put(done++, (byte) index);
    }
}
