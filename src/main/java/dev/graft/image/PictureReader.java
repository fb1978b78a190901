package dev.graft.image;

import dev.graft.image.augment.SeededView;
import dev.graft.image.augment.View;
import dev.graft.image.codec.Bytes;
import dev.graft.image.codec.NativeBytes;
import dev.graft.image.codec.OpenCv;
import dev.graft.image.codec.OpenedFile;
import dev.graft.image.codec.PictureFile;
import dev.graft.image.codec.PictureFormat;
import dev.graft.image.codec.Raster;
import dev.graft.image.codec.Refusal;
import dev.graft.image.resize.ResizeFrame;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads picture files into pixels, or into the bytes or floats of a batch. Thread-safe.
 *
 * <p>The first bytes of a file tell its format. The size in its header is checked against the limits before it is
 * decoded. A file that is not a complete picture is refused with a {@link PictureException}; nothing is then written to
 * the slot.
 */
public final class PictureReader {
    /** The largest allowed file, in bytes. */
    public static final long MOST_FILE_BYTES = 256L << 20;

    /** The longest allowed side of a picture, in pixels: libpng's limit, just below OpenCV's. */
    public static final long MOST_SIDE = 1_000_000;

    private static final Choice WHOLE = (file, width, height) -> Optional.empty();

    private final Preprocessing preprocessing;
    private final float[][] table;
    private final Sizing sizing;
    private final GreyDecoder grey;

    /** Chooses the view of a picture from the file's bytes and its upright size; empty for no augmentation. */
    interface Choice {
        Optional<View> of(ByteBuffer file, int width, int height);
    }

    /** A reader for one preprocessing. */
    public PictureReader(Preprocessing preprocessing) {
        OpenCv.load();
        this.preprocessing = preprocessing;
        table = preprocessing.normalization().table();
        sizing = new Sizing(preprocessing);
        grey = new GreyDecoder(preprocessing.grey());
    }

    /** The preprocessing of this reader. */
    public Preprocessing preprocessing() {
        return preprocessing;
    }

    /**
     * The whole picture as 8-bit RGB, as from Pillow's {@code Image.open(file).convert("RGB")}: alpha is dropped,
     * palettes and grey become RGB, grey as {@link Preprocessing#grey} says. Always the full size, independent of {@link
     * Preprocessing#decoding}. The array is on Java's heap; a picture that does not fit there is refused.
     */
    public Pixels decode(Path file) throws PictureException {
        return Named.run(file.toString(), () -> {
            try (NativeBytes bytes = OpenedFile.read(file, MOST_FILE_BYTES)) {
                return decode(bytes);
            }
        });
    }

    /** The same for a file in memory; {@code name} is used in messages. */
    public Pixels decode(byte[] file, String name) throws PictureException {
        return Named.run(name, () -> {
            try (NativeBytes bytes = NativeBytes.copyOf(file)) {
                return decode(bytes);
            }
        });
    }

    private Pixels decode(NativeBytes file) throws Refusal {
        PictureFile picture = opened(file);
        if (3 * picture.width() * picture.height() > Runtime.getRuntime().maxMemory())
            throw Refusal.heap(picture.width(), picture.height());
        try (Decoded decoded = decoded(picture, 1)) {
            Raster raster = decoded.raster();
            return new Pixels(raster.width(), raster.height(), raster.toArray());
        }
    }

    /**
     * Decodes and resizes. Writes height x width x 3 bytes (RGB, interleaved) at the slot's position and advances it.
     * File and pixels are outside Java's heap during the call.
     *
     * @throws IllegalArgumentException if the slot has too little room
     */
    public void readBytes(Path file, ByteBuffer slot) throws PictureException {
        readBytes(file, Optional.empty(), slot);
    }

    /** The same for a file in memory; {@code name} is used in messages. */
    public void readBytes(byte[] file, String name, ByteBuffer slot) throws PictureException {
        readBytes(file, name, WHOLE, slot);
    }

    /** The same for one of the picture's views, resized to the same size; empty for no augmentation. */
    public void readBytes(Path file, Optional<SeededView> view, ByteBuffer slot) throws PictureException {
        checkRoom(slot.remaining());
        read(file, of(view), picture -> picture.into(slot));
    }

    /** The same for a file in memory; {@code name} is used in messages. */
    public void readBytes(byte[] file, String name, Optional<SeededView> view, ByteBuffer slot)
            throws PictureException {
        readBytes(file, name, of(view), slot);
    }

    void readBytes(byte[] file, String name, Choice choice, ByteBuffer slot) throws PictureException {
        checkRoom(slot.remaining());
        read(file, name, choice, picture -> picture.into(slot));
    }

    /**
     * Decodes, resizes and normalises. Writes height x width x 3 floats (RGB, interleaved) at the slot's position and
     * advances it. File and pixels are outside Java's heap during the call.
     *
     * @throws IllegalArgumentException if the slot has too little room
     */
    public void readFloats(Path file, FloatBuffer slot) throws PictureException {
        readFloats(file, Optional.empty(), slot);
    }

    /** The same for a file in memory; {@code name} is used in messages. */
    public void readFloats(byte[] file, String name, FloatBuffer slot) throws PictureException {
        readFloats(file, name, WHOLE, slot);
    }

    /** The same for one of the picture's views, resized to the same size; empty for no augmentation. */
    public void readFloats(Path file, Optional<SeededView> view, FloatBuffer slot) throws PictureException {
        checkRoom(slot.remaining());
        read(file, of(view), picture -> normalize(picture, slot));
    }

    /** The same for a file in memory; {@code name} is used in messages. */
    public void readFloats(byte[] file, String name, Optional<SeededView> view, FloatBuffer slot)
            throws PictureException {
        readFloats(file, name, of(view), slot);
    }

    void readFloats(byte[] file, String name, Choice choice, FloatBuffer slot) throws PictureException {
        checkRoom(slot.remaining());
        read(file, name, choice, picture -> normalize(picture, slot));
    }

    /** As {@link #readBytes(Path, Optional, ByteBuffer)}, for pixels in memory. */
    public void readBytes(Pixels pixels, Optional<SeededView> view, ByteBuffer slot) throws PictureException {
        checkRoom(slot.remaining());
        read(pixels, of(view), picture -> picture.into(slot));
    }

    /** As {@link #readFloats(Path, Optional, FloatBuffer)}, for pixels in memory. */
    public void readFloats(Pixels pixels, Optional<SeededView> view, FloatBuffer slot) throws PictureException {
        checkRoom(slot.remaining());
        read(pixels, of(view), picture -> normalize(picture, slot));
    }

    private void normalize(Resized picture, FloatBuffer slot) throws Refusal {
        if (preprocessing.engine() == Engine.EXACT) picture.into(slot, table);
        else picture.into(slot, preprocessing.normalization());
    }

    /** Receives a resized picture. */
    private interface Sink {
        void put(Resized picture) throws Refusal;
    }

    private void read(Path file, Choice choice, Sink sink) throws PictureException {
        Named.run(file.toString(), () -> {
            try (NativeBytes bytes = OpenedFile.read(file, MOST_FILE_BYTES)) {
                return read(bytes, choice, sink);
            }
        });
    }

    private void read(byte[] file, String name, Choice choice, Sink sink) throws PictureException {
        Named.run(name, () -> {
            try (NativeBytes bytes = NativeBytes.copyOf(file)) {
                return read(bytes, choice, sink);
            }
        });
    }

    private Void read(NativeBytes file, Choice choice, Sink sink) throws Refusal {
        try (Resized picture = resized(file, choice)) {
            sink.put(picture);
        }
        return null;
    }

    private void read(Pixels pixels, Choice choice, Sink sink) throws PictureException {
        int width = pixels.width();
        int height = pixels.height();
        Named.run("picture in memory", () -> {
            sizing.checkSize(width, height);
            Optional<View> view = choice.of(ByteBuffer.wrap(pixels.rgb()), width, height);
            try (Decoded whole = Decoded.whole(grey.scaled(Raster.of(width, height, pixels.rgb())));
                    Resized picture = view.isPresent()
                            ? sizing.viewed(whole, view.get())
                            : new Resized(sizing.resized(whole, sizing.frame(width, height)), false)) {
                sink.put(picture);
            }
            return null;
        });
    }

    private Choice of(Optional<SeededView> view) {
        return view.isEmpty()
                ? WHOLE
                : (file, width, height) ->
                        view.map(v -> v.of(file, width, height, preprocessing.width(), preprocessing.height()));
    }

    private void checkRoom(int room) {
        int needed = 3 * preprocessing.height() * preprocessing.width();
        if (room < needed)
            throw new IllegalArgumentException("slot must have room for " + needed + " values, has " + room);
    }

    private Resized resized(NativeBytes file, Choice choice) throws Refusal {
        PictureFile picture = opened(file);
        boolean turned = orientation(picture) >= 5;
        int width = (int) (turned ? picture.height() : picture.width());
        int height = (int) (turned ? picture.width() : picture.height());
        Optional<View> view = choice.of(file.bytes(), width, height);
        if (view.isPresent()) return resized(picture, view.get());
        ResizeFrame frame = sizing.frame(width, height);
        int divisor = picture.canShrink() && grey.isIdle() ? sizing.divisor(width, height, frame) : 1;
        try (Decoded whole = decoded(picture, divisor)) {
            return new Resized(sizing.resized(whole, frame), false);
        }
    }

    private Resized resized(PictureFile picture, View view) throws Refusal {
        try (Decoded whole = decoded(picture, 1)) {
            return sizing.viewed(whole, view);
        }
    }

    private PictureFile opened(NativeBytes file) throws Refusal {
        PictureFile picture = PictureFormat.open(new Bytes(file.bytes(), "picture"));
        sizing.checkSize(picture.width(), picture.height());
        return picture;
    }

    private Decoded decoded(PictureFile picture, int divisor) throws Refusal {
        return Decoded.of(grey.decode(picture, divisor), (int) picture.width(), (int) picture.height(), divisor)
                .oriented(orientation(picture));
    }

    private int orientation(PictureFile picture) {
        return preprocessing.orientation() == Orientation.EXIF ? picture.orientation() : 1;
    }
}
