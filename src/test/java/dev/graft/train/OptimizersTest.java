package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.SmallRun;
import dev.graft.checkpoint.OptimizerState;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.plan.Phase;
import dev.graft.plan.TrainingPlan;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every optimizer of a plan against torch.optim on given gradients, see tools/golden_optimizers.py; and stopped half-way. */
class OptimizersTest {
    private static final int FEATURES = 512;
    private static final int STEPS = 24;
    private static final int HALVED = 12;
    private static final int[] SHOWN = {0, 1, 6, 11, 500, 517, 1023};
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    private static Classifier classifier;

    @BeforeAll
    static void graft() throws IOException {
        try (RandomSource random = new RandomSource(0)) {
            classifier = Classifier.graft(HashState.write(folder.resolve("hash.pth"), 10), SmallRun.CARD, random);
        }
    }

    static List<JsonNode> cases() throws IOException {
        List<JsonNode> all = new ArrayList<>();
        try (InputStream in = OptimizersTest.class.getResourceAsStream("/golden/optimizers/cases.jsonl")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n"))
                all.add(JSON.readTree(line));
        }
        return all;
    }

    /** A phase that trains the head with a case's optimizer. */
    private static Phase phase(JsonNode golden) throws IOException {
        ObjectNode plan = (ObjectNode) JSON.readTree(TrainingPlan.fast().toJson());
        ObjectNode phase = (ObjectNode) plan.get("phases").get(0);
        phase.set("optimizer", golden.get("optimizer"));
        ((ObjectNode) phase.get("groups").get(0)).set("learningRate", golden.get("learningRate"));
        Phase read = TrainingPlan.fromJson(plan.toString()).phases().get(0);
        return read.withUpdates(
                read.updates().withDecayAll(golden.get("decayAll").asBoolean()));
    }

    private static Tensor weight() {
        return classifier.parametersOf(Classifier.HEAD).get("fc.weight");
    }

    private static Tensor bias() {
        return classifier.parametersOf(Classifier.HEAD).get("fc.bias");
    }

    private static void begin() {
        classifier.freeze();
        float[] weight = new float[2 * FEATURES];
        for (int i = 0; i < weight.length; i++) weight[i] = (i * 5 % 17 - 8) / 64f;
        classifier.replaceHead(weight, new float[] {0.5f, -0.25f});
        classifier.unfreeze(Classifier.HEAD);
    }

    /** The gradient is that of the sum of the products with it. */
    private static void step(TorchOptimizer optimizer, int step) {
        try (NativeScope scope = NativeScope.open()) {
            float[] g = new float[2 * FEATURES + 2];
            for (int i = 0; i < g.length; i++) g[i] = ((step * 7 + i * 13) % 19 - 9) / 16f * (1 + step % 3);
            Tensor of = Tensor.create(g, g.length);
            Tensor weights = of.narrow(0, 0, 2 * FEATURES).reshape(2, FEATURES);
            optimizer.scaleLearningRates(step < HALVED ? 1 : 0.5);
            optimizer.zeroGrad();
            weight().mul(weights)
                    .sum()
                    .add(bias().mul(of.narrow(0, 2 * FEATURES, 2)).sum())
                    .backward();
            optimizer.step();
        }
    }

    private static float[] values(Tensor t) {
        float[] values = new float[(int) t.numel()];
        new FloatPointer(t.data_ptr()).get(values);
        return values;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void steps_withGivenGradients_equalPyTorchs(JsonNode golden) throws IOException {
        begin();
        int compared = 0;
        try (TorchOptimizer optimizer = new TorchOptimizer(classifier, phase(golden))) {
            for (int step = 0; step < STEPS; step++) {
                step(optimizer, step);
                JsonNode expected = golden.get("values").get(Integer.toString(step + 1));
                if (expected == null) continue;
                float[] weight = values(weight());
                float[] bias = values(bias());
                for (int i = 0; i < expected.size(); i++) {
                    float is = i < SHOWN.length ? weight[SHOWN[i]] : bias[i - SHOWN.length];
                    assertEquals(expected.get(i).floatValue(), is, 1e-6, "step " + (step + 1) + ", value " + i);
                    compared++;
                }
            }
        }
        assertEquals(9 * 9, compared);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void stateOutAndIn_halfWay_givesTheSameBytes(JsonNode golden) throws IOException {
        Phase phase = phase(golden);
        float[] straight;
        float[] half;
        float[] halfBias;
        try (NativeScope scope = NativeScope.open()) {
            begin();
            OptimizerState state;
            try (TorchOptimizer optimizer = new TorchOptimizer(classifier, phase)) {
                for (int step = 0; step < 10; step++) step(optimizer, step);
                half = values(weight());
                halfBias = values(bias());
                state = optimizer.state();
                state = new OptimizerState(state.kind(), copies(state.state()));
                for (int step = 10; step < STEPS; step++) step(optimizer, step);
                straight = both();
            }
            begin();
            classifier.replaceHead(half, halfBias);
            try (TorchOptimizer optimizer = new TorchOptimizer(classifier, phase)) {
                optimizer.restore(state);
                for (int step = 10; step < STEPS; step++) step(optimizer, step);
            }
            assertArrayEquals(straight, both());
        }
    }

    private static float[] both() {
        float[] weight = values(weight());
        float[] all = java.util.Arrays.copyOf(weight, weight.length + 2);
        System.arraycopy(values(bias()), 0, all, weight.length, 2);
        return all;
    }

    private static Map<String, Map<String, Tensor>> copies(Map<String, Map<String, Tensor>> state) {
        Map<String, Map<String, Tensor>> all = new java.util.LinkedHashMap<>();
        state.forEach((name, held) -> {
            Map<String, Tensor> own = new java.util.LinkedHashMap<>();
            held.forEach((what, t) -> own.put(what, t.clone()));
            all.put(name, own);
        });
        return all;
    }
}
