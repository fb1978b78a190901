package dev.graft.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.image.augment.View;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Fewer pixels out of a large JPEG: Pillow's draft and its box, the same refusals, and how far the numbers move. */
class ScaledDecodingTest {
    private static final Preprocessing SCALED = Preprocessing.standard().withDecoding(Decoding.SCALED);

    private static byte[] file(String name) throws IOException {
        try (InputStream in = ScaledDecodingTest.class.getResourceAsStream("/golden/scaled/" + name)) {
            return in.readAllBytes();
        }
    }

    private static byte[] read(Preprocessing preprocessing, byte[] file) throws PictureException {
        ByteBuffer slot = ByteBuffer.allocate(3 * preprocessing.height() * preprocessing.width());
        new PictureReader(preprocessing).readBytes(file, "picture", slot);
        return slot.array();
    }

    @Test
    void readBytes_goldenPictures_equalsPillowsDraftAndItsBox() throws IOException {
        Set<String> divisors = new HashSet<>();
        for (String line :
                new String(file("scaled.tsv"), StandardCharsets.UTF_8).lines().toList()) {
            String[] row = line.split("\t");
            int a = Integer.parseInt(row[3]);
            int b = Integer.parseInt(row[4]);
            Preprocessing p = SCALED.withResize(
                            row[0].equals("crop") ? new Resize.ShortSideCrop(a, b) : new Resize.Stretch(b, a))
                    .withOrientation(row[2].equals("1") ? Orientation.IGNORE : Orientation.EXIF);
            byte[] rgb = read(p, file(row[1]));
            assertEquals(row[6], DrawnPicture.sha256(rgb), line);
            boolean exact = Arrays.equals(rgb, read(p.withDecoding(Decoding.EXACT), file(row[1])));
            assertEquals(row[5].equals("1"), exact, line);
            divisors.add(row[5]);
        }
        assertEquals(Set.of("1", "2", "4", "8"), divisors);
    }

    @Test
    void readBytes_lessThanTwiceTheTarget_isExact() throws IOException {
        byte[] file = file("wide.jpg"); // 401 x 267
        for (int[] size : new int[][] {{134, 100}, {100, 201}, {300, 300}}) {
            Preprocessing p = SCALED.withResize(new Resize.Stretch(size[0], size[1]));
            assertArrayEquals(read(p.withDecoding(Decoding.EXACT), file), read(p, file));
        }
        Preprocessing half = SCALED.withResize(new Resize.Stretch(133, 200));
        assertFalse(Arrays.equals(read(half.withDecoding(Decoding.EXACT), file), read(half, file)));
    }

    @Test
    void readBytes_otherFormats_areExact() throws IOException {
        Preprocessing p = SCALED.withResize(new Resize.Stretch(4, 4));
        for (String name : List.of("rgb.png", "lossy.webp", "rgb.bmp", "palette.gif", "lzw.tif", "rgb.ppm"))
            assertArrayEquals(
                    read(p.withDecoding(Decoding.EXACT), DrawnPicture.file(name)),
                    read(p, DrawnPicture.file(name)),
                    name);
    }

    @Test
    void readBytes_views_areCutFromAllPixels() throws IOException {
        Preprocessing p = SCALED.withResize(new Resize.Stretch(20, 30));
        PictureReader.Choice view = (file, width, height) -> Optional.of(new View(7, 21, 200, 300, true));
        ByteBuffer exact = ByteBuffer.allocate(1800);
        ByteBuffer scaled = ByteBuffer.allocate(1800);
        new PictureReader(p.withDecoding(Decoding.EXACT)).readBytes(file("wide.jpg"), "wide", view, exact);
        new PictureReader(p).readBytes(file("wide.jpg"), "wide", view, scaled);
        assertArrayEquals(exact.array(), scaled.array());
    }

    @Test
    void decode_isAlwaysTheWholePicture() throws IOException {
        Pixels whole = new PictureReader(Preprocessing.standard()).decode(file("wide.jpg"), "wide");
        Pixels scaled = new PictureReader(SCALED.withResize(new Resize.Stretch(9, 9))).decode(file("wide.jpg"), "wide");
        assertEquals(401, scaled.width());
        assertArrayEquals(whole.rgb(), scaled.rgb());
    }

    @Test
    void readFloats_opencvEngine_takesTheSmallerPictureToo() throws IOException {
        Preprocessing p = SCALED.withEngine(Engine.OPENCV).withResize(new Resize.ShortSideCrop(256, 224));
        byte[] file = jpeg(1000, 930);
        byte[] scaled = read(p, file);
        Difference fromPillow = difference(read(SCALED.withResize(p.resize()), file), scaled);
        assertTrue(fromPillow.mean() < 3, fromPillow.toString());
        assertNotEquals(
                0,
                difference(read(p.withDecoding(Decoding.EXACT), file), scaled).most());
    }

    /** Every cut and a few thousand mutations: refused by one where it is refused by the other, for the same reason. */
    @Test
    void read_damagedFiles_refusesTheSame() throws IOException {
        Random random = new Random(7);
        int refused = 0;
        Preprocessing scaled = SCALED.withResize(new Resize.Stretch(4, 5));
        PictureReader fast = new PictureReader(scaled);
        PictureReader slow = new PictureReader(scaled.withDecoding(Decoding.EXACT));
        for (String name : List.of("rgb.jpg", "progressive.jpg", "restarts.jpg", "grey.jpg")) {
            byte[] file = DrawnPicture.file(name);
            for (int n = 2; n < file.length; n++) {
                byte[] cut = Arrays.copyOf(file, n);
                assertEquals(verdict(slow, cut), verdict(fast, cut), name + " cut to " + n);
                assertNotEquals("whole", verdict(fast, cut), name + " cut to " + n);
            }
            for (int i = 0; i < 500; i++) {
                byte[] mutated = file.clone();
                for (int k = random.nextInt(4); k >= 0; k--)
                    mutated[random.nextInt(file.length)] = (byte) random.nextInt(256);
                String verdict = verdict(slow, mutated);
                assertEquals(verdict, verdict(fast, mutated), name + ", mutation " + i);
                if (!verdict.equals("whole")) refused++;
            }
        }
        assertTrue(refused > 200, refused + " mutations refused");
    }

    private static String verdict(PictureReader reader, byte[] file) {
        try {
            reader.readBytes(file, "cat.jpg", ByteBuffer.allocate(60));
            return "whole";
        } catch (PictureException e) {
            return e.getMessage();
        }
    }

    /** What is lost: large pictures with edges and fine patterns, by each divisor. */
    @Test
    void readBytes_largePictures_moveLittle() throws IOException {
        for (int[] size : new int[][] {{500, 460}, {1000, 930}, {2000, 1900}}) {
            byte[] file = jpeg(size[0], size[1]);
            Difference d = difference(read(Preprocessing.standard(), file), read(SCALED, file));
            String told = size[0] + " x " + size[1] + ": mean " + d.mean() + ", most " + d.most();
            assertTrue(d.mean() > 0 && d.mean() < 2.5, told); // 1.7, 1.6 and 1.9
            assertTrue(d.most() <= 40, told); // 31, 18 and 15
        }
    }

    private record Difference(double mean, int most) {}

    private static Difference difference(byte[] a, byte[] b) {
        long sum = 0;
        int most = 0;
        for (int i = 0; i < a.length; i++) {
            int d = Math.abs((a[i] & 255) - (b[i] & 255));
            sum += d;
            most = Math.max(most, d);
        }
        return new Difference((double) sum / a.length, most);
    }

    /** Waves, a chessboard with hard edges, and hatching that gets finer to the right. */
    private static byte[] jpeg(int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++) {
                double wave = 100 + 50 * Math.sin(x / 40.0) + 30 * Math.cos(y / 25.0);
                int board = (x / 60 + y / 60) % 2 * 50;
                double hatching = y > height / 2 ? 25 * Math.sin(2.0 * x * x / width) : 0;
                int v = (int) Math.max(0, Math.min(255, wave + board + hatching));
                image.setRGB(x, y, v << 16 | Math.max(0, v - 20) << 8 | 255 - v);
            }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "jpeg", out);
        return out.toByteArray();
    }
}
