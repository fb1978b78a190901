package dev.graft.evaluate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.SmallRun;
import dev.graft.data.ImageFolder;
import dev.graft.data.Sample;
import dev.graft.model.HashState;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluatorTest {
    @TempDir
    static Path folder;

    /** Not the order that folders have. */
    private static final String[] CLASSES = {"pear", "apple", "fig", "kiwi", "lime", "plum"};

    private static Path model;
    private static Path data;

    @BeforeAll
    static void draw() throws IOException {
        Threads.set(2);
        Path weights = HashState.write(folder.resolve("hash.pth"), 10);
        model = SmallRun.model(folder.resolve("model.pt"), weights, SmallRun.card(HashState.SIZE, CLASSES));
        data = folder.resolve("data");
        for (int i = 0; i < 12; i++) {
            String name = List.of("apple", "lime", "pear").get(i % 3);
            HashState.picture(Files.createDirectories(data.resolve(name)).resolve(i + ".png"), i);
        }
        Files.writeString(data.resolve("lime/torn.png"), "no picture");
    }

    private static Predictor open() throws IOException {
        return Predictor.open(model, PredictorOptions.exact().withDevice(ComputeDevice.CPU));
    }

    @Test
    void evaluate_findsTheClassesByName_andAgreesWithThePredictor() throws IOException {
        try (ImageFolder pictures = ImageFolder.open(data);
                Predictor predictor = open()) {
            List<Integer> seen = new ArrayList<>();
            EvaluationResult result =
                    new Evaluator(predictor).progress(seen::add).evaluate(pictures, Part.AUTO);
            assertEquals(List.of(CLASSES), result.classes());
            assertEquals(13, seen.size());
            assertEquals(12, result.scores().count());
            assertArrayEquals(new int[] {4, 4, 0, 0, 4, 0}, result.counts());
            List<Sample> samples = Part.ALL.of(pictures);
            int correct = 0;
            for (int i = 0; i < 12; i++) {
                Sample sample = samples.get(result.scores().samples()[i]);
                Prediction expected = predictor.predict(sample.file());
                String actual = pictures.classes().get(sample.label());
                assertEquals(actual, CLASSES[result.scores().labels()[i]]);
                assertEquals(actual, result.rows().get(i).actual());
                assertEquals(expected.label(), result.rows().get(i).predicted());
                for (int c = 0; c < CLASSES.length; c++) {
                    assertEquals(
                            expected.probabilities().get(c),
                            result.rows().get(i).probabilities()[c],
                            1e-5);
                    assertEquals(expected.logits().get(c), result.scores().logits()[i][c], 1e-4);
                }
                correct += actual.equals(expected.label()) ? 1 : 0;
            }
            assertEquals(correct / 12.0, result.metrics().get("accuracy"));
            assertTrue(result.metrics().containsKey("top5_accuracy"));
            assertTrue(result.unreadable().get(0).reason().contains("torn.png"));
            assertMistakesAreSorted(result, 12 - correct);
        }
    }

    private static void assertMistakesAreSorted(EvaluationResult result, int wrong) {
        List<Mistake> worst = result.worst(100);
        assertEquals(wrong, worst.size());
        for (int i = 0; i < worst.size(); i++) {
            assertFalse(worst.get(i).actual().equals(worst.get(i).predicted()));
            assertTrue(worst.get(i).probability() >= worst.get(i).actualProbability());
            assertTrue(i == 0 || worst.get(i - 1).probability() >= worst.get(i).probability());
        }
        assertEquals(worst.subList(0, Math.min(2, wrong)), result.worst(2));
    }

    @Test
    void evaluate_nothingReadable_hasNoValues() throws IOException {
        Path torn = folder.resolve("torn");
        for (String name : List.of("apple/1.png", "apple/2.png", "fig/1.png", "fig/2.png")) {
            Files.createDirectories(torn.resolve(name).getParent());
            Files.writeString(torn.resolve(name), "no picture");
        }
        try (ImageFolder pictures = ImageFolder.open(torn);
                Predictor predictor = open()) {
            EvaluationResult result = new Evaluator(predictor).evaluate(pictures, Part.AUTO);
            assertEquals(4, result.unreadable().size());
            assertTrue(result.metrics().get("accuracy").isNaN());
            assertTrue(EvaluationFile.of(result, List.of(), model, torn, pictures, Part.ALL)
                    .get("metrics")
                    .get("accuracy")
                    .isNull());
            assertArrayEquals(new int[6], result.counts());
        }
    }

    @Test
    void evaluate_stopRequest_endsIt() throws IOException {
        try (ImageFolder pictures = ImageFolder.open(data);
                Predictor predictor = open()) {
            List<Integer> seen = new ArrayList<>();
            Evaluator evaluator = new Evaluator(predictor).progress(seen::add).stopWhen(() -> seen.size() == 3);
            Exception e = assertThrows(IllegalStateException.class, () -> evaluator.evaluate(pictures, Part.ALL));
            assertTrue(e.getMessage().contains("stopped"), e.getMessage());
            assertEquals(List.of(1, 2, 3), seen);
        }
    }

    @Test
    void parts_areThoseOfTheData() throws IOException {
        Path split = folder.resolve("split");
        for (String part : Set.of("train", "val", "test")) {
            for (String name : List.of("apple", "fig")) {
                Files.createDirectories(split.resolve(part).resolve(name));
                Files.writeString(split.resolve(part).resolve(name).resolve(part + ".png"), part + name);
            }
        }
        try (ImageFolder pictures = ImageFolder.open(split)) {
            assertEquals(Part.TEST, Part.AUTO.in(pictures));
            assertEquals(pictures.test(), Part.AUTO.of(pictures));
            assertEquals(pictures.train(), Part.TRAIN.of(pictures));
            assertEquals(pictures.validation(), Part.VALIDATION.of(pictures));
            assertEquals(6, Part.ALL.of(pictures).size());
        }
        try (ImageFolder pictures = ImageFolder.open(data)) {
            assertEquals(Part.ALL, Part.AUTO.in(pictures));
            assertThrows(IllegalArgumentException.class, () -> Part.TEST.of(pictures));
        }
    }
}
