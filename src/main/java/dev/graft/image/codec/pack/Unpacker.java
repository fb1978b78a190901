package dev.graft.image.codec.pack;

import java.io.IOException;
import java.nio.ByteBuffer;

/** One way of packing, undone. Bytes behind those that are needed are left alone, as libtiff does. For one thread. */
public interface Unpacker {
    /**
     * Fills {@code out} from its position to its limit.
     *
     * @param packed from position to limit
     * @throws UnpackException when the packed bytes are damaged, or end before all is filled
     */
    void unpack(ByteBuffer packed, ByteBuffer out) throws IOException;
}
