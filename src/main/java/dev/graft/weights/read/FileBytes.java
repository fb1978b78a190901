package dev.graft.weights.read;

import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** Copies bytes between channels and buffers, in pieces. */
public final class FileBytes {
    /** For a heap buffer, a channel uses a native buffer of the same size, and keeps it. So the pieces are small. */
    private static final int CHUNK = 1 << 20;

    private FileBytes() {}

    /**
     * Fills the remaining bytes of {@code into} with the bytes at position {@code at}, which must exist. The position of
     * the channel does not change. Thread-safe.
     *
     * @param part what is read, for the error message
     */
    public static void read(Path file, String part, FileChannel channel, long at, ByteBuffer into) throws IOException {
        long from = at;
        while (into.hasRemaining()) {
            ByteBuffer chunk = into.slice(into.position(), Math.min(CHUNK, into.remaining()));
            int got = channel.read(chunk, from);
            if (got < 0) throw shorter(file, part);
            into.position(into.position() + got);
            from += got;
        }
    }

    /** The error for a file that was truncated in the meantime. */
    public static WeightsException shorter(Path file, String part) {
        return new WeightsException(
                file,
                "became shorter while '" + WeightsException.quote(part) + "' was read",
                "wait until it is whole, or download it again");
    }

    /** Writes the remaining bytes of {@code bytes} at the position of the channel. */
    public static void write(ByteBuffer bytes, WritableByteChannel out) throws IOException {
        while (bytes.hasRemaining()) {
            ByteBuffer chunk = bytes.slice(bytes.position(), Math.min(CHUNK, bytes.remaining()));
            bytes.position(bytes.position() + out.write(chunk));
        }
    }
}
