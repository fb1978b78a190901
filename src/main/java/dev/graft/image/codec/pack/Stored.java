package dev.graft.image.codec.pack;

import java.nio.ByteBuffer;

/** No compression. */
public final class Stored implements Unpacker {
    @Override
    public void unpack(ByteBuffer packed, ByteBuffer out) throws UnpackException {
        int n = out.remaining();
        if (packed.remaining() < n) throw UnpackException.ended(out);
        out.put(packed.slice(packed.position(), n));
    }
}
