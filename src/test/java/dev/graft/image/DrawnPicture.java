package dev.graft.image;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Pictures drawn by an integer formula, and what the golden folder says about them. */
public final class DrawnPicture {
    private DrawnPicture() {}

    /** The picture that tools/golden_image.py draws too. */
    public static Pixels of(int width, int height) {
        return new Pixels(width, height, of(width, height, 3));
    }

    /** The same with any number of channels. */
    public static byte[] of(int width, int height, int channels) {
        byte[] pixels = new byte[channels * width * height];
        for (int y = 0, i = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                for (int c = 0; c < channels; c++) pixels[i++] = (byte) (x * 31 + y * 57 + c * 91 + x * y % 253 * 7);
        return pixels;
    }

    /** The same as an uncompressed file. */
    public static byte[] asPpm(Pixels pixels) {
        byte[] header = ("P6 " + pixels.width() + " " + pixels.height() + " 255\n").getBytes(StandardCharsets.US_ASCII);
        byte[] file = Arrays.copyOf(header, header.length + pixels.rgb().length);
        System.arraycopy(pixels.rgb(), 0, file, header.length, pixels.rgb().length);
        return file;
    }

    /** A file of the golden folder. */
    public static byte[] golden(String name) {
        return resource("image/" + name);
    }

    /** A file of any part of the golden folder. */
    static byte[] resource(String name) {
        try (InputStream in = DrawnPicture.class.getResourceAsStream("/golden/" + name)) {
            assertNotNull(in, "no golden file " + name + ": run tools/golden.py");
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A drawn picture file of the golden folder. */
    public static byte[] file(String name) {
        return golden("pictures/" + name);
    }

    /** The cells of a golden table. */
    public static List<String[]> table(String name) {
        return rows("image/" + name);
    }

    /** The cells of a golden table of any part. */
    public static List<String[]> rows(String name) {
        return new String(resource(name), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split("\t"))
                .toList();
    }

    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
