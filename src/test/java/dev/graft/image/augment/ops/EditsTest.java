package dev.graft.image.augment.ops;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.graft.image.DrawnPicture;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Edits with given parameters: every byte is torchvision's, from one pixel on. */
class EditsTest {
    private static final int[][] SIZES = {{1, 1}, {1, 9}, {9, 1}, {2, 2}, {3, 3}, {5, 4}, {23, 17}, {17, 17}, {64, 48}};
    private static final Rgb FILL = new Rgb(10, 200, 99);

    @Test
    void edits_equalTorchvisionsOfTheSameParameters() {
        List<String[]> rows = DrawnPicture.rows("augment/edits.tsv");
        assertEquals(171, rows.size());
        List<Executable> checks = new ArrayList<>();
        for (String[] row : rows) {
            double[] k = row[1].isEmpty()
                    ? new double[0]
                    : Arrays.stream(row[1].split(","))
                            .mapToDouble(Double::parseDouble)
                            .toArray();
            checks.add(() -> assertEquals(row[2], digest(row[0], k), row[0] + " " + row[1]));
        }
        assertAll(checks);
    }

    private static String digest(String name, double[] k) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        pictures(name, k).forEach(canvas -> {
            edit(name, k, canvas).apply(canvas);
            all.writeBytes(canvas.rgb());
        });
        return DrawnPicture.sha256(all.toByteArray()).substring(0, 24);
    }

    private static Stream<Canvas> pictures(String name, double[] k) {
        if (name.endsWith("-colours")) return Stream.of(colours());
        Stream<int[]> sizes = Arrays.stream(SIZES);
        if (name.startsWith("equalize") || name.startsWith("autocontrast"))
            sizes = Stream.concat(sizes, Stream.of(new int[] {100, 31}));
        if (name.equals("erase")) sizes = sizes.skip(6);
        if (name.equals("blur")) sizes = sizes.filter(s -> Math.min(s[0], s[1]) > (int) k[0] / 2);
        return sizes.map(s -> drawn(s[0], s[1], name.endsWith("-flat")));
    }

    /** The picture of {@link DrawnPicture}, or the same with few values. */
    static Canvas drawn(int width, int height, boolean flat) {
        Canvas canvas = new Canvas(width, height);
        byte[] pixels = DrawnPicture.of(width, height, 3);
        for (int i = 0; i < pixels.length; i++)
            canvas.rgb()[i] = flat ? (byte) ((pixels[i] & 255) / 40 * 17 + 20) : pixels[i];
        return canvas;
    }

    /** Every colour whose channels are multiples of 3. */
    private static Canvas colours() {
        Canvas canvas = new Canvas(86, 86 * 86);
        int i = 0;
        for (int r = 0; r < 256; r += 3)
            for (int g = 0; g < 256; g += 3)
                for (int b = 0; b < 256; b += 3) {
                    new Rgb(r, g, b).into(canvas.rgb(), i);
                    i += 3;
                }
        return canvas;
    }

    private static Edit edit(String name, double[] k, Canvas canvas) {
        String[] words = name.split("-");
        return switch (words[0]) {
            case "flipleftright" -> Moves::flipLeftRight;
            case "fliptopbottom" -> Moves::flipTopBottom;
            case "grey" -> Colours::grey;
            case "invert" -> Tones::invert;
            case "equalize" -> Tones::equalize;
            case "autocontrast" -> Tones::autoContrast;
            case "posterize" -> Tones.posterize((int) k[0]);
            case "solarize" -> Tones.solarize(k[0]);
            case "brightness" -> Colours.brightness(k[0]);
            case "contrast" -> Colours.contrast(k[0]);
            case "saturation" -> Colours.saturation(k[0]);
            case "sharpness" -> Blurs.sharpness(k[0]);
            case "hue" -> Colours.hue(k[0]);
            case "rotate" -> Warps.rotate(k[0], how(words[1]));
            case "shear" -> Warps.shear(k[0], k[1], how(words[1]));
            case "affine" ->
                Warps.affine(new Matrix.Pose(k[0], (int) k[1], (int) k[2], k[3], k[4], k[5]), how(words[1]));
            case "perspective" -> Warps.perspective(k, how(words[1]));
            case "crop" ->
                Moves.cut(
                        (int) (k[1] - k[0]),
                        (int) (k[2] - k[0]),
                        Border.valueOf(words[1].toUpperCase(Locale.ROOT)),
                        FILL);
            case "erase" -> Moves.erase((int) k[0], (int) k[1], (int) k[2], (int) k[3], FILL);
            case "blur" -> Blurs.gaussian((int) k[0], k[1]);
            default -> throw new AssertionError(name + " of " + canvas.width());
        };
    }

    private static Resampling how(String interpolation) {
        return new Resampling(Interpolation.valueOf(interpolation.toUpperCase(Locale.ROOT)), FILL);
    }
}
