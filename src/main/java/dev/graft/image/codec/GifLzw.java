package dev.graft.image.codec;

import java.nio.ByteBuffer;

/** Decodes GIF's variable-length LZW: data in blocks to palette indices. */
final class GifLzw {
    private static final int MOST_CODES = 4096;

    private final Bytes file;
    private final int literalBits;
    private long at;
    private int blockLeft;
    private int bits;
    private int held;

    /** Whether a file of this size can contain so many indices. */
    static boolean fits(long indices, Bytes file) {
        return indices / MOST_CODES <= file.length();
    }

    GifLzw(Bytes file, long at) throws Refusal {
        this.file = file;
        literalBits = file.u8(at);
        if (literalBits > 11) throw Refusal.damaged("GIF", "codes of " + literalBits + " bits");
        this.at = at + 1;
    }

    /** Fills the buffer with indices. Too few indices mean a truncated file; additional ones are not read. */
    void decode(ByteBuffer out) throws Refusal {
        int wanted = out.limit();
        int clear = 1 << literalBits;
        short[] prefix = new short[MOST_CODES];
        byte[] last = new byte[MOST_CODES];
        int[] length = new int[MOST_CODES];
        for (int i = 0; i < clear; i++) {
            last[i] = (byte) i;
            length[i] = 1;
        }
        int size = literalBits + 1;
        int next = clear + 2;
        int previous = -1;
        int done = 0;
        while (done < wanted) {
            int code = code(size);
            if (code == clear) {
                size = literalBits + 1;
                next = clear + 2;
                previous = -1;
                continue;
            }
            if (code == clear + 1) throw Refusal.truncated("GIF", done + " of " + wanted + " pixels");
            if (code > next || code == next && previous < 0 || previous < 0 && code > clear)
                throw Refusal.damaged("GIF", "code " + code + " of " + next);
            int source = code < next ? code : previous;
            int n = length[source];
            int end = done + n;
            int first = 0;
            for (int i = end - 1, c = source; i >= done; i--, c = prefix[c]) {
                if (i < wanted) out.put(i, last[c]);
                first = last[c];
            }
            if (code == next && end < wanted) out.put(end, (byte) first);
            if (previous >= 0 && next < MOST_CODES) {
                prefix[next] = (short) previous;
                last[next] = (byte) first;
                length[next] = length[previous] + 1;
                next++;
                if (next == 1 << size && size < 12) size++;
            }
            done = code == source ? end : end + 1;
            previous = code;
        }
    }

    private int code(int size) throws Refusal {
        while (bits < size) {
            if (blockLeft == 0) {
                blockLeft = file.u8(at++);
                if (blockLeft == 0) throw Refusal.truncated("GIF", "its data end early");
            }
            held |= file.u8(at++) << bits;
            blockLeft--;
            bits += 8;
        }
        int code = held & (1 << size) - 1;
        held >>>= size;
        bits -= size;
        return code;
    }
}
