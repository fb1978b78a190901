package dev.graft.image.codec.pack;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Compressed bytes cannot be decompressed; the message says why. */
public final class UnpackException extends IOException {
    private static final long serialVersionUID = 1L;

    UnpackException(String message) {
        super(message);
    }

    static UnpackException ended(ByteBuffer out) {
        return new UnpackException("its packed data end " + out.remaining() + " bytes early");
    }
}
