package dev.graft.predict;

import dev.graft.image.PictureReader;
import dev.graft.image.Pixels;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A picture to classify, from wherever it comes: a file, the bytes of a file, or pixels. The same pixels give the network
 * the same bytes.
 */
public sealed interface PictureInput {
    /** A file. It is read when the picture is decoded. */
    static PictureInput of(Path file) {
        return new OfFile(Objects.requireNonNull(file, "picture"));
    }

    /**
     * The bytes of a picture file, which are not copied.
     *
     * @param name used in errors; may be null or blank
     */
    static PictureInput of(byte[] file, String name) {
        String shown = name == null || name.isBlank() ? OfBytes.NAMELESS : name;
        Objects.requireNonNull(file, () -> shown + ": was null, expected the bytes of a picture file");
        return new OfBytes(file, shown);
    }

    /**
     * The bytes of a picture file, from the buffer's position to its limit, which are copied.
     *
     * @param name used in errors; may be null or blank
     */
    static PictureInput of(ByteBuffer file, String name) {
        byte[] bytes = new byte[file.remaining()];
        file.duplicate().get(bytes);
        return of(bytes, name);
    }

    /**
     * The bytes of a picture file, read to the end of the stream. The caller closes it.
     *
     * @param name used in errors; may be null or blank
     * @throws IOException when it cannot be read, or has more than {@link PictureReader#MOST_FILE_BYTES}
     */
    static PictureInput of(InputStream file, String name) throws IOException {
        Objects.requireNonNull(file, "predictor: the stream of a picture is null");
        int most = Math.toIntExact(PictureReader.MOST_FILE_BYTES);
        byte[] bytes = file.readNBytes(most + 1);
        if (bytes.length > most)
            throw new IOException((name == null || name.isBlank() ? OfBytes.NAMELESS : name) + ": has more than "
                    + (most >> 20) + " MB; allowed is that much; make the picture smaller");
        return of(bytes, name);
    }

    /**
     * Pixels, such as those of a camera ({@link Pixels#of(ByteBuffer, int, int, int, dev.graft.image.PixelOrder)}), of Java's
     * own pictures ({@link dev.graft.image.BufferedImages#pixels}) or of OpenCV's ({@code image.opencv.Mats}). They are not copied.
     */
    static PictureInput of(Pixels pixels) {
        return new OfPixels(Objects.requireNonNull(pixels, "picture"));
    }

    /** A file. */
    record OfFile(Path file) implements PictureInput {}

    /**
     * The bytes of a file.
     *
     * @param name used in errors
     */
    record OfBytes(byte[] file, String name) implements PictureInput {
        private static final String NAMELESS = "picture in memory";
    }

    /** Pixels. */
    record OfPixels(Pixels pixels) implements PictureInput {}
}
