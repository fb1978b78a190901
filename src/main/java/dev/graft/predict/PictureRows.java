package dev.graft.predict;

import dev.graft.batch.HostBatch;
import dev.graft.batch.Staging;
import dev.graft.image.PictureReader;
import dev.graft.image.augment.SeededView;
import dev.graft.torch.OutOfMemoryException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;

/**
 * The pixels of some pictures in native memory, in the form that the network's thread needs. Owns the memory: close it.
 * Not thread-safe. Reading pictures does not call LibTorch.
 */
final class PictureRows implements AutoCloseable {
    private final PictureReader reader;
    private final Staging staging;
    private final List<Optional<SeededView>> views; // of each picture, in neighbouring slots
    private final BytePointer memory;
    private final ByteBuffer pixels; // the whole memory

    /**
     * Allocates memory for pictures.
     *
     * @param pictures at least 0
     * @throws OutOfMemoryException when there is not enough memory
     */
    PictureRows(PictureReader reader, Staging staging, TestViews views, int pictures) {
        this.reader = reader;
        this.staging = staging;
        this.views = views.each().toList();
        this.memory = memory(pictures, (long) views.read() * staging.pictureBytes());
        this.pixels = memory.asByteBuffer();
    }

    /** Not a direct buffer: Java counts direct buffers against -Xmx and frees them only with garbage collection. */
    private static BytePointer memory(int pictures, long pictureBytes) {
        long bytes = Math.max(1, pictures) * pictureBytes;
        try {
            return new BytePointer(bytes);
        } catch (OutOfMemoryError e) {
            if (!OutOfMemoryException.isMeantBy(e)) throw e; // Java's own
            throw new OutOfMemoryException(
                    "the pixels of " + pictures + " pictures", bytes, "predict fewer pictures at a time", e);
        }
    }

    /** Whether the rows are in the form that a network needs. */
    boolean isFor(Staging other) {
        return staging == other;
    }

    /** Decodes a picture into a row, once for each view. */
    void read(PictureInput picture, int row) throws IOException {
        for (int v = 0; v < views.size(); v++) {
            ByteBuffer slot = slot(row, v, 1);
            if (staging.normalisedOnHost()) read(picture, views.get(v), slot.asFloatBuffer());
            else read(picture, views.get(v), slot);
        }
    }

    private void read(PictureInput picture, Optional<SeededView> view, FloatBuffer slot) throws IOException {
        if (picture instanceof PictureInput.OfFile of) reader.readFloats(of.file(), view, slot);
        else if (picture instanceof PictureInput.OfBytes of) reader.readFloats(of.file(), of.name(), view, slot);
        else if (picture instanceof PictureInput.OfPixels of) reader.readFloats(of.pixels(), view, slot);
    }

    private void read(PictureInput picture, Optional<SeededView> view, ByteBuffer slot) throws IOException {
        if (picture instanceof PictureInput.OfFile of) reader.readBytes(of.file(), view, slot);
        else if (picture instanceof PictureInput.OfBytes of) reader.readBytes(of.file(), of.name(), view, slot);
        else if (picture instanceof PictureInput.OfPixels of) reader.readBytes(of.pixels(), view, slot);
    }

    /** The memory of some views of a row. */
    private ByteBuffer slot(int row, int view, int count) {
        int bytes = staging.pictureBytes();
        return pixels.slice((row * views.size() + view) * bytes, count * bytes).order(ByteOrder.nativeOrder());
    }

    /** Moves a picture to another row. */
    void move(int from, int to) {
        if (from != to) slot(to, 0, views.size()).put(slot(from, 0, views.size()));
    }

    /** Copies the first row of others, of the same predictor, to a row. */
    void copy(PictureRows others, int row) {
        slot(row, 0, views.size()).put(others.slot(0, 0, views.size()));
    }

    /** The views of the first rows as a batch, without a copy, owned by the open scope. Called by the network's thread. */
    HostBatch batch(int pictures) {
        int all = pictures * views.size();
        return new HostBatch(staging.wrap(pixels, all), new long[all], new int[all], all);
    }

    @Override
    public void close() {
        memory.close();
    }
}
