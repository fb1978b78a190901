package dev.graft.report.html;

import dev.graft.image.Decoding;
import dev.graft.image.Engine;
import dev.graft.image.GreyScaling;
import dev.graft.image.Normalization;
import dev.graft.image.Orientation;
import dev.graft.image.PictureHeader;
import dev.graft.image.PictureReader;
import dev.graft.image.Pixels;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Small JPEGs of pictures and of their explanations, as data URIs. Their number and size have a limit for the whole report; beyond it,
 * there are none.
 */
final class Thumbnails {
    /** The longest side, in pixels. */
    static final int SIDE = 160;

    static final int MOST_PICTURES = 120;

    /** Characters of all data URIs. */
    static final int MOST_CHARS = 2 << 20;

    private static final float QUALITY = 0.82f;

    private final Optional<Path> place;
    private final Explanations explanations;
    private final GreyScaling grey;
    private int pictures;
    private int chars;
    private int missing;
    private int failed;

    /** A small picture. @param uri its data */
    record Thumbnail(String uri, int width, int height) {}

    /**
     * @param place the folder of the pictures; without one, only absolute paths are found
     * @param grey as the model sees them
     */
    Thumbnails(Optional<Path> place, Explanations explanations, GreyScaling grey) {
        this.place = place;
        this.explanations = explanations;
        this.grey = grey;
    }

    /** The thumbnail of a picture, by its name in the files of the run. */
    Optional<Thumbnail> of(String name) {
        Optional<Path> file = find(name);
        if (file.isEmpty()) {
            missing++;
            return Optional.empty();
        }
        return room() ? made(() -> small(file.get())) : Optional.empty();
    }

    /** The explanation of a class of a picture. */
    Optional<Thumbnail> explained(String name, String className) {
        Optional<Path> file = find(name);
        if (file.isEmpty() || !room()) return Optional.empty();
        return made(() -> {
            Optional<byte[]> overlay = explanations.of(file.get(), className);
            return overlay.isEmpty() ? null : small(overlay.get(), name);
        });
    }

    /** Pictures that are not at their place any more. */
    int missing() {
        return missing;
    }

    /** Pictures that could not be decoded, or whose explanation failed. */
    int failed() {
        return failed;
    }

    private interface Making {
        Pixels make() throws IOException;
    }

    private Optional<Thumbnail> made(Making making) {
        try {
            Pixels pixels = making.make();
            if (pixels == null) return Optional.empty();
            Thumbnail made = thumbnail(pixels);
            if (chars + made.uri().length() > MOST_CHARS) return Optional.empty();
            chars += made.uri().length();
            pictures++;
            return Optional.of(made);
        } catch (IOException | RuntimeException e) { // a picture or a heat map that cannot be drawn ends no report
            failed++;
            return Optional.empty();
        }
    }

    private boolean room() {
        return pictures < MOST_PICTURES && chars < MOST_CHARS;
    }

    private Optional<Path> find(String name) {
        try {
            Path path = Path.of(name);
            Path file =
                    path.isAbsolute() ? path : place.map(p -> p.resolve(path)).orElse(null);
            return file != null && Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** Decodes at a smaller scale where the format can, so that a large photograph needs little memory. */
    private Pixels small(Path file) throws IOException {
        PictureHeader header = PictureHeader.read(file);
        boolean turned = header.orientation() >= 5;
        int width = turned ? header.height() : header.width();
        int height = turned ? header.width() : header.height();
        Resize.Stretch size = size(width, height);
        Preprocessing upright = new Preprocessing(
                size,
                Normalization.IMAGENET,
                Engine.EXACT,
                Orientation.EXIF,
                Decoding.SCALED,
                Preprocessing.PILLOW_MAX_PIXELS,
                grey);
        byte[] rgb = new byte[3 * size.width() * size.height()];
        new PictureReader(upright).readBytes(file, ByteBuffer.wrap(rgb));
        return new Pixels(size.width(), size.height(), rgb);
    }

    private static Pixels small(byte[] file, String name) throws IOException {
        Pixels whole = new PictureReader(Preprocessing.standard()).decode(file, "explanation of " + name);
        Resize.Stretch size = size(whole.width(), whole.height());
        return whole.resized(size.height(), size.width());
    }

    /** The size of a thumbnail: the longest side is {@link #SIDE}, or less if the picture is smaller. */
    static Resize.Stretch size(int width, int height) {
        double scale = Math.min(1, SIDE / (double) Math.max(width, height));
        return new Resize.Stretch(
                Math.max(1, (int) Math.round(scale * height)), Math.max(1, (int) Math.round(scale * width)));
    }

    private static Thumbnail thumbnail(Pixels pixels) throws IOException {
        BufferedImage image = new BufferedImage(pixels.width(), pixels.height(), BufferedImage.TYPE_INT_RGB);
        byte[] rgb = pixels.rgb();
        for (int i = 0; i < rgb.length / 3; i++) {
            int value = (rgb[3 * i] & 0xff) << 16 | (rgb[3 * i + 1] & 0xff) << 8 | rgb[3 * i + 2] & 0xff;
            image.setRGB(i % pixels.width(), i / pixels.width(), value);
        }
        String uri = "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(jpeg(image));
        return new Thumbnail(uri, pixels.width(), pixels.height());
    }

    private static byte[] jpeg(BufferedImage image) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam how = writer.getDefaultWriteParam();
            how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            how.setCompressionQuality(QUALITY);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), how);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
