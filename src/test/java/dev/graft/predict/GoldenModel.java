package dev.graft.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.torch.RandomSource;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/** The models and pictures of tools/golden_predict.py, and what PyTorch says of them. */
public final class GoldenModel {
    public static final List<String> CLASSES = List.of("cat", "dog", "owl");
    static final Resize STRETCH = new Resize.Stretch(56, 72);
    static final Resize CROP = new Resize.ShortSideCrop(60, 48);

    /** How far two machines' float32 lie apart in a probability. */
    static final float ROUNDING = 1e-5f;

    /** Of the head. */
    public static final int SEED = 32;

    private static final Map<String, float[]> PROBABILITIES = new HashMap<>();

    static {
        for (String line : new String(resource("probabilities.tsv"), StandardCharsets.UTF_8).split("\n")) {
            String[] cells = line.split("\t");
            float[] p = new float[cells.length - 2];
            for (int c = 0; c < p.length; c++) p[c] = Float.parseFloat(cells[c + 2]);
            PROBABILITIES.put(cells[0] + " " + cells[1], p);
        }
    }

    private GoldenModel() {}

    /** Saves a model with this preprocessing. */
    public static Path save(Path file, Path weights, Preprocessing preprocessing) throws IOException {
        ModelCard card = new ModelCard(Architecture.RESNET18, CLASSES, preprocessing);
        try (RandomSource random = new RandomSource(SEED);
                Classifier c = Classifier.graft(weights, card, random)) {
            c.save(file);
        }
        return file;
    }

    /** Draws the first {@code count} pictures, of different sizes. */
    static List<Path> draw(Path folder, int count) throws IOException {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            files.add(draw(folder.resolve(i + ".png"), i, 40 + i * 29 % 83, 40 + i * 17 % 71));
        }
        return files;
    }

    /** Draws picture {@code i} in this size. */
    public static Path draw(Path file, int i, int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int rgb = 0;
                for (int c = 0; c < 3; c++) {
                    int tile = (x / 7 * 5 + y / 6 * 3 + i * 11 + c * 4) % 13 * 15;
                    rgb = rgb << 8 | (x * (1 + i % 3) + y * (2 + c) + tile) % 256;
                }
                image.setRGB(x, y, rgb);
            }
        }
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    /** A file of the golden folder. */
    static byte[] resource(String name) {
        try (InputStream in = GoldenModel.class.getResourceAsStream("/golden/predict/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }

    /** What PyTorch says of a picture, whose name is its number, prepared in this way: stretch, crop or as-is. */
    static float[] probabilities(String how, String picture) {
        return PROBABILITIES.get(how + " " + picture);
    }

    /** Holds a prediction against PyTorch's. */
    static void assertIsGolden(String how, Object picture, Prediction seen) {
        assertIsGolden(how, picture, seen, ROUNDING);
    }

    /** The same with this much room for each probability. */
    static void assertIsGolden(String how, Object picture, Prediction seen, float room) {
        float[] expected = probabilities(how, picture.toString());
        assertEquals(expected.length, seen.probabilities().size());
        int best = 0;
        for (int c = 0; c < expected.length; c++) {
            String where = how + " " + picture + ": expected " + Arrays.toString(expected) + ", saw " + seen;
            assertEquals(expected[c], seen.probabilities().get(c), room, where);
            if (expected[c] > expected[best]) best = c;
        }
        float second = 0;
        for (int c = 0; c < expected.length; c++) {
            if (c != best) second = Math.max(second, expected[c]);
        }
        if (expected[best] - second > 2 * room) assertEquals(CLASSES.get(best), seen.label());
        assertEquals(seen.probabilities().get(CLASSES.indexOf(seen.label())), seen.probability());
    }
}
