package dev.graft.image.augment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.image.DrawnPicture;
import dev.graft.image.augment.Augmentation.Range;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is drawn: torchvision's algorithm, the same for the same picture, spread as it should be. */
class SeededViewTest {
    private static final int MANY = 20_000;

    private static byte[] content(int picture) {
        return ("picture " + picture).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void parameters_equalTorchvisionsOfTheSameNumbers() {
        List<String[]> rows = DrawnPicture.rows("views/parameters.tsv");
        assertEquals(400, rows.size());
        for (String[] row : rows) {
            double[] d =
                    Arrays.stream(row, 0, 5).mapToDouble(Double::parseDouble).toArray();
            Augmentation ranges = new Augmentation(new Range(d[0], d[1]), new Range(d[2], d[3]), d[4]);
            int[] wanted =
                    Arrays.stream(row, 10, 15).mapToInt(Integer::parseInt).toArray();
            View drawn = new SeededView(ranges, Long.parseLong(row[7]), Integer.parseInt(row[8]))
                    .of(row[9].getBytes(StandardCharsets.UTF_8), Integer.parseInt(row[5]), Integer.parseInt(row[6]));
            View theirs = new View(wanted[0], wanted[1], wanted[2], wanted[3], wanted[4] == 1);
            assertEquals(theirs, drawn, String.join(" ", row));
        }
    }

    @Test
    void sameSeedPictureAndNumber_giveTheSame_anyOtherAnother() {
        SeededView first = new SeededView(Augmentation.STANDARD, 7, 0);
        View view = first.of(content(1), 500, 375);
        assertEquals(view, new SeededView(Augmentation.STANDARD, 7, 0).of(content(1), 500, 375));
        assertNotEquals(view, new SeededView(Augmentation.STANDARD, 8, 0).of(content(1), 500, 375));
        assertNotEquals(view, new SeededView(Augmentation.STANDARD, 7, 1).of(content(1), 500, 375));
        assertNotEquals(view, first.of(content(2), 500, 375));
    }

    /**
     * Of a square picture every first try with the standard ranges of area up to a half fits, so area, logarithm of the ratio and
     * place are uniform: their means and quartiles lie within four standard errors.
     */
    @Test
    void drawn_areUniform() {
        Augmentation half = new Augmentation(new Range(0.08, 0.5), Augmentation.STANDARD.ratio(), 0.5);
        double[][] shares = new double[4][MANY];
        int flipped = 0;
        for (int i = 0; i < MANY; i++) {
            View v = new SeededView(half, 5, i % 10).of(content(i / 10), 2000, 2000);
            double area = (double) v.height() * v.width() / (2000.0 * 2000.0);
            double ratio = (double) v.width() / v.height();
            assertTrue(area > 0.0798 && area < 0.5005, v.toString());
            assertTrue(ratio > 0.748 && ratio < 1.336, v.toString());
            shares[0][i] = (area - 0.08) / 0.42;
            shares[1][i] = Math.log(ratio / 0.75) / Math.log(16.0 / 9.0);
            shares[2][i] = (v.top() + 0.5) / (2000 - v.height() + 1);
            shares[3][i] = (v.left() + 0.5) / (2000 - v.width() + 1);
            flipped += v.flip() ? 1 : 0;
        }
        double error = 4 / Math.sqrt(MANY);
        for (double[] s : shares) {
            assertEquals(0.5, Arrays.stream(s).average().orElseThrow(), error * Math.sqrt(1.0 / 12));
            for (double quarter : new double[] {0.25, 0.5, 0.75}) {
                double below = Arrays.stream(s).filter(x -> x < quarter).count() / (double) MANY;
                assertEquals(quarter, below, error * Math.sqrt(quarter * (1 - quarter)));
            }
        }
        assertEquals(0.5, flipped / (double) MANY, error * 0.5);
    }

    /** Extreme shapes, where torchvision's ten tries seldom fit: always within the picture, never empty. */
    @Test
    void anyShapeAndRange_staysWithinThePicture() {
        List<Augmentation> all = List.of(
                Augmentation.STANDARD,
                new Augmentation(new Range(1, 1), new Range(1e-6, 1e6), 0),
                new Augmentation(new Range(1e-9, 1e-9), new Range(1000, 2000), 1),
                new Augmentation(new Range(0.5, 1), new Range(1e-4, 1e-3), 1));
        int[][] sizes = {{1, 1}, {1, 5000}, {5000, 1}, {3, 2}, {1_000_000, 178}, {640, 480}};
        for (Augmentation a : all)
            for (int[] size : sizes)
                for (int n = 0; n < 50; n++) {
                    View v = new SeededView(a, n, n).of(content(n), size[0], size[1]);
                    assertTrue(v.left() + v.width() <= size[0] && v.top() + v.height() <= size[1], a + " " + v);
                    if (a.flip() != 0.5) assertEquals(a.flip() == 1, v.flip(), a + " " + v);
                }
    }

    @Test
    void identity_isAnotherForEveryField() {
        Augmentation a = Augmentation.STANDARD;
        Set<String> all = new HashSet<>();
        List<SeededView> views = List.of(
                new SeededView(a, 0, 0),
                new SeededView(a, 1, 0),
                new SeededView(a, 0, 1),
                new SeededView(a, -1, 0),
                new SeededView(new Augmentation(new Range(0.08, 0.9), a.ratio(), 0.5), 0, 0),
                new SeededView(new Augmentation(new Range(Math.nextUp(0.08), 1), a.ratio(), 0.5), 0, 0),
                new SeededView(new Augmentation(a.area(), new Range(0.75, 1), 0.5), 0, 0),
                new SeededView(new Augmentation(a.area(), new Range(1, 4.0 / 3.0), 0.5), 0, 0),
                new SeededView(new Augmentation(a.area(), a.ratio(), 0.25), 0, 0));
        for (SeededView v : views) all.add(v.identity());
        assertEquals(views.size(), all.size());
        assertEquals(
                "view of algorithm 1, seed 0, number 0, 0x1.47ae147ae147bp-4, 0x1.0p0, 0x1.8p-1, 0x1.5555555555555p0, 0x1.0p-1",
                views.get(0).identity());
    }

    @Test
    void views_goRound_andNoneIsNone() {
        Views three = new Views(3, Augmentation.STANDARD, 9);
        assertEquals(Optional.of(new SeededView(Augmentation.STANDARD, 9, 1)), three.inEpoch(7));
        assertEquals(Optional.empty(), Views.NONE.inEpoch(7));
    }

    @Test
    void outOfRange_isNamed() {
        Range one = new Range(1, 1);
        refused("views must be between 0", () -> new Views(-1, Augmentation.STANDARD, 0));
        refused("area must be at most 1", () -> new Augmentation(new Range(0.5, 1.1), one, 0));
        refused("flip must be", () -> new Augmentation(one, one, 1.5));
        refused("flip must be", () -> new Augmentation(one, one, Double.NaN));
        refused("0 < from <= to", () -> new Range(0, 1));
        refused("0 < from <= to", () -> new Range(2, 1));
        refused("0 < from <= to", () -> new Range(1, Double.POSITIVE_INFINITY));
        refused("0 < from <= to", () -> new Range(Double.NaN, 1));
        refused("number must be at least 0", () -> new SeededView(Augmentation.STANDARD, 0, -1));
    }

    private static void refused(String told, org.junit.jupiter.api.function.Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.contains(told), message);
    }
}
