package dev.graft.image.codec.pack;

import java.nio.ByteBuffer;

/** Decodes runs and literals; each follows a byte with its length (TIFF 6.0, section 9). */
public final class PackBits implements Unpacker {
    @Override
    public void unpack(ByteBuffer packed, ByteBuffer out) throws UnpackException {
        while (out.hasRemaining()) {
            if (!packed.hasRemaining()) throw UnpackException.ended(out);
            int count = packed.get();
            if (count == -128) continue;
            if (count >= 0) literals(packed, out, count + 1);
            else run(packed, out, 1 - count);
        }
    }

    private static void literals(ByteBuffer packed, ByteBuffer out, int count) throws UnpackException {
        int n = Math.min(count, out.remaining());
        if (packed.remaining() < n) throw UnpackException.ended(out);
        out.put(packed.slice(packed.position(), n));
        packed.position(packed.position() + n);
    }

    private static void run(ByteBuffer packed, ByteBuffer out, int count) throws UnpackException {
        if (!packed.hasRemaining()) throw UnpackException.ended(out);
        byte value = packed.get();
        for (int n = Math.min(count, out.remaining()); n > 0; n--) out.put(value);
    }
}
