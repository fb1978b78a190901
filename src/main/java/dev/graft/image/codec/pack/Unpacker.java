package dev.graft.image.codec.pack;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A decompressor. Bytes after the needed ones are ignored, as in libtiff. Use it from one thread. */
public interface Unpacker {
    /**
     * Fills {@code out} from its position to its limit.
     *
     * @param packed the compressed bytes, from position to limit
     * @throws UnpackException if the compressed bytes are damaged, or end before {@code out} is full
     */
    void unpack(ByteBuffer packed, ByteBuffer out) throws IOException;
}
