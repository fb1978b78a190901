package dev.graft.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads picture files into pixels, or into the bytes or floats of a batch. Any number of threads may share one reader.
 *
 * <p>A file's format is told by its first bytes. Its size is read from its header and held against the limits before a
 * decoder sees it. What is no whole picture is refused with a {@link PictureException}; nothing is then written to the
 * slot.
 */
public final class PictureReader {
    /** The largest file that is read, in bytes. */
    public static final long MOST_FILE_BYTES = 256L << 20;

    /** The longest side that a file may have, in pixels: libpng's limit, just under OpenCV's. */
    public static final long MOST_SIDE = 1_000_000;

    private static final Choice WHOLE = (file, width, height) -> Optional.empty();

    private final Preprocessing preprocessing;
    private final float[][] table;
    private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

    /** Which view of a picture is read, by its file and its size as it is seen; empty for the picture as it is. */
    interface Choice {
        Optional<View> of(byte[] file, int width, int height);
    }

    /** A reader for one preprocessing. */
    public PictureReader(Preprocessing preprocessing) {
        OpenCv.load();
        this.preprocessing = preprocessing;
        table = preprocessing.normalization().table();
    }

    /** What this reader does to pictures. */
    public Preprocessing preprocessing() {
        return preprocessing;
    }

    /**
     * The whole picture as 8-bit RGB: alpha is dropped, palettes are looked up, grey is repeated, as Pillow's
     * {@code Image.open(file).convert("RGB")}. All of it, whatever {@link Preprocessing#decoding} says.
     */
    public Pixels decode(Path file) throws PictureException {
        return decode(bytes(file), file.toString());
    }

    /** The same for a file in memory; {@code name} is for messages. */
    public Pixels decode(byte[] file, String name) throws PictureException {
        return named(
                name, () -> decoded(opened(file), 1, new Scratch()).raster().toPixels());
    }

    /**
     * Decodes and resizes. Puts height x width x 3 bytes (RGB, interleaved) at the slot's position, which moves behind
     * them.
     *
     * @throws IllegalArgumentException if the slot has less room
     */
    public void readBytes(Path file, ByteBuffer slot) throws PictureException {
        checkRoom(slot.remaining());
        readBytes(bytes(file), file.toString(), slot);
    }

    /** The same for a file in memory; {@code name} is for messages. */
    public void readBytes(byte[] file, String name, ByteBuffer slot) throws PictureException {
        readBytes(file, name, WHOLE, slot);
    }

    /** The same for one of the picture's views, resized to the same size, or for the picture as it is. */
    public void readBytes(Path file, Optional<SeededView> view, ByteBuffer slot) throws PictureException {
        checkRoom(slot.remaining());
        readBytes(bytes(file), file.toString(), of(view), slot);
    }

    void readBytes(byte[] file, String name, Choice choice, ByteBuffer slot) throws PictureException {
        int n = checkRoom(slot.remaining());
        slot.put(named(name, () -> resized(file, choice)), 0, n);
    }

    /**
     * Decodes, resizes and normalises. Puts height x width x 3 floats (RGB, interleaved) at the slot's position, which
     * moves behind them.
     *
     * @throws IllegalArgumentException if the slot has less room
     */
    public void readFloats(Path file, FloatBuffer slot) throws PictureException {
        checkRoom(slot.remaining());
        readFloats(bytes(file), file.toString(), slot);
    }

    /** The same for a file in memory; {@code name} is for messages. */
    public void readFloats(byte[] file, String name, FloatBuffer slot) throws PictureException {
        readFloats(file, name, WHOLE, slot);
    }

    /** The same for one of the picture's views, resized to the same size, or for the picture as it is. */
    public void readFloats(Path file, Optional<SeededView> view, FloatBuffer slot) throws PictureException {
        checkRoom(slot.remaining());
        readFloats(bytes(file), file.toString(), of(view), slot);
    }

    void readFloats(byte[] file, String name, Choice choice, FloatBuffer slot) throws PictureException {
        int n = checkRoom(slot.remaining());
        slot.put(named(name, () -> normalized(file, choice, n)), 0, n);
    }

    private static Choice of(Optional<SeededView> view) {
        return view.isEmpty() ? WHOLE : (file, width, height) -> view.map(v -> v.of(file, width, height));
    }

    private int checkRoom(int room) {
        int needed = 3 * preprocessing.height() * preprocessing.width();
        if (room < needed)
            throw new IllegalArgumentException("slot must have room for " + needed + " values, has " + room);
        return needed;
    }

    private byte[] resized(byte[] file, Choice choice) throws Refusal {
        Scratch mine = scratch.get();
        Part part = part(file, choice, mine);
        byte[] result = mine.result(3 * preprocessing.height() * preprocessing.width());
        if (preprocessing.engine() == Engine.EXACT) PillowResize.resize(part.picture, part.frame, mine, result);
        else OpenCv.resize(part.picture.raster(), part.frame, result);
        if (part.flip) Mirror.rows(result, preprocessing.width(), preprocessing.height());
        return result;
    }

    private float[] normalized(byte[] file, Choice choice, int n) throws Refusal {
        Scratch mine = scratch.get();
        float[] floats = mine.floats(n);
        if (preprocessing.engine() == Engine.OPENCV) {
            Part part = part(file, choice, mine);
            OpenCv.resizeAndNormalize(part.picture.raster(), part.frame, preprocessing.normalization(), floats);
            if (part.flip) Mirror.rows(floats, preprocessing.width(), preprocessing.height());
            return floats;
        }
        byte[] rgb = resized(file, choice);
        for (int i = 0; i < n; i += 3) {
            floats[i] = table[0][rgb[i] & 255];
            floats[i + 1] = table[1][rgb[i + 1] & 255];
            floats[i + 2] = table[2][rgb[i + 2] & 255];
        }
        return floats;
    }

    /** What there is to resize, and how. */
    private record Part(Decoded picture, Resize.Frame frame, boolean flip) {}

    private Part part(byte[] file, Choice choice, Scratch mine) throws Refusal {
        PictureFile picture = opened(file);
        boolean turned = orientation(picture) >= 5;
        int width = (int) (turned ? picture.height() : picture.width());
        int height = (int) (turned ? picture.width() : picture.height());
        Optional<View> view = choice.of(file, width, height);
        if (view.isEmpty()) {
            Resize.Frame frame = frame(width, height);
            int divisor = picture.canShrink() ? divisor(width, height, frame) : 1;
            return new Part(decoded(picture, divisor, mine), frame, false);
        }
        Resize all = new Resize.Stretch(preprocessing.height(), preprocessing.width());
        Raster cut = decoded(picture, 1, mine).raster().cut(view.get());
        Resize.Frame frame = all.frame(cut.width(), cut.height());
        return new Part(
                Decoded.of(cut, cut.width(), cut.height(), 1), frame, view.get().flip());
    }

    private Resize.Frame frame(int width, int height) throws Refusal {
        try {
            Resize.Frame frame = preprocessing.resize().frame(width, height);
            boolean whole = preprocessing.engine() == Engine.OPENCV; // OpenCV makes all of it before the cut
            if (!whole || (long) frame.resizedWidth() * frame.resizedHeight() <= preprocessing.maxPixels())
                return frame;
        } catch (ArithmeticException tooLong) {
            // told below
        }
        throw Refusal.of(
                "is " + width + " x " + height + " pixels, too long for " + preprocessing.resize(),
                "rounder shapes",
                "crop it or use Resize.Stretch");
    }

    /** By what the sides of a picture may be divided so that none is smaller than what the resize makes of it. */
    private int divisor(int width, int height, Resize.Frame frame) {
        if (preprocessing.decoding() == Decoding.EXACT) return 1;
        int most = Math.min(width / frame.resizedWidth(), height / frame.resizedHeight());
        return Math.max(1, Math.min(8, Integer.highestOneBit(most)));
    }

    private PictureFile opened(byte[] file) throws Refusal {
        PictureFile picture = PictureFormat.open(file);
        checkSize(picture.width(), picture.height());
        return picture;
    }

    private Decoded decoded(PictureFile picture, int divisor, Scratch mine) throws Refusal {
        return Decoded.of(picture.pixels(divisor, mine), (int) picture.width(), (int) picture.height(), divisor)
                .oriented(orientation(picture));
    }

    private int orientation(PictureFile picture) {
        return preprocessing.orientation() == Orientation.EXIF ? picture.orientation() : 1;
    }

    private void checkSize(long width, long height) throws Refusal {
        long most = preprocessing.maxPixels();
        if (width >= 1 && height >= 1 && width <= MOST_SIDE && height <= MOST_SIDE && width * height <= most) return;
        throw Refusal.of(
                "is " + width + " x " + height + " pixels",
                "sides of 1 to " + MOST_SIDE + " and at most " + most + " pixels",
                "make it smaller, or raise maxPixels if you trust it");
    }

    private static byte[] bytes(Path file) throws PictureException {
        return named(file.toString(), () -> readAll(file));
    }

    private static byte[] readAll(Path file) throws IOException {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file))
                throw Refusal.of("is no regular file", "files", "remove it or name the file itself");
            try (InputStream in = Files.newInputStream(file)) {
                byte[] bytes = Files.size(file) <= MOST_FILE_BYTES ? in.readNBytes((int) MOST_FILE_BYTES + 1) : null;
                if (bytes != null && bytes.length <= MOST_FILE_BYTES) return bytes;
            }
        } catch (NoSuchFileException e) {
            throw Refusal.of("does not exist", "files", "check the path");
        }
        throw Refusal.of("has " + Files.size(file) + " bytes", "at most " + MOST_FILE_BYTES, "make it smaller");
    }

    private interface Step<T> {
        T run() throws IOException;
    }

    private static <T> T named(String name, Step<T> step) throws PictureException {
        try {
            return step.run();
        } catch (Refusal e) {
            throw new PictureException(name + ": " + e.getMessage(), e.getCause());
        } catch (IOException e) {
            throw new PictureException(name + ": cannot be read (" + e + "); allowed: readable files; check it", e);
        } catch (OutOfMemoryError e) { // one large array that did not fit: the next picture may well
            String todo = "start Java with a larger -Xmx or lower maxPixels";
            throw new PictureException(name + ": takes more memory than is free; allowed: what fits; " + todo, e);
        }
    }
}
