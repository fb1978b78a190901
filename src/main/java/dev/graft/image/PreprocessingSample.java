package dev.graft.image;

import dev.graft.files.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells whether a preprocessing gives the same pixels on two machines or in two versions: a checksum of what it makes of three sample
 * pictures. A JPEG with an EXIF orientation and a PNG with a palette are files in this package, drawn by {@code
 * tools/sample_pictures.py}; a PPM is drawn here. If grey values are scaled, these are read without, and a PGM of 16 bits with.
 *
 * <p>The checksum is over the bytes after resize and crop, before the normalisation: these do not depend on the processor, floats do.
 */
public final class PreprocessingSample {
    /** The number of this set of pictures. Checksums of different sets cannot be compared. */
    public static final int SET = 1;

    /** Larger pictures would take long to make; the same code makes smaller ones. */
    private static final int MOST_SIDE = 512;

    private static final int WIDTH = 90;
    private static final int HEIGHT = 120;

    private static final Map<Preprocessing, String> MADE = new ConcurrentHashMap<>();

    private PreprocessingSample() {}

    /**
     * The SHA-256 of the sample pictures after this preprocessing, 64 hexadecimal digits. Takes 5 ms; as the first pictures that
     * a process reads, 0.1 s; made once in a process. Sides above 512 pixels count as 512. Thread-safe.
     */
    public static String checksum(Preprocessing preprocessing) {
        return MADE.computeIfAbsent(preprocessing, PreprocessingSample::made);
    }

    private static String made(Preprocessing preprocessing) {
        Preprocessing bounded = preprocessing
                .withResize(bounded(preprocessing.resize()))
                .withMaxPixels(Preprocessing.PILLOW_MAX_PIXELS);
        PictureReader reader = new PictureReader(bounded.withGrey(GreyScaling.NONE)); // these are colour pictures
        ByteBuffer pixels = ByteBuffer.allocate(3 * bounded.height() * bounded.width());
        MessageDigest digest = Digests.sha256();
        try {
            for (String name : new String[] {"sample.jpg", "sample.png"})
                digest.update(made(reader, resource(name), name, pixels));
            digest.update(made(reader, drawn(), "sample.ppm", pixels));
            if (!bounded.grey().equals(GreyScaling.NONE))
                digest.update(made(new PictureReader(bounded), drawnGrey(), "sample.pgm", pixels));
        } catch (IOException e) {
            throw new UncheckedIOException("preprocessing: a sample picture could not be read", e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static Resize bounded(Resize resize) {
        if (resize instanceof Resize.ShortSideCrop c)
            return new Resize.ShortSideCrop(Math.min(c.shortSide(), MOST_SIDE), Math.min(c.crop(), MOST_SIDE));
        return new Resize.Stretch(Math.min(resize.height(), MOST_SIDE), Math.min(resize.width(), MOST_SIDE));
    }

    private static ByteBuffer made(PictureReader reader, byte[] file, String name, ByteBuffer pixels)
            throws IOException {
        reader.readBytes(file, name, pixels.clear());
        return pixels.flip();
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = PreprocessingSample.class.getResourceAsStream(name)) {
            if (in == null) throw new IOException("the jar of Graft lacks dev/graft/image/" + name);
            return in.readAllBytes();
        }
    }

    /** A ramp of 16-bit values, half of them where windows usually are. */
    private static byte[] drawnGrey() {
        byte[] header = ("P5 " + WIDTH + " " + HEIGHT + " 65535\n").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer file =
                ByteBuffer.allocate(header.length + 2 * WIDTH * HEIGHT).put(header);
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++)
                file.putShort((short) (y % 2 == 0 ? 7 * (y * WIDTH + x) : x * WIDTH / 2 + y));
        return file.array();
    }

    /** Ramps under tiles, in a file format that stores the bytes as they are. */
    private static byte[] drawn() {
        byte[] header = ("P6 " + WIDTH + " " + HEIGHT + " 255\n").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer file =
                ByteBuffer.allocate(header.length + 3 * WIDTH * HEIGHT).put(header);
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++)
                for (int c = 0; c < 3; c++)
                    file.put((byte) (x * (2 + c) + y * (4 - c) + (x / 7 * 5 + y / 6 * 3 + c * 4) % 13 * 15));
        return file.array();
    }
}
