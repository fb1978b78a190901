package dev.graft.predict;

import dev.graft.batch.HostBatch;
import dev.graft.batch.Staging;
import dev.graft.image.PictureReader;
import dev.graft.torch.OutOfMemoryException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;

/**
 * The pixels of some pictures in native memory, in the form that the network's thread needs. Owns the memory: close it.
 * Not thread-safe. Reading pictures does not call LibTorch.
 */
final class PictureRows implements AutoCloseable {
    private final PictureReader reader;
    private final Staging staging;
    private final BytePointer memory;
    private final ByteBuffer pixels; // the whole memory

    /**
     * Allocates memory for pictures.
     *
     * @param pictures at least 0
     * @throws OutOfMemoryException when there is not enough memory
     */
    PictureRows(PictureReader reader, Staging staging, int pictures) {
        this.reader = reader;
        this.staging = staging;
        this.memory = memory(pictures, staging.pictureBytes());
        this.pixels = memory.asByteBuffer();
    }

    /** Not a direct buffer: Java counts direct buffers against -Xmx and frees them only with garbage collection. */
    private static BytePointer memory(int pictures, int pictureBytes) {
        long bytes = (long) Math.max(1, pictures) * pictureBytes;
        try {
            return new BytePointer(bytes);
        } catch (OutOfMemoryError e) {
            if (!OutOfMemoryException.isMeantBy(e)) throw e; // Java's own
            throw new OutOfMemoryException(
                    "the pixels of " + pictures + " pictures", bytes, "predict fewer pictures at a time", e);
        }
    }

    /** Decodes a file into a row. */
    void read(Path picture, int row) throws IOException {
        if (staging.normalisedOnHost()) {
            reader.readFloats(picture, slot(row).asFloatBuffer());
        } else {
            reader.readBytes(picture, slot(row));
        }
    }

    /** Decodes a file in memory into a row; errors use {@code name}. */
    void read(byte[] picture, String name, int row) throws IOException {
        if (staging.normalisedOnHost()) {
            reader.readFloats(picture, name, slot(row).asFloatBuffer());
        } else {
            reader.readBytes(picture, name, slot(row));
        }
    }

    private ByteBuffer slot(int row) {
        int bytes = staging.pictureBytes();
        return pixels.slice(row * bytes, bytes).order(ByteOrder.nativeOrder());
    }

    /** Moves a picture to another row. */
    void move(int from, int to) {
        if (from != to) slot(to).put(slot(from));
    }

    /** The first rows as a batch, without a copy, owned by the open scope. Called by the network's thread. */
    HostBatch batch(int pictures) {
        return new HostBatch(staging.wrap(pixels, pictures), new long[pictures], new int[pictures], pictures);
    }

    @Override
    public void close() {
        memory.close();
    }
}
