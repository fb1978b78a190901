package dev.graft.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.plan.ClassSizes;
import dev.graft.plan.ClassWeights;
import dev.graft.plan.CrossEntropy;
import dev.graft.plan.Focal;
import dev.graft.plan.LossSpec;
import dev.graft.torch.NativeScope;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values and gradients of the losses are PyTorch's (tools/golden_losses.py). */
class GoldenLossTest {
    /** Of the largest gradient; float32 has 6e-8. */
    private static final double TOLERANCE = 1e-6;

    private static final ObjectMapper JSON = new ObjectMapper();

    /** One case of the golden file. */
    private record Case(JsonNode line) {
        LossSpec spec() {
            ClassWeights weights = line.get("weights").isNull() ? ClassWeights.NONE : byName(line.get("weights"));
            return line.get("loss_kind").asText().equals("focal")
                    ? new Focal(line.get("gamma").asDouble(), weights)
                    : new CrossEntropy(line.get("smoothing").asDouble(), weights);
        }

        private static ClassWeights byName(JsonNode weights) {
            Map<String, Double> named = new TreeMap<>();
            for (int c = 0; c < weights.size(); c++)
                named.put("class" + c, weights.get(c).asDouble());
            return new ClassWeights.ByName(named);
        }

        int classes() {
            return line.get("logits").get(0).size();
        }

        Tensor target() {
            JsonNode target = line.get("target");
            if (target.get(0).isArray()) return rows(target);
            long[] labels = IntStream.range(0, target.size())
                    .mapToLong(i -> target.get(i).asLong())
                    .toArray();
            return Tensor.create(labels, labels.length);
        }

        @Override
        public String toString() {
            return line.get("name").asText();
        }
    }

    @BeforeAll
    static void oneThread() {
        Threads.set(1);
    }

    private static List<JsonNode> lines(String file) throws IOException {
        try (InputStream in = GoldenLossTest.class.getResourceAsStream("/golden/losses/" + file)) {
            return Stream.of(new String(in.readAllBytes()).split("\n"))
                    .map(line -> {
                        try {
                            return JSON.readTree(line);
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    })
                    .toList();
        }
    }

    static Stream<Case> cases() throws IOException {
        return lines("cases.jsonl").stream().map(Case::new);
    }

    private static float[] numbers(JsonNode rows) {
        int columns = rows.get(0).size();
        float[] all = new float[rows.size() * columns];
        for (int i = 0; i < all.length; i++)
            all[i] = (float) rows.get(i / columns).get(i % columns).asDouble();
        return all;
    }

    private static Tensor rows(JsonNode rows) {
        return Tensor.create(numbers(rows), rows.size(), rows.get(0).size());
    }

    private static ClassSizes sizes(int classes) {
        return ClassSizes.unknown(
                IntStream.range(0, classes).mapToObj(c -> "class" + c).toList());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void loss_valueAndGradient_arePyTorchs(Case golden) {
        try (NativeScope scope = NativeScope.open();
                BatchLoss loss = BatchLoss.of(golden.spec(), sizes(golden.classes()))) {
            Tensor logits = rows(golden.line.get("logits")).requires_grad_(true);
            Tensor value = loss.of(logits, golden.target());
            value.backward();
            double expected = golden.line.get("loss").asDouble();
            assertEquals(expected, value.item_double(), TOLERANCE * Math.max(1, expected));
            float[] gradient = new float[(int) logits.numel()];
            new FloatPointer(logits.grad().data_ptr()).get(gradient);
            assertArrayEquals(numbers(golden.line.get("gradient")), gradient, (float) TOLERANCE);
        }
    }

    @Test
    void cases_coverEveryPairOfSettings() throws IOException {
        List<Case> all = cases().toList();
        assertTrue(all.stream().anyMatch(c -> c.spec() instanceof CrossEntropy e && e.labelSmoothing() == 1));
        for (boolean soft : new boolean[] {false, true})
            for (boolean weighted : new boolean[] {false, true})
                for (boolean focal : new boolean[] {false, true})
                    assertTrue(
                            all.stream()
                                    .anyMatch(c -> c.line.get("target").get(0).isArray() == soft
                                            && c.line.get("weights").isNull() != weighted
                                            && c.spec() instanceof Focal == focal),
                            "soft " + soft + ", weighted " + weighted + ", focal " + focal);
    }

    @Test
    void balancedWeights_areScikitLearns() throws IOException {
        for (JsonNode line : lines("balanced.jsonl")) {
            List<Integer> counts = Arrays.asList(JSON.treeToValue(line.get("counts"), Integer[].class));
            List<String> names = sizes(counts.size()).classes();
            double[] weights =
                    ClassWeights.BALANCED.of(new ClassSizes(names, counts)).orElseThrow();
            assertArrayEquals(JSON.treeToValue(line.get("weights"), double[].class), weights, 1e-9);
        }
    }

    private static String refusal(ClassWeights weights, ClassSizes sizes) {
        LossSpec spec = new CrossEntropy(0, weights);
        return assertThrows(IllegalArgumentException.class, () -> BatchLoss.of(spec, sizes))
                .getMessage();
    }

    @Test
    void weights_thatDoNotFitTheClasses_areRefusedByName() {
        String unknown = refusal(new ClassWeights.ByName(Map.of("class0", 2.0, "horse", 1.0)), sizes(2));
        assertTrue(unknown.contains("class horse") && unknown.contains("[class0, class1]"), unknown);
        String uncounted = refusal(ClassWeights.BALANCED, sizes(2));
        assertTrue(uncounted.contains("give ClassSizes"), uncounted);
        String empty = refusal(ClassWeights.BALANCED, new ClassSizes(List.of("cat", "dog"), List.of(4, 0)));
        assertTrue(empty.contains("dog has none"), empty);
    }

    @Test
    void loss_hundredSteps_holdWhatOneDid_andNothingBehindThem() {
        Tensor.create(new float[] {1}, 1).close(); // loads what is loaded once
        long before = Pointer.totalCount();
        long[] held = new long[2];
        for (LossSpec spec : List.of(
                new Focal(2, new ClassWeights.ByName(Map.of("class0", 2.0))),
                new CrossEntropy(0.1, new ClassWeights.ByName(Map.of("class1", 2.0))))) {
            try (BatchLoss loss = BatchLoss.of(spec, sizes(2))) {
                for (int step = 0; step < 100; step++) {
                    try (NativeScope scope = NativeScope.open()) {
                        Tensor logits = Tensor.create(new float[] {1, 2}, 1, 2).requires_grad_(true);
                        loss.of(logits, Tensor.create(new long[] {1}, 1)).backward();
                    }
                    held[Math.min(step, 1)] = Pointer.totalCount();
                }
                assertEquals(held[0], held[1]);
            }
            assertEquals(before, Pointer.totalCount());
        }
    }

    @Test
    void loss_ofSureLogits_isFinite_andItsGradientToo() {
        try (NativeScope scope = NativeScope.open();
                BatchLoss loss = BatchLoss.of(new Focal(0.25, ClassWeights.NONE), sizes(2))) {
            Tensor logits =
                    Tensor.create(new float[] {200, -200, -200, 200}, 2, 2).requires_grad_(true);
            Tensor value = loss.of(logits, Tensor.create(new long[] {0, 0}, 2));
            value.backward();
            assertEquals(200, value.item_double(), 1e-3); // half of 400
            assertTrue(Double.isFinite(logits.grad().abs().sum().item_double()));
        }
    }
}
