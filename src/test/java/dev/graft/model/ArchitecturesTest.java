package dev.graft.model;

import static dev.graft.model.ClassifierTest.assertClose;
import static dev.graft.model.ClassifierTest.floats;
import static dev.graft.model.HashClassifier.SMALL;
import static dev.graft.model.HashClassifier.TEN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.graft.Slice;
import dev.graft.batch.Layout;
import dev.graft.model.fuse.FusedTrunk;
import dev.graft.model.graph.StateEntry;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Every network against torchvision's. */
@ParameterizedClass
@EnumSource(Architecture.class)
class ArchitecturesTest {
    @TempDir
    static Path folder;

    private static Path weights;

    @Parameter
    Architecture architecture;

    @BeforeParameterizedClassInvocation
    static void writeWeights(Architecture architecture) throws IOException {
        weights = HashState.write(folder.resolve(architecture.title() + ".pth"), architecture, 10);
    }

    @AfterParameterizedClassInvocation
    static void deleteWeights() throws IOException {
        Files.delete(weights);
    }

    @Test
    void state_names_shapesAndOrderAreTorchvisions() throws Exception {
        List<StateEntry> state = architecture.graph().orElseThrow().state(1000);
        String lines = state.stream()
                .map(e -> e.name() + "\t"
                        + e.shape().stream().map(String::valueOf).collect(Collectors.joining(",")) + "\n")
                .collect(Collectors.joining());
        long parameters = state.stream()
                .filter(e -> !e.buffer())
                .mapToLong(e -> e.shape().stream().reduce(1L, (a, b) -> a * b))
                .sum();
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(lines.getBytes(StandardCharsets.UTF_8));
        String row = String.join(
                "\t",
                architecture.title(),
                Integer.toString(state.size()),
                Long.toString(parameters),
                HexFormat.of().formatHex(digest));
        try (InputStream in = HashState.class.getResourceAsStream("/golden/model/architectures.tsv")) {
            List<String> golden = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            assertEquals(Architecture.values().length, golden.size());
            assertEquals(golden.get(architecture.ordinal()), row, lines);
        }
    }

    @Test
    void forward_goldenWeights_equalsPyTorchInBothLayouts() throws IOException {
        String golden =
                architecture == Architecture.RESNET18 ? "logits.f32" : "logits-" + architecture.title() + ".f32";
        try (Classifier c = HashClassifier.load(weights, architecture)) {
            for (Layout layout : Layout.values()) {
                try (NativeScope scope = NativeScope.open();
                        NoGradGuard noGrad = new NoGradGuard()) {
                    c.moveTo(ComputeDevice.CPU, layout);
                    float[] logits = floats(c.forward(HashClassifier.twoPictures(folder, layout)));
                    assertClose(architecture + " " + layout, logits, HashState.golden(golden));
                }
            }
        }
    }

    /**
     * Folded and fused, also for another number of pictures than the weights were packed for; the two deep ones, whose blocks are
     * those of ResNet50, for other numbers with {@code -Dgraft.whole=true} only.
     */
    @Test
    void fusedTrunk_anyBatch_equalsTheSlowWay() throws IOException {
        boolean deep = architecture == Architecture.RESNET101 || architecture == Architecture.RESNET152;
        int numbers = Slice.of(3, deep ? 1 : 3);
        try (Classifier c = HashClassifier.load(weights, architecture);
                FusedTrunk fused = FusedTrunk.of(c, Precision.FP32, ComputeDevice.CPU);
                NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            for (Layout layout : Layout.values()) {
                Tensor two = HashClassifier.twoPictures(folder, layout);
                for (Tensor images : List.of(two, two.narrow(0, 1, 1), two.repeat(3, 1, 1, 1))
                        .subList(0, numbers)) {
                    float[] slow = floats(HashClassifier.run(c, "features", images));
                    assertClose(architecture + " " + layout, floats(fused.features(images)), slow);
                }
            }
        }
    }

    @Test
    void recognise_file_givesItsArchitecture() throws IOException {
        try (WeightsFile file = WeightsFile.open(weights)) {
            assertEquals(architecture, Architecture.recognise(file).orElseThrow());
        }
    }

    @Test
    void graft_asAnother_saysWhichItIs() {
        Architecture other = Architecture.values()[(architecture.ordinal() + 1) % Architecture.values().length];
        try (RandomSource random = new RandomSource(5)) {
            ModelCard card = new ModelCard(other, TEN, SMALL);
            Exception e = assertThrows(WeightsException.class, () -> Classifier.graft(weights, card, random));
            assertEquals(
                    "weights: " + weights + ": holds a " + architecture.title() + ", but a " + other.title()
                            + " is expected; use Architecture." + architecture.name()
                            + ", or torchvision's weights of " + other.title(),
                    e.getMessage());
        }
    }
}
