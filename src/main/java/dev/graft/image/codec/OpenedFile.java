package dev.graft.image.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads files into memory. They are never memory-mapped: if a mapped file is truncated, the process dies. */
public final class OpenedFile {
    private OpenedFile() {}

    /** Opens a file for reading; the caller closes it. Call this inside {@link Uninterrupted}. */
    public static SeekableByteChannel open(Path file) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file))
            throw Refusal.of("is no regular file", "files", "remove it or name the file itself");
        try {
            return Files.newByteChannel(file);
        } catch (NoSuchFileException e) {
            throw Refusal.of("does not exist", "files", "check the path");
        }
    }

    /** Reads a whole file of at most {@code most} bytes; the caller closes the result. */
    public static NativeBytes read(Path file, long most) throws IOException {
        return Uninterrupted.run(() -> readAll(file, most));
    }

    private static NativeBytes readAll(Path file, long most) throws IOException {
        try (SeekableByteChannel in = open(file)) {
            long size = in.size();
            if (size > most) throw Refusal.of("has " + size + " bytes", "at most " + most, "make it smaller");
            NativeBytes all = NativeBytes.of(size);
            boolean done = false;
            try {
                ByteBuffer rest = all.bytes().duplicate();
                while (rest.hasRemaining() && in.read(rest) >= 0) {}
                NativeBytes read = all.first(rest.position()); // fewer if the file was truncated meanwhile
                done = true;
                return read;
            } finally {
                if (!done) all.close();
            }
        }
    }
}
