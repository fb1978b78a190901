package dev.graft.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Reads at a place of a file, without moving the channel's position: any number of threads may. */
final class FileBytes {
    /** A channel copies into a buffer on the heap by way of a native one of the same size, and keeps that. */
    private static final int CHUNK = 1 << 20;

    private FileBytes() {}

    /** Fills what remains of {@code into} with the bytes at {@code at}, which the caller knows to be there. */
    static void read(Path file, FileChannel channel, long at, ByteBuffer into) throws IOException {
        long from = at;
        while (into.hasRemaining()) {
            ByteBuffer chunk = into.slice(into.position(), Math.min(CHUNK, into.remaining()));
            int got = channel.read(chunk, from);
            if (got < 0)
                throw new WeightsException(
                        file, "became shorter while it was read", "wait until it is whole, or download it again");
            into.position(into.position() + got);
            from += got;
        }
    }
}
