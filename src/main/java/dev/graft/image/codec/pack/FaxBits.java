package dev.graft.image.codec.pack;

import java.nio.ByteBuffer;

/** The bits of a fax, highest bit first. After the end, zeros are returned, which are not a valid code. */
final class FaxBits {
    private final ByteBuffer packed;
    private final int first;
    private long at;
    private final long end;

    FaxBits(ByteBuffer packed) {
        this.packed = packed;
        first = packed.position();
        end = 8L * packed.remaining();
    }

    boolean ended() {
        return at >= end;
    }

    /** Returns the next {@code n} bits, at most 16, without consuming them. */
    int peek(int n) {
        int from = (int) (at >> 3);
        int three = octet(from) << 16 | octet(from + 1) << 8 | octet(from + 2);
        return three >> 24 - n - (int) (at & 7) & (1 << n) - 1;
    }

    private int octet(int i) {
        return 8L * i < end ? packed.get(first + i) & 255 : 0;
    }

    void skip(int n) {
        at += n;
    }

    /** Skips to a multiple of {@code n} bits. */
    void align(int n) {
        at = (at + n - 1) / n * n;
    }

    /** Reads the length of a run: codes of 64 and more precede the code that ends it. */
    int run(char[] codes) throws UnpackException {
        int all = 0;
        while (true) {
            int found = codes[peek(FaxCodes.MOST_BITS)];
            if (found == 0) throw new UnpackException("no code at bit " + at + (at < end ? "" : ", its end"));
            skip(found & 15);
            all += found >> 4;
            if (found >> 4 < 64) return all;
            if (all > 1 << 24) throw new UnpackException("a run without end at bit " + at);
        }
    }
}
