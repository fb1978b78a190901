package dev.graft.image;

import dev.graft.image.codec.Bytes;
import dev.graft.image.codec.FileWindow;
import dev.graft.image.codec.OpenedFile;
import dev.graft.image.codec.PictureFile;
import dev.graft.image.codec.PictureFormat;
import dev.graft.image.codec.Refusal;
import dev.graft.image.codec.Uninterrupted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;

/**
 * The header of a picture file. Only the header is read, so the rest of the file may still be damaged.
 *
 * @param format told by the file's first bytes: JPEG, PNG, WebP, BMP, PNM, TIFF or GIF
 * @param width of the pixels as stored, 1 to {@link PictureReader#MOST_SIDE}
 * @param height of the pixels as stored, 1 to {@link PictureReader#MOST_SIDE}
 * @param orientation the EXIF orientation, 1 to 8, which {@link Orientation#EXIF} applies. 1 for a file without one,
 *     and for a TIFF, which is always decoded upright; width and height are then those of the upright picture
 * @param colours what a pixel is as stored: black and white, grey, palette, RGB, CMYK, YCbCr or CIE Lab; with alpha or
 *     more than 8 bits per sample if so
 */
public record PictureHeader(String format, int width, int height, int orientation, String colours) {
    /**
     * Reads a file's header, with the same orientation and size as in {@link PictureReader}. Thread-safe.
     *
     * @throws PictureException when the file does not exist, has no allowed format, or a damaged header
     */
    public static PictureHeader read(Path file) throws PictureException {
        return Named.run(file.toString(), () -> Uninterrupted.run(() -> readNow(file)));
    }

    /**
     * Reads the header of a file in memory, which is not copied. Thread-safe.
     *
     * @param name used in errors
     * @throws PictureException as {@link #read(Path)} does
     */
    public static PictureHeader read(byte[] file, String name) throws PictureException {
        return Named.run(name, () -> of(new Bytes(ByteBuffer.wrap(file), "picture")));
    }

    private static PictureHeader readNow(Path file) throws IOException {
        try (SeekableByteChannel channel = OpenedFile.open(file)) {
            return of(new Bytes(new FileWindow(channel), "picture"));
        }
    }

    private static PictureHeader of(Bytes file) throws IOException {
        PictureFile picture = PictureFormat.open(file);
        long width = picture.width();
        long height = picture.height();
        long most = PictureReader.MOST_SIDE;
        if (width < 1 || height < 1 || width > most || height > most)
            throw Refusal.of(
                    "is " + width + " x " + height + " pixels",
                    "sides of 1 to " + most,
                    "check whether it is a picture");
        return new PictureHeader(
                PictureFormat.of(file), (int) width, (int) height, picture.orientation(), picture.colours());
    }
}
