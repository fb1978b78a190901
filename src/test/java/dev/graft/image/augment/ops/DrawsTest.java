package dev.graft.image.augment.ops;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.graft.image.DrawnPicture;
import dev.graft.image.augment.Augmentation;
import dev.graft.image.augment.SeededView;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What is drawn equals what torchvision's transforms draw of the same numbers, and uses as many of them. */
class DrawsTest {
    private static final Rgb FILL = new Rgb(10, 200, 99);
    private static final Resampling SMOOTH = new Resampling(Interpolation.BILINEAR, FILL);

    private static final Map<String, Operation> OPERATIONS = Map.ofEntries(
            Map.entry("horizontalflip", new HorizontalFlip(0.5)),
            Map.entry("verticalflip", new VerticalFlip(0.5)),
            Map.entry("grey", new Grey(0.5)),
            Map.entry("equalize", new Equalize(0.5)),
            Map.entry("autocontrast", new AutoContrast(0.5)),
            Map.entry("invert", new Invert(0.5)),
            Map.entry("posterize", new Posterize(3, 0.7)),
            Map.entry("solarize", new Solarize(128, 0.7)),
            Map.entry("sharpness", new Sharpness(2, 0.7)),
            Map.entry("rotation", new Rotation(new Interval(-30, 60), new Resampling(Interpolation.NEAREST, FILL))),
            Map.entry(
                    "affine",
                    new Affine(
                            new Interval(-10, 20),
                            0.1,
                            0.3,
                            new Interval(0.8, 1.3),
                            new Interval(-10, 10),
                            new Interval(-5, 15),
                            SMOOTH)),
            Map.entry("perspective", new Perspective(0.5, 0.8, SMOOTH)),
            Map.entry("crop", new Crop(6, Border.REFLECT, FILL)),
            Map.entry("jitter", ColourJitter.of(0.4, 0.4, 0.4, 0.1)),
            Map.entry(
                    "jitter-some",
                    new ColourJitter(
                            new Interval(0.1, 1.9), Interval.of(1), new Interval(0.5, 2.5), Interval.around0(0))),
            Map.entry("blur", new Sometimes(List.of(new Blur(5, new Interval(0.1, 2)), new VerticalFlip(0.5)), 0.6)),
            Map.entry("erasing", new Erasing(new Interval(0.02, 0.33), new Interval(0.3, 3.3), FILL, 0.9)),
            Map.entry("randaugment", RandAugment.STANDARD),
            Map.entry("randaugment-strong", new RandAugment(3, 14, 16, SMOOTH)),
            Map.entry("trivialaugment", TrivialAugment.STANDARD),
            Map.entry("trivialaugment-few", new TrivialAugment(4, SMOOTH)));

    @Test
    void pictures_equalTorchvisionsOfTheSameNumbers() {
        List<String[]> rows = DrawnPicture.rows("augment/drawn.tsv");
        assertEquals(
                OPERATIONS.keySet(), Set.copyOf(rows.stream().map(r -> r[0]).toList()));
        List<Executable> checks = new ArrayList<>();
        for (String[] row : rows)
            checks.add(() -> assertEquals(row[2], digest(row[0], Integer.parseInt(row[1])), row[0]));
        assertAll(checks);
    }

    private static String digest(String name, int pictures) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < pictures; i++) {
            Canvas canvas = name.equals("blur") ? EditsTest.drawn(9, 7, false) : EditsTest.drawn(64, 48, false);
            DoubleSupplier numbers =
                    new SeededView(Augmentation.STANDARD, 7, i).numbers(name.getBytes(StandardCharsets.UTF_8));
            OPERATIONS.get(name).draw(canvas.width(), canvas.height(), numbers).apply(canvas);
            all.writeBytes(canvas.rgb());
            all.write((int) (numbers.getAsDouble() * 256)); // another one if fewer or more numbers were drawn
        }
        return DrawnPicture.sha256(all.toByteArray()).substring(0, 24);
    }

    @Test
    void magnitudes_equalTorchvisionsInEveryBin() {
        List<String[]> rows = DrawnPicture.rows("augment/magnitudes.tsv");
        assertEquals(4 * RandomChoice.values().length, rows.size());
        for (int i = 0; i < rows.size(); i++) {
            String[] row = rows.get(i);
            String told = String.join(" ", row);
            RandomChoice choice = RandomChoice.values()[i % RandomChoice.values().length];
            assertEquals(row[4], choice.name().replace("_", ""), told);
            assertEquals(row[5].equals("1"), choice.isSigned(), told);
            assertEquals(row[6].equals("none"), !choice.hasMagnitude(), told);
            int bins = Integer.parseInt(row[1]);
            RandomChoice.Reach reach = row[0].equals("RandAugment")
                    ? RandAugment.reach(Integer.parseInt(row[2]), Integer.parseInt(row[3]))
                    : TrivialAugment.REACH;
            if (!choice.hasMagnitude()) continue;
            String[] values = row[6].split(",");
            assertEquals(bins, values.length, told);
            for (int bin = 0; bin < bins; bin++)
                assertEquals(Float.parseFloat(values[bin]), choice.magnitude(bin, bins, reach), told + " bin " + bin);
        }
    }
}
