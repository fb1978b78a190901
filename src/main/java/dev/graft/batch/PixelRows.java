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

/** Rows of the same length outside Java's heap. Any number of threads may use different rows at once. */
sealed interface PixelRows extends AutoCloseable {
    /** Takes what remains in the buffer, exactly a row. */
    void put(long row, ByteBuffer pixels) throws IOException;

    /** Fills what remains in the buffer, exactly a row that was put before. */
    void get(long row, ByteBuffer pixels) throws IOException;

    @Override
    void close() throws IOException;

    /** In memory; the system gives it as it is written. */
    final class InMemory implements PixelRows {
        private final int rowBytes;
        private final BytePointer bytes;

        InMemory(long rows, int rowBytes) {
            Natives.load(); // lifts JavaCPP's limits
            this.rowBytes = rowBytes;
            try {
                bytes = NativeScope.own(new BytePointer(rows * rowBytes));
            } catch (OutOfMemoryError e) {
                throw new OutOfMemoryException("a pixel cache", rows * rowBytes, "give it less, or a folder", e);
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
     * In a file without a name. Read and written, not mapped: Java 17 has no way to end a mapping, and writing to a mapped
     * file on a full disk ends the process. The system keeps what fits of it in memory all the same.
     */
    final class InFile implements PixelRows {
        private final int rowBytes;
        private final FileChannel file;

        InFile(Path folder, int rowBytes) throws IOException {
            PixelCache.requireFolder(folder);
            this.rowBytes = rowBytes;
            Path name = Files.createTempFile(folder, "graft-pixels", ".tmp"); // for this user alone
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
