package dev.graft.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.image.Decoding;
import dev.graft.image.DrawnPicture;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerceptualHashTest {
    private static final int PICTURES = 30;

    @TempDir
    Path folder;

    private final PerceptualHash hash = new PerceptualHash(Decoding.SCALED);

    private long of(Path file) throws IOException {
        return hash.of(file).orElseThrow();
    }

    /** The formula of tools/golden_inspect.py. */
    private static double[] greys(int seed) {
        double[] greys = new double[PerceptualHash.SIDE * PerceptualHash.SIDE];
        for (int y = 0, i = 0; y < PerceptualHash.SIDE; y++)
            for (int x = 0; x < PerceptualHash.SIDE; x++, i++)
                greys[i] = (x * (seed * 7 % 13 + 1)
                                + y * (seed * 5 % 11 + 1)
                                + x * y * (seed % 3) / 4
                                + (x * 31 + y * 57 + seed * 91) % 23)
                        % 256;
        return greys;
    }

    @Test
    void hash_isScipys() {
        List<String[]> rows = DrawnPicture.rows("inspect/phash.tsv");
        assertEquals(40, rows.size());
        for (String[] row : rows)
            assertEquals(row[1], String.format("%016x", PerceptualHash.ofGreys(greys(Integer.parseInt(row[0])))));
    }

    @Test
    void copies_areNear_andOtherPicturesAreNot() throws IOException {
        List<Long> originals = new ArrayList<>();
        for (int seed = 0; seed < PICTURES; seed++) {
            long original = of(DrawnPhotos.jpeg(folder.resolve("o.jpg"), DrawnPhotos.photo(seed), 0.9f));
            originals.add(original);
            for (BufferedImage copy : List.of(
                    DrawnPhotos.photo(seed, 60, 45, 0, v -> v), // resized
                    DrawnPhotos.photo(seed, 400, 300, 0, v -> v), // large: decoded at a reduced scale
                    DrawnPhotos.photo(seed, 120, 90, 0, v -> 1.2 * v), // brighter
                    DrawnPhotos.photo(seed, 120, 90, 0.01, v -> v))) { // cropped
                assertNear(original, of(DrawnPhotos.jpeg(folder.resolve("c.jpg"), copy, 0.9f)));
            }
            assertNear(original, of(DrawnPhotos.jpeg(folder.resolve("q.jpg"), DrawnPhotos.photo(seed), 0.3f)));
            assertNear(original, of(DrawnPhotos.png(folder.resolve("c.png"), DrawnPhotos.photo(seed))));
        }
        for (int a = 0; a < PICTURES; a++)
            for (int b = 0; b < a; b++) {
                int distance = Long.bitCount(originals.get(a) ^ originals.get(b));
                assertTrue(distance > FolderInspection.NEAR_BITS, a + " and " + b + " differ in " + distance + " bits");
            }
    }

    private static void assertNear(long a, long b) {
        assertTrue(Long.bitCount(a ^ b) <= FolderInspection.NEAR_BITS, () -> Long.bitCount(a ^ b) + " bits");
    }

    @Test
    void plainPicture_hasNone() throws IOException {
        BufferedImage plain = DrawnPhotos.photo(1, 50, 40, 0, v -> 0.5 + v / 100);
        assertTrue(hash.of(DrawnPhotos.jpeg(folder.resolve("plain.jpg"), plain, 0.9f))
                .isEmpty());
    }
}
