package dev.graft.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.graft.SmallRun;
import dev.graft.batch.Layout;
import dev.graft.image.Preprocessing;
import dev.graft.model.fuse.FusedTrunk;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import dev.graft.weights.WeightsFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind of head in a network: as TorchScript, on features, in a file, and where only a linear layer fits. */
class HeadsTest {
    @TempDir
    static Path folder;

    @BeforeAll
    static void write() throws IOException {
        HashState.write(folder.resolve("hash.pth"), 10);
    }

    static Set<String> names() {
        return Heads.ALL.keySet();
    }

    private static Classifier graft(HeadSpec head) throws IOException {
        try (RandomSource random = new RandomSource(5)) {
            return Classifier.graft(folder.resolve("hash.pth"), SmallRun.CARD.withHead(head), random);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void head_inANetwork_computesTheSame_asScript_onFeatures_detached_andFromItsFile(String name) throws IOException {
        Path file = folder.resolve(name + ".pt");
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard();
                Classifier c = graft(Heads.ALL.get(name))) {
            Tensor images = HashClassifier.twoPictures(folder, Layout.CONTIGUOUS);
            Tensor logits = c.forward(images);
            assertEquals(2, logits.size(1));
            Tensor features = HashClassifier.run(c, "features", images);
            assertEquals(0, largest(c.headForward(features), logits));
            try (DetachedHead detached = DetachedHead.of(c)) {
                assertEquals(0, largest(detached.logits(features), logits));
            }
            c.trainingMode(true);
            c.trainingModeFrom(Classifier.HEAD);
            boolean drops = c.card().drawsNumbers();
            assertEquals(drops, largest(c.forward(images), logits) > 0, "the script drops in training mode");
            assertEquals(drops, largest(c.headForward(features), logits) > 0, "the head drops in training mode");
            c.freeze(); // as what is loaded
            c.save(file);
            try (Classifier again = Classifier.load(file)) {
                assertEquals(c.card(), again.card());
                assertEquals(0, largest(again.forward(images), logits));
                Path copy = folder.resolve(name + "-again.pt");
                again.save(copy);
                assertEquals(-1, Files.mismatch(file, copy));
                Files.delete(copy);
            }
            predicts(file, logits);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** The fused trunk, with the copy of the head. */
    private static void predicts(Path file, Tensor logits) throws IOException {
        try (Predictor predictor = Predictor.open(
                file, PredictorOptions.fast().withDevice(ComputeDevice.CPU).withPrecision(Precision.FP32))) {
            Prediction prediction = predictor.predict(folder.resolve("p0.png"));
            int best = logits.select(0, 0).argmax().item_int();
            assertEquals(SmallRun.CARD.classes().get(best), prediction.label());
            double expected = logits.softmax(1).select(0, 0).select(0, best).item_double();
            assertEquals(expected, prediction.probability(), 1e-4);
        }
    }

    private static double largest(Tensor a, Tensor b) {
        return a.sub(b).abs().max().item_double();
    }

    @Test
    void saved_runsInPython_asTorchvisionWithThisHead() throws Exception {
        String python = System.getenv("GRAFT_PYTHON");
        assumeTrue(python != null, "needs a Python with PyTorch (set GRAFT_PYTHON to its path)");
        List<String> command = new ArrayList<>(List.of(
                python,
                Path.of("..").resolve("tools/check_heads.py").toAbsolutePath().toString()));
        for (String name : names()) {
            Path file = folder.resolve("python-" + name + ".pt");
            try (Classifier c = graft(Heads.ALL.get(name))) {
                c.save(file);
            }
            command.add(file.toString());
        }
        Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(p.waitFor(60, TimeUnit.SECONDS));
        for (String line : said.strip().split("\n")) assertTrue(line.endsWith(" difference 0.0"), said);
        assertEquals(names().size(), said.strip().split("\n").length, said);
    }

    @Test
    void card_keepsItsHead_andALinearOneIsWrittenAsBefore() throws IOException {
        for (HeadSpec head : Heads.ALL.values()) {
            ModelCard card = SmallRun.CARD.withHead(head);
            assertEquals(card, ModelCard.fromJson(card.toJson()));
            assertEquals(head.equals(HeadSpec.LINEAR), !card.toJson().contains("\"head\""));
        }
        assertEquals(
                SmallRun.CARD.toJson(), SmallRun.CARD.withHead(HeadSpec.LINEAR).toJson());
        assertTrue(SmallRun.CARD.toJson().contains("\"format\" : 1"));
        String text = SmallRun.CARD.withHead(new HeadSpec.Hidden(16, 0)).toJson();
        assertRefused(
                "needs width (a whole number), the file has \"x\"",
                text.replace("\"width\" : 16", "\"width\" : \"x\""));
        assertRefused("has the head 'other'", text.replace("hidden", "other"));
        assertRefused(
                "width of the hidden layer must be 1 to 65536, was 0", text.replace("\"width\" : 16", "\"width\" : 0"));
        assertRefused("has format 4", text.replace("\"format\" : 3", "\"format\" : 4"));
    }

    private static void assertRefused(String told, String json) {
        String said = assertThrows(IllegalArgumentException.class, () -> ModelCard.fromJson(json))
                .getMessage();
        assertTrue(said.contains(told), said);
    }

    @Test
    void settings_outOfRange_areRefused() {
        for (double rate : new double[] {0, 1, -0.1, Double.NaN})
            assertThrows(IllegalArgumentException.class, () -> new HeadSpec.Dropout(rate));
        for (double rate : new double[] {1, -0.1, Double.NaN})
            assertThrows(IllegalArgumentException.class, () -> new HeadSpec.Hidden(4, rate));
        for (double scale : new double[] {0, -1, Double.NaN, 1e60, 1e-60})
            assertThrows(IllegalArgumentException.class, () -> new HeadSpec.Cosine(scale, true));
        ScriptNetwork foreign = new ScriptNetwork("other.pt", "0".repeat(64), "fc", 512);
        String said = assertThrows(IllegalArgumentException.class, () -> new ModelCard(
                                foreign, List.of("cat", "dog"), Preprocessing.standard())
                        .withHead(HeadSpec.Cosine.STANDARD))
                .getMessage();
        assertTrue(said.contains("other.pt") && said.contains("must be linear, was cosine"), said);
    }

    @Test
    void replaceHead_takesALinearLayer_alsoAfterDropout_andRefusesOthers() throws IOException {
        float[] weight = new float[2 * 512];
        weight[3] = 2;
        for (HeadSpec head : Heads.ALL.values()) {
            try (Classifier c = graft(head)) {
                if (head instanceof HeadSpec.Linear || head instanceof HeadSpec.Dropout) {
                    c.replaceHead(weight, new float[] {1, 4});
                    try (NativeScope scope = NativeScope.open()) {
                        float[] ones = new float[512];
                        ones[3] = 1;
                        Tensor logits = c.headForward(Tensor.create(ones, 1, 512));
                        assertArrayEquals(new double[] {3, 4}, new double[] {
                            logits.select(1, 0).item_double(),
                            logits.select(1, 1).item_double()
                        });
                    }
                } else {
                    String said = assertThrows(
                                    IllegalArgumentException.class, () -> c.replaceHead(weight, new float[2]))
                            .getMessage();
                    assertTrue(said.contains("the kind " + head.kind() + "; use a linear head"), said);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"layer4", "layer3"})
    void probe_beforeAnotherHead_givesTheGradientOfABackwardPass(String layer) throws IOException {
        for (String name : List.of("dropout", "hidden", "cosine")) {
            try (NativeScope scope = NativeScope.open();
                    Classifier c = graft(Heads.ALL.get(name))) {
                Tensor images = HashClassifier.twoPictures(folder, Layout.CONTIGUOUS);
                try (LayerProbe probe = LayerProbe.of(c, layer);
                        LayerProbe passing = LayerProbe.of(c, layer, false)) {
                    Tensor seen = probe.gradient(probe.see(images), 1);
                    Tensor expected = passing.gradient(passing.see(images), 1);
                    assertTrue(expected.abs().max().item_double() > 0);
                    assertTrue(HashClassifier.relative(seen, expected) < 1e-5, name);
                }
            }
        }
    }

    @Test
    void biasFromFrequencies_isTheLogOfTheShares_andIsRefusedWithoutABias() throws IOException {
        for (String name : List.of("linear", "dropout", "hidden")) {
            try (NativeScope scope = NativeScope.open();
                    Classifier c = graft(Heads.ALL.get(name))) {
                String bias = name.equals("hidden") ? "fc.3.bias" : "fc.bias";
                double drawn = c.parameters().get(bias).select(0, 0).item_double();
                FrequencyBias.set(c, new long[] {1, 99});
                Tensor set = c.parameters().get(bias);
                assertNotEquals(drawn, set.select(0, 0).item_double());
                assertEquals(Math.log(0.01), set.select(0, 0).item_double(), 1e-6);
                assertEquals(Math.log(0.99), set.select(0, 1).item_double(), 1e-6);
                assertTrue(set.requires_grad());
                String said = assertThrows(
                                IllegalArgumentException.class, () -> FrequencyBias.set(c, new long[] {0, 3}))
                        .getMessage();
                assertTrue(said.contains("these have none: [cat]"), said);
            }
        }
        try (Classifier c = graft(HeadSpec.Cosine.STANDARD)) {
            String said = assertThrows(IllegalArgumentException.class, () -> FrequencyBias.require(c))
                    .getMessage();
            assertTrue(said.contains("the cosine head of resnet18 has no bias"), said);
        }
    }

    @Test
    void weightsOfAModelWithAnotherHead_areATrunkForANewHead() throws IOException {
        Path file = folder.resolve("weights.pt");
        try (Classifier c = graft(new HeadSpec.Hidden(16, 0))) {
            c.save(file);
        }
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(file, SmallRun.CARD, random)) {
            assertTrue(
                    c.notes().stream().anyMatch(n -> n.contains("fc is more than a linear layer")),
                    c.notes()::toString);
            assertTrue(FusedTrunk.fits(c));
        }
        try (WeightsFile weights = WeightsFile.open(file)) {
            assertEquals(new HeadSpec.Hidden(16, 0), ModelCard.in(weights).head());
        }
    }
}
