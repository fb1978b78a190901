package dev.graft.batch;

import dev.graft.torch.NativeScope;
import dev.graft.torch.Natives;
import dev.graft.torch.OutOfMemoryException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bytedeco.javacpp.BytePointer;

/** Rows of equal length outside Java's heap. Several threads may use different rows at the same time. */
sealed interface PixelRows extends AutoCloseable {
    /** Stores the rest of the buffer, exactly one row. */
    void put(long row, ByteBuffer pixels) throws IOException;

    /** Fills the rest of the buffer, exactly one row, with a row that was stored before. */
    void get(long row, ByteBuffer pixels) throws IOException;

    @Override
    void close() throws IOException;

    /** In memory, which the system provides when it is first written. */
    final class InMemory implements PixelRows {
        private final int rowBytes;
        private final BytePointer bytes;

        InMemory(long rows, int rowBytes) {
            Natives.load(); // lifts JavaCPP's limits
            this.rowBytes = rowBytes;
            try {
                bytes = NativeScope.own(new BytePointer(rows * rowBytes));
            } catch (OutOfMemoryError e) {
                throw new OutOfMemoryException(
                        "a pixel cache", rows * rowBytes, "make it smaller, or give it a folder", e);
            }
        }

        private ByteBuffer row(long row) {
            return bytes.getPointer(row * rowBytes).capacity(rowBytes).asByteBuffer();
        }

        @Override
        public void put(long row, ByteBuffer pixels) {
            row(row).put(pixels);
        }

        @Override
        public void get(long row, ByteBuffer pixels) {
            pixels.put(row(row));
        }

        @Override
        public void close() {
            bytes.close();
        }
    }

    /**
     * In a temporary file. It is read and written, not mapped: Java 17 cannot end a mapping, and writing to a mapped
     * file on a full disk kills the process. The system's page cache keeps as much of it in memory as fits.
     */
    final class InFile implements PixelRows {
        private final int rowBytes;
        private final FileChannel file;

        InFile(Path folder, int rowBytes) throws IOException {
            PixelCache.requireFolder(folder);
            this.rowBytes = rowBytes;
            Path name = Files.createTempFile(folder, "graft-pixels", ".tmp"); // only this user may read it
            file = FileChannel.open(
                    name, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        }

        @Override
        public void put(long row, ByteBuffer pixels) throws IOException {
            for (long at = row * rowBytes; pixels.hasRemaining(); ) {
                at += file.write(pixels, at);
            }
        }

        @Override
        public void get(long row, ByteBuffer pixels) throws IOException {
            for (long at = row * rowBytes; pixels.hasRemaining(); ) {
                int n = file.read(pixels, at);
                if (n < 0) {
                    throw new EOFException("it ends at byte " + at);
                }
                at += n;
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
