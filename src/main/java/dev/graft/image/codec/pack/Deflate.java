package dev.graft.image.codec.pack;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A zlib stream. */
public final class Deflate implements Unpacker {
    @Override
    public void unpack(ByteBuffer packed, ByteBuffer out) throws UnpackException {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(packed);
            while (out.hasRemaining()) if (inflater.inflate(out) == 0) throw UnpackException.ended(out);
        } catch (DataFormatException e) {
            throw new UnpackException("Deflate: " + (e.getMessage() == null ? "no such stream" : e.getMessage()));
        } finally {
            inflater.end();
        }
    }
}
