package dev.graft.image.codec.pack;

import java.nio.ByteBuffer;

/**
 * TIFF's LZW (TIFF 6.0, section 13): codes of 9 to 12 bits, highest bit first. Files before TIFF 5.0 have the lowest bit
 * first and change the code length one code later; they are detected by their first code. Use it from one thread.
 */
public final class TiffLzw implements Unpacker {
    private static final int CLEAR = 256;
    private static final int END = 257;
    private static final int MOST_CODES = 4096;

    /** The start of each code's string in the output: it is the previous string plus one byte. */
    private final int[] start = new int[MOST_CODES];

    private final int[] length = new int[MOST_CODES];
    private boolean lowFirst;
    private int size;
    private int next;
    private int held;
    private int bits;

    @Override
    public void unpack(ByteBuffer packed, ByteBuffer out) throws UnpackException {
        int at = packed.position();
        lowFirst = packed.remaining() > 1 && packed.get(at) == 0 && (packed.get(at + 1) & 1) == 1;
        held = 0;
        bits = 0;
        clear();
        int previousStart = 0;
        int previousLength = 0;
        while (out.hasRemaining()) {
            int code = code(packed, out);
            if (code == CLEAR) {
                clear();
                continue;
            }
            if (code == END) throw UnpackException.ended(out);
            if (next > END && next < MOST_CODES) {
                start[next] = previousStart;
                length[next] = previousLength + 1;
            }
            previousStart = out.position();
            previousLength = put(code, out);
            if (next < MOST_CODES) next++;
            if (next > (1 << size) - (lowFirst ? 1 : 2) && size < 12) size++;
        }
    }

    private void clear() {
        size = 9;
        next = END; // the first code after a clear code adds no entry
    }

    private int put(int code, ByteBuffer out) throws UnpackException {
        if (code < CLEAR) {
            out.put((byte) code);
            return 1;
        }
        if (code > next || next == END) throw new UnpackException("LZW: code " + code + " of " + next);
        int n = Math.min(length[code], out.remaining());
        for (int i = 0, from = start[code]; i < n; i++) out.put(out.get(from + i));
        return length[code];
    }

    private int code(ByteBuffer packed, ByteBuffer out) throws UnpackException {
        while (bits < size) {
            if (!packed.hasRemaining()) throw UnpackException.ended(out);
            int octet = packed.get() & 255;
            held = lowFirst ? held | octet << bits : held << 8 | octet;
            bits += 8;
        }
        bits -= size;
        int mask = (1 << size) - 1;
        int code = lowFirst ? held & mask : held >> bits & mask;
        held = lowFirst ? held >>> size : held & (1 << bits) - 1;
        return code;
    }
}
