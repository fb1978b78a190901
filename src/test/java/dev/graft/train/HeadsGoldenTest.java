package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.SmallRun;
import dev.graft.files.Digests;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.model.HeadSpec;
import dev.graft.model.Heads;
import dev.graft.model.Precision;
import dev.graft.model.state.TensorBytes;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Phase;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kind of head beside PyTorch's: initial values, logits, gradients, and a short training. */
class HeadsGoldenTest {
    private static final int FEATURES = 512;
    private static final int ROWS = 6;
    private static final int CLASSES = 3;
    /** Relative to the largest: PyTorch differs from itself by 4e-7 from processor to processor. */
    private static final double TOLERANCE = 1e-5;

    @TempDir
    static Path folder;

    private static JsonNode golden;

    @BeforeAll
    static void read() throws IOException {
        HashState.write(folder.resolve("hash.pth"), CLASSES);
        try (InputStream in = HeadsGoldenTest.class.getResourceAsStream("/golden/heads/heads.json")) {
            golden = new ObjectMapper().readTree(in);
        }
    }

    static Set<String> names() {
        return Heads.ALL.keySet();
    }

    @ParameterizedTest
    @MethodSource("names")
    void head_beginsAndTrains_asPyTorchs(String name) throws IOException {
        HeadSpec head = Heads.ALL.get(name);
        JsonNode expected = golden.get(name);
        Phase phase = Phase.of("head", 1, List.of(new ParameterGroup(Classifier.HEAD, 0.05)));
        try (NativeScope scope = NativeScope.open();
                RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(
                        folder.resolve("hash.pth"),
                        SmallRun.card(64, "a", "b", "c").withHead(head),
                        random);
                TrainingStep step = new TrainingStep(c, phase, Precision.FP32)) {
            assertEquals(expected.get("initial").asText(), initial(c), "initial values");
            Tensor features = features();
            close(expected.get("logits"), logits(c, features));
            c.trainingModeFrom(Classifier.HEAD);
            List<Double> losses = new ArrayList<>();
            for (int i = 0; i < expected.get("losses").size(); i++) {
                losses.add(learn(step, features, 100 + i));
                if (i == 0) gradients(expected.get("gradients"), c);
            }
            close(expected.get("losses"), array(losses));
            close(expected.get("trained"), logits(c, features));
        }
    }

    private static String initial(Classifier c) {
        MessageDigest sha = Digests.sha256();
        c.card()
                .headGraph()
                .state()
                .forEach(e -> sha.update(TensorBytes.of(c.state().get(e.name()).detach())));
        return HexFormat.of().formatHex(sha.digest());
    }

    private static Tensor features() {
        float[] values = new float[ROWS * FEATURES];
        for (int b = 0; b < ROWS - 1; b++)
            for (int i = 0; i < FEATURES; i++) values[b * FEATURES + i] = ((b * 31 + i * 17) % 23 - 11) / 16f;
        return Tensor.create(values, ROWS, FEATURES);
    }

    private static double[] logits(Classifier c, Tensor features) {
        c.trainingMode(false);
        try (NoGradGuard noGrad = new NoGradGuard()) {
            double[] logits = values(c.headForward(features));
            c.trainingModeFrom(Classifier.HEAD);
            return logits;
        }
    }

    private static double learn(TrainingStep step, Tensor features, long seed) {
        try (RandomSource numbers = new RandomSource(seed)) {
            Tensor labels = Tensor.create(new long[] {0, 1, 2, 0, 1, 2}, ROWS);
            return numbers.asDefault(() -> step.learnFromFeatures(features, labels))
                    .item_double();
        }
    }

    private static void gradients(JsonNode expected, Classifier c) {
        int at = 0;
        for (Tensor p : c.parametersOf(Classifier.HEAD).values()) {
            Tensor g = p.grad().to(torch.ScalarType.Double).flatten();
            double[] probe = new double[4];
            probe[0] = g.norm().item_double();
            double[] values = values(g);
            double[] waves = {0.1, 1, 2.5};
            for (int i = 0; i < values.length; i++)
                for (int w = 0; w < 3; w++) probe[w + 1] += values[i] * Math.cos(i * waves[w]);
            close(expected.get(at++), probe);
        }
        assertEquals(expected.size(), at);
    }

    private static double[] values(Tensor t) {
        Tensor rows = t.to(torch.ScalarType.Float).contiguous();
        float[] floats = new float[(int) rows.numel()];
        new FloatPointer(rows.data_ptr()).get(floats);
        double[] values = new double[floats.length];
        for (int i = 0; i < values.length; i++) values[i] = floats[i];
        return values;
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static void close(JsonNode expected, double[] seen) {
        double[] numbers = new double[expected.size()];
        double largest = 0;
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = expected.get(i).asDouble();
            largest = Math.max(largest, Math.abs(numbers[i]));
        }
        assertArrayEquals(numbers, seen, TOLERANCE * largest);
    }
}
