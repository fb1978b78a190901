package dev.graft.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.batch.Layout;
import dev.graft.torch.NativeScope;
import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LayerProbeTest {
    @TempDir
    static Path folder;

    private static Path weights;

    @BeforeAll
    static void writeWeights() throws IOException {
        weights = HashState.write(folder.resolve("hash.pth"), 10);
    }

    private static Classifier resnet18() throws IOException {
        return HashClassifier.load(weights, Architecture.RESNET18);
    }

    /** Mean pooling and a linear head: the derived gradient needs no backward pass, and is the same. */
    @ParameterizedTest
    @EnumSource(
            value = Architecture.class,
            names = {"RESNET18", "RESNET50"})
    void gradient_lastStage_equalsThatOfABackwardPass(Architecture architecture) throws IOException {
        Path file = HashState.write(folder.resolve(architecture.title() + ".pth"), architecture, 10);
        try (Classifier c = HashClassifier.load(file, architecture);
                LayerProbe derived = LayerProbe.of(c, "layer4");
                LayerProbe computed = LayerProbe.of(c, "layer4", false);
                NativeScope scope = NativeScope.open()) {
            Tensor images = HashClassifier.twoPictures(folder, Layout.CONTIGUOUS);
            LayerProbe.Seen one = derived.see(images);
            LayerProbe.Seen other = computed.see(images);
            assertTrue(!one.logits().requires_grad() && other.logits().requires_grad());
            float[] logits = ClassifierTest.floats(c.forward(images));
            assertArrayEquals(logits, ClassifierTest.floats(one.logits()));
            assertArrayEquals(logits, ClassifierTest.floats(other.logits()));
            assertArrayEquals(ClassifierTest.floats(other.activation()), ClassifierTest.floats(one.activation()));
            for (int target : List.of(0, 7)) {
                float[] expected = ClassifierTest.floats(computed.gradient(other, target));
                float[] given = ClassifierTest.floats(derived.gradient(one, target));
                assertEquals(2 * c.card().network().features() * 2 * 2, given.length);
                for (int i = 0; i < expected.length; i++)
                    assertEquals(expected[i], given[i], 1e-6 * Math.abs(expected[i]) + 1e-12);
            }
        }
    }

    @Test
    void see_everyStage_givesGoldenActivationAndLeavesTheParametersAlone() throws IOException {
        try (Classifier c = resnet18();
                NativeScope scope = NativeScope.open()) {
            c.unfreeze("layer3");
            Tensor images = HashClassifier.twoPictures(folder, Layout.CONTIGUOUS);
            for (String stage : List.of("layer1", "layer2", "layer3", "layer4")) {
                try (LayerProbe probe = LayerProbe.of(c, stage)) {
                    LayerProbe.Seen seen = probe.see(images);
                    Tensor x = seen.activation();
                    Tensor eighth = x.detach()
                            .contiguous()
                            .view(x.size(0), x.size(1) / 8, 8, x.size(2), x.size(3))
                            .select(2, 0);
                    ClassifierTest.assertClose(stage, ClassifierTest.floats(eighth), HashState.golden(stage + ".f32"));
                    ClassifierTest.assertClose(
                            "logits", ClassifierTest.floats(seen.logits()), HashState.golden("logits.f32"));
                    probe.gradient(seen, 3);
                }
            }
            for (Map.Entry<String, Tensor> p : c.parameters().entrySet()) {
                assertTrue(!p.getValue().grad().defined(), p.getKey());
                assertEquals(p.getKey().startsWith("layer3."), p.getValue().requires_grad(), p.getKey());
            }
        }
    }

    @Test
    void see_afterClose_isRefused() throws IOException {
        try (Classifier c = resnet18();
                NativeScope scope = NativeScope.open()) {
            LayerProbe probe = LayerProbe.of(c, "layer1");
            probe.close();
            probe.close();
            Tensor images = HashClassifier.twoPictures(folder, Layout.CONTIGUOUS);
            assertThrows(IllegalStateException.class, () -> probe.see(images));
        }
    }

    /** Its code is rewritten, so its form matters: here a layer gives a tuple. */
    @Test
    void of_foreignLayerWithoutOneTensor_isRefused() throws Exception {
        Path script = folder.resolve("tuple.pt");
        try (var in = LayerProbeTest.class.getResourceAsStream("/golden/explain/tuple.pt")) {
            Files.write(script, in.readAllBytes());
        }
        try (var random = new dev.graft.torch.RandomSource(1);
                Classifier c =
                        Classifier.graft(TrustedScript.of(script), List.of("a", "b"), HashClassifier.SMALL, random)) {
            WeightsException e = assertThrows(WeightsException.class, () -> LayerProbe.of(c, "two"));
            assertTrue(
                    e.getMessage().contains("cannot keep the output of the layer 'two'")
                            && e.getMessage().contains("no forward that turns one tensor into one tensor"),
                    e.getMessage());
            try (LayerProbe unused = LayerProbe.of(c, "unused");
                    NativeScope scope = NativeScope.open()) {
                Tensor images = HashClassifier.twoPictures(folder, Layout.CONTIGUOUS);
                Exception none = assertThrows(IllegalArgumentException.class, () -> unused.see(images));
                assertTrue(none.getMessage().contains("'unused' of tuple.pt did not run"), none.getMessage());
            }
        }
    }
}
