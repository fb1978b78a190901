package dev.graft.weights.read;

import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** Bytes between channels and buffers, piece by piece. */
public final class FileBytes {
    /** A channel copies from and to a buffer on the heap by way of a native one of the same size, and keeps that. */
    private static final int CHUNK = 1 << 20;

    private FileBytes() {}

    /**
     * Fills what remains of {@code into} with the bytes at {@code at}, which the caller knows to be there. The channel's
     * position does not move: any number of threads may call.
     *
     * @param part what lies there, for the error
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

    /** What to say when a file lost its end meanwhile. */
    public static WeightsException shorter(Path file, String part) {
        return new WeightsException(
                file,
                "became shorter while '" + WeightsException.quote(part) + "' was read",
                "wait until it is whole, or download it again");
    }

    /** Writes what remains of {@code bytes} at the channel's position. */
    public static void write(ByteBuffer bytes, WritableByteChannel out) throws IOException {
        while (bytes.hasRemaining()) {
            ByteBuffer chunk = bytes.slice(bytes.position(), Math.min(CHUNK, bytes.remaining()));
            bytes.position(bytes.position() + out.write(chunk));
        }
    }
}
