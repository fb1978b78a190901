package dev.graft.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.graft.batch.Layout;
import dev.graft.model.script.AsWritten;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import dev.graft.torch.TorchException;
import dev.graft.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClassifierTest {
    @TempDir
    static Path folder;

    private static Path weights;

    @BeforeAll
    static void writeWeights() throws IOException {
        weights = HashState.write(folder.resolve("hash.pth"), 10);
    }

    /** The golden network of ten classes: the file's own head, by way of a card beside it. */
    private static Classifier tenClasses() throws IOException {
        return load(weights);
    }

    private static Classifier load(Path path) throws IOException {
        return HashClassifier.load(path, Architecture.RESNET18);
    }

    private static Tensor twoPictures(Layout layout) throws IOException {
        return HashClassifier.twoPictures(folder, layout);
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void forward_goldenWeights_equalsPyTorchAfterEveryStage(Layout layout) throws IOException {
        try (Classifier c = tenClasses();
                NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            c.moveTo(ComputeDevice.CPU, layout);
            Tensor images = twoPictures(layout);
            Tensor x = HashClassifier.run(c, "stem", images);
            assertClose("stem", everyEighthChannel(x), HashState.golden("stem.f32"));
            for (String stage : List.of("layer1", "layer2", "layer3", "layer4")) {
                x = AsWritten.forward(c.network().layer(stage), x);
                assertClose(stage, everyEighthChannel(x), HashState.golden(stage + ".f32"));
            }
            assertClose("logits", floats(c.forward(images)), HashState.golden("logits.f32"));
        }
    }

    private static float[] everyEighthChannel(Tensor x) {
        return floats(x.contiguous()
                .view(x.size(0), x.size(1) / 8, 8, x.size(2), x.size(3))
                .select(2, 0));
    }

    static float[] floats(Tensor t) {
        Tensor rows = t.detach().contiguous();
        float[] out = new float[(int) rows.numel()];
        new FloatPointer(rows.data_ptr()).get(out);
        return out;
    }

    /** Within 1e-5 of the golden values, relative to the largest. */
    static void assertClose(String what, float[] actual, float[] golden) {
        assertEquals(golden.length, actual.length, what);
        double largest = 1;
        double difference = 0;
        for (int i = 0; i < golden.length; i++) {
            largest = Math.max(largest, Math.abs(golden[i]));
            difference = Math.max(difference, Math.abs(golden[i] - actual[i]));
        }
        assertTrue(difference <= 1e-5 * largest, what + " differs by " + difference + " of " + largest);
    }

    @Test
    void graft_sameSeed_givesPyTorchsHead() throws IOException {
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(
                        weights,
                        new ModelCard(Architecture.RESNET18, List.of("cat", "dog"), HashClassifier.SMALL),
                        random);
                NativeScope scope = NativeScope.open()) {
            float[] golden = HashState.golden("head.f32");
            float[] weight = floats(c.network().tensor("fc.weight"));
            assertEquals(0, Arrays.mismatch(weight, golden) - weight.length);
            assertEquals(golden[1024], floats(c.network().tensor("fc.bias"))[0]);
            assertTrue(
                    c.notes().toString().contains("fc of 10 classes dropped"),
                    c.notes().toString());
            assertTrue(c.network().tensor("fc.weight").requires_grad());
            assertEquals(
                    2,
                    c.parameters().values().stream()
                            .filter(Tensor::requires_grad)
                            .count());
        }
    }

    @Test
    void state_resnet18_has122TensorsNamedAsTorchvision() throws IOException {
        try (Classifier c = tenClasses()) {
            assertEquals(122, c.state().size());
            assertEquals(62, c.parameters().size());
            assertEquals(60, c.buffers().size());
        }
    }

    @Test
    void unfreeze_layer_letsOnlyItLearn() throws IOException {
        try (Classifier c = tenClasses()) {
            c.unfreeze("layer4");
            for (Map.Entry<String, Tensor> p : c.parameters().entrySet()) {
                assertEquals(p.getKey().startsWith("layer4."), p.getValue().requires_grad(), p.getKey());
            }
            c.freeze();
            assertTrue(c.parameters().values().stream().noneMatch(Tensor::requires_grad));
            Exception e = assertThrows(IllegalArgumentException.class, () -> c.unfreeze("layer5"));
            assertTrue(e.getMessage().contains("layer4"), e.getMessage());
        }
    }

    @Test
    void save_thenLoad_givesSameBytesAndCard() throws IOException {
        Path first = folder.resolve("first.pt");
        Path second = folder.resolve("second.pt");
        try (Classifier c = tenClasses()) {
            c.moveTo(ComputeDevice.CPU, Layout.CHANNELS_LAST);
            c.save(first);
        }
        try (Classifier c = Classifier.load(first)) {
            assertEquals(HashClassifier.TEN, c.card().classes());
            assertEquals(HashClassifier.SMALL, c.card().preprocessing());
            c.save(second);
        }
        assertEquals(-1, Files.mismatch(first, second));
    }

    @Test
    void load_otherArchitecture_listsMissingUnexpectedAndMisshapen() throws IOException {
        Path eleven = HashState.write(folder.resolve("eleven.pth"), 11);
        Exception e = assertThrows(IOException.class, () -> load(eleven));
        assertTrue(
                e.getMessage().contains("expects fc.weight of shape [10, 512], the file has [11, 512]"),
                e.getMessage());
    }

    @Test
    void load_weightsWithoutCard_saysWhatIsMissing() {
        Exception e = assertThrows(IOException.class, () -> Classifier.load(weights));
        assertTrue(e.getMessage().contains("hash.pth") && e.getMessage().contains("graft.json"), e.getMessage());
    }

    @Test
    void forward_wrongShape_saysWhatIsExpected() throws IOException {
        try (Classifier c = tenClasses();
                NativeScope scope = NativeScope.open()) {
            Tensor oneChannel = torch.zeros(2, 1, 64, 64);
            Exception e = assertThrows(TorchException.class, () -> c.forward(oneChannel));
            assertTrue(e.getMessage().contains("[2, 1, 64, 64]"), e.getMessage());
            assertEquals(10, c.forward(twoPictures(Layout.CONTIGUOUS)).size(1));
        }
    }

    @Test
    void use_afterClose_isRefused() throws IOException {
        Classifier c = tenClasses();
        c.close();
        c.close();
        assertThrows(IllegalStateException.class, c::parameters);
        assertThrows(IllegalStateException.class, () -> c.save(folder.resolve("closed.pt")));
        assertTrue(Files.notExists(folder.resolve("closed.pt")));
    }

    @Test
    void forward_resultWithAnOwner_outlivesItsScope() throws IOException {
        try (Classifier c = tenClasses()) {
            Tensor kept;
            try (NativeScope scope = NativeScope.open()) {
                kept = NativeScope.own(c.forward(twoPictures(Layout.CONTIGUOUS)));
            }
            try (NativeScope scope = NativeScope.open()) {
                assertEquals(20, kept.numel());
                assertEquals(HashState.golden("logits.f32")[0], floats(kept)[0], 1e-4);
            }
            kept.close();
        }
    }

    @Test
    void graft_weightsWithoutCounters_startThemAtZero() throws IOException {
        Path old = HashState.write(folder.resolve("old.pth"), Architecture.RESNET18, 10, entry -> !entry.counter());
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(
                        old,
                        new ModelCard(Architecture.RESNET18, List.of("cat", "dog"), HashClassifier.SMALL),
                        random)) {
            assertTrue(
                    c.notes().toString().contains("20 num_batches_tracked"),
                    c.notes().toString());
            assertEquals(0, c.network().tensor("bn1.num_batches_tracked").item_long());
            assertEquals(122, c.state().size());
        }
    }

    @Test
    void recognise_trunkWithoutCounters_isEnough_lessIsNot() throws IOException {
        Path trunk = HashState.write(
                folder.resolve("trunk.pth"),
                Architecture.RESNET18,
                10,
                e -> !e.counter() && !e.name().startsWith("fc."));
        Path hole = HashState.write(folder.resolve("hole.pth"), Architecture.RESNET18, 10, e -> !e.name()
                .equals("layer3.1.bn2.running_var"));
        try (WeightsFile whole = WeightsFile.open(trunk);
                WeightsFile less = WeightsFile.open(hole)) {
            assertEquals(Architecture.RESNET18, Architecture.recognise(whole).orElseThrow());
            assertTrue(Architecture.recognise(less).isEmpty());
        }
    }

    @Test
    void moveTo_gpuThatIsNotThere_isRefused() throws IOException {
        assumeFalse(torch.cuda_is_available(), "there is a GPU");
        try (Classifier c = tenClasses()) {
            ComputeDevice gpu = new ComputeDevice(ComputeDevice.Kind.CUDA, 0);
            Exception e = assertThrows(IllegalArgumentException.class, () -> c.moveTo(gpu, Layout.CONTIGUOUS));
            assertTrue(e.getMessage().contains("cuda:0 is not available"), e.getMessage());
        }
    }
}
