package dev.graft.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrawnPicturesTest {
    @TempDir
    Path root;

    @Test
    void write_sameSeed_givesSameBytes() throws IOException {
        DrawnPictures.write(root.resolve("a"), 4, 2, 7);
        DrawnPictures.write(root.resolve("b"), 4, 2, 7);
        DrawnPictures.write(root.resolve("c"), 4, 2, 8);
        for (Path file : files(root.resolve("a"))) {
            Path name = root.resolve("a").relativize(file);
            byte[] bytes = Files.readAllBytes(file);
            assertArrayEquals(bytes, Files.readAllBytes(root.resolve("b").resolve(name)), name.toString());
            assertFalse(
                    Arrays.equals(bytes, Files.readAllBytes(root.resolve("c").resolve(name))), name.toString());
        }
    }

    @Test
    void write_givesHalfOfEachClass_andNoPictureTwice() throws IOException {
        DrawnPictures.write(root, 6, 4, 1);
        assertEquals(
                List.of("000.jpg", "001.jpg", "002.jpg"),
                files(root.resolve("train/cat")).stream()
                        .map(f -> f.getFileName().toString())
                        .toList());
        assertEquals(3, files(root.resolve("train/dog")).size());
        assertEquals(2, files(root.resolve("val/cat")).size());
        assertEquals(2, files(root.resolve("val/dog")).size());
        long different = files(root).stream()
                .map(f -> Arrays.hashCode(read(f)))
                .distinct()
                .count();
        assertEquals(10, different);
    }

    @Test
    void write_oddNumber_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> DrawnPictures.write(root, 3, 2, 0));
        assertThrows(IllegalArgumentException.class, () -> DrawnPictures.write(root, 2, 0, 0));
    }

    @Test
    void writeUnseen_namesTellTheTruth_andNoneIsInTraining() throws IOException {
        DrawnPictures.write(root.resolve("seen"), 8, 8, 5);
        List<Path> unseen = DrawnPictures.writeUnseen(root.resolve("unseen"), 8, 5);
        assertEquals(8, unseen.size());
        for (int i = 0; i < unseen.size(); i++) {
            String name = unseen.get(i).getFileName().toString();
            assertTrue(name.matches("unseen-" + (i + 1) + "-(cat|dog)\\.jpg"), name);
            for (Path seen : files(root.resolve("seen"))) assertFalse(Arrays.equals(read(seen), read(unseen.get(i))));
        }
    }

    /** If colours or places told the classes apart, training on the pictures would show nothing. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2})
    void thumbnails_doNotGiveTheClassAway(long seed) throws IOException {
        DrawnPictures.write(root, 200, 100, seed);
        LogisticRegression model = new LogisticRegression(thumbnails("train"));
        double accuracy = model.accuracy(thumbnails("val"));
        assertTrue(accuracy <= 0.70, "a linear model on 8 x 8 thumbnails has " + accuracy);
    }

    private double[][][] thumbnails(String split) throws IOException {
        double[][][] byClass = new double[2][][];
        for (Animal animal : Animal.values())
            byClass[animal.ordinal()] = files(root.resolve(split).resolve(animal.folder())).stream()
                    .map(DrawnPicturesTest::thumbnail)
                    .toArray(double[][]::new);
        return byClass;
    }

    /** The mean blue, green and red of each of 8 x 8 fields, 0..1. */
    private static double[] thumbnail(Path file) {
        try {
            BufferedImage picture = ImageIO.read(file.toFile());
            byte[] bgr = ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
            double[] sums = new double[192];
            int[] counts = new int[64];
            for (int i = 0; i < bgr.length; i += 3) {
                int x = i / 3 % picture.getWidth();
                int y = i / 3 / picture.getWidth();
                int field = y * 8 / picture.getHeight() * 8 + x * 8 / picture.getWidth();
                for (int c = 0; c < 3; c++) sums[3 * field + c] += bgr[i + c] & 0xFF;
                counts[field]++;
            }
            for (int i = 0; i < sums.length; i++) sums[i] /= 255.0 * counts[i / 3];
            return sums;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
