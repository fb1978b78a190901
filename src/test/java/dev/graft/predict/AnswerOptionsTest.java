package dev.graft.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.SmallRun;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.metrics.LabelThresholds;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.model.ModelCard;
import dev.graft.model.Precision;
import dev.graft.model.TrustedScript;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a prediction tells beside its class: features, the classes in order, and that it does not know. */
class AnswerOptionsTest {
    private static final PredictorOptions EXACT = PredictorOptions.exact().withDevice(ComputeDevice.CPU);
    private static final PredictorOptions FUSED =
            PredictorOptions.fast().withDevice(ComputeDevice.CPU).withPrecision(Precision.FP32);

    @TempDir
    static Path folder;

    private static final List<Path> pictures = new ArrayList<>();
    private static Path weights;
    private static Path model;

    @BeforeAll
    static void save() throws IOException {
        weights = HashState.write(folder.resolve("hash.pth"), 10);
        model = SmallRun.model(folder.resolve("model.pt"), weights, SmallRun.card(32, "ant", "bee", "cat", "dog"));
        for (int i = 0; i < 5; i++) pictures.add(HashState.picture(folder.resolve(i + ".png"), i));
    }

    /** The head's rows times the features are the logits. */
    private static void assertHeadOf(Path saved, Prediction p) throws IOException {
        try (Classifier c = Classifier.load(saved)) {
            assertEquals(c.card().network().features(), p.features().size());
            float[] weight = floats(c, "fc.weight");
            float[] bias = floats(c, "fc.bias");
            for (int k = 0; k < bias.length; k++) {
                double sum = bias[k];
                for (int f = 0; f < p.features().size(); f++)
                    sum += weight[k * p.features().size() + f] * p.features().get(f);
                assertEquals(sum, p.logits().get(k), 1e-3 * Math.max(1, Math.abs(sum)));
            }
        }
    }

    private static float[] floats(Classifier c, String name) {
        float[] values = new float[(int) c.state().get(name).numel()];
        try (FloatPointer memory = new FloatPointer(c.state().get(name).data_ptr())) {
            memory.get(values);
        }
        return values;
    }

    @Test
    void features_areWhatTheHeadGets_andTheAnswerStays() throws IOException {
        for (PredictorOptions options : List.of(EXACT, FUSED)) {
            try (Predictor without = Predictor.open(model, options);
                    Predictor with = Predictor.open(model, options.withFeatures())) {
                List<Prediction> plain = without.predict(pictures);
                List<Prediction> rich = with.predict(pictures);
                for (int i = 0; i < pictures.size(); i++) {
                    assertEquals(List.of(), plain.get(i).features());
                    assertEquals(plain.get(i).logits(), rich.get(i).logits());
                    assertHeadOf(model, rich.get(i));
                    if (i > 0)
                        assertNotEquals(rich.get(0).features(), rich.get(i).features());
                }
            }
        }
    }

    /** Of the picture as it is, not of its parts. */
    @Test
    void features_besideViews_areThoseOfThePicture() throws IOException {
        try (Predictor one = Predictor.open(model, FUSED.withFeatures());
                Predictor many = Predictor.open(model, FUSED.withFeatures().withViews(TestViews.of(2)))) {
            List<Prediction> plain = one.predict(pictures);
            List<Prediction> viewed = many.predict(pictures);
            for (int i = 0; i < pictures.size(); i++) {
                for (int f = 0; f < 512; f++)
                    assertEquals(
                            plain.get(i).features().get(f),
                            viewed.get(i).features().get(f),
                            1e-4);
                assertNotEquals(plain.get(i).logits(), viewed.get(i).logits());
            }
        }
    }

    @Test
    void features_ofAForeignNetwork() throws Exception {
        Path script = Path.of(AnswerOptionsTest.class
                .getResource("/golden/script/net.scripted.pt")
                .toURI());
        Path saved = folder.resolve("foreign.pt");
        Preprocessing small = Preprocessing.standard().withResize(new Resize.Stretch(32, 32));
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(TrustedScript.of(script), List.of("cat", "dog"), small, random)) {
            c.save(saved);
        }
        try (Predictor without = Predictor.open(TrustedScript.of(saved), EXACT);
                Predictor with = Predictor.open(TrustedScript.of(saved), EXACT.withFeatures())) {
            Prediction plain = without.predict(pictures.get(0));
            Prediction rich = with.predict(pictures.get(0));
            assertTrue(rich.features().size() > 1);
            for (int k = 0; k < 2; k++)
                assertEquals(plain.logits().get(k), rich.logits().get(k), 1e-4);
            assertNotEquals(rich.features(), with.predict(pictures.get(1)).features());
        }
    }

    @Test
    void top_isInOrder_andEqualOnesInTheOrderOfTheClasses() {
        List<String> classes = List.of("a", "b", "c", "d");
        Prediction p = Prediction.of(classes, new float[] {0.1f, 0.4f, 0.1f, 0.4f}, new float[4]);
        assertEquals(
                List.of(
                        new Prediction.Ranked("b", 0.4f),
                        new Prediction.Ranked("d", 0.4f),
                        new Prediction.Ranked("a", 0.1f)),
                p.top(3));
        assertEquals(4, p.top(9).size());
        assertEquals("b", p.label());
        assertThrows(IllegalArgumentException.class, () -> p.top(0));
    }

    /** Not by itself: an unknown is asked for. */
    @Test
    void unknown_ofNaN_onlyIfAskedFor() {
        Prediction broken = Prediction.of(List.of("a", "b"), new float[] {Float.NaN, Float.NaN}, new float[2]);
        assertEquals("a", broken.withUnknownBelow(0).label());
        assertTrue(broken.withUnknownBelow(0.1).isUnknown());
    }

    @Test
    void unknown_isBelowTheLeastProbability() throws IOException {
        try (Predictor plain = Predictor.open(model, EXACT)) {
            double least = plain.predict(pictures).stream()
                    .mapToDouble(Prediction::probability)
                    .sorted()
                    .toArray()[2]; // the middle one of five
            try (Predictor p = Predictor.open(model, EXACT.withUnknownBelow(least))) {
                List<Prediction> all = p.predict(pictures);
                assertEquals(2, all.stream().filter(Prediction::isUnknown).count());
                for (Prediction one : all) {
                    assertEquals(one.probability() < least, one.isUnknown());
                    assertEquals(one.isUnknown() ? "unknown" : one.top(1).get(0).name(), one.label());
                    assertEquals(one.isUnknown() ? List.of() : List.of(one.label()), one.labels());
                }
            }
        }
    }

    @Test
    void unknown_whereItCannotBe_isRefused() throws IOException {
        for (double bad : new double[] {-0.1, 1.1, Double.NaN})
            assertTrue(assertThrows(IllegalArgumentException.class, () -> EXACT.withUnknownBelow(bad))
                    .getMessage()
                    .startsWith("predictor: unknownBelow must be 0 to 1, was " + bad));
        PredictorOptions half = EXACT.withUnknownBelow(0.5);
        Path named = SmallRun.model(folder.resolve("named.pt"), weights, SmallRun.card(32, "cat", "unknown"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Predictor.open(named, half))
                .getMessage()
                .contains("the model has a class 'unknown'"));
        ModelCard labels = SmallRun.card(32, "cat", "dog").withThresholds(LabelThresholds.even(2));
        Path multi = SmallRun.model(folder.resolve("multi.pt"), weights, labels);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Predictor.open(multi, half))
                .getMessage()
                .contains("any number of labels"));
        try (Predictor p = Predictor.open(named, EXACT)) {
            assertFalse(p.predict(pictures.get(0)).isUnknown());
        }
    }
}
