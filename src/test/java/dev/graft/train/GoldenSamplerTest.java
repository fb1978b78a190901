package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.files.Digests;
import dev.graft.plan.ClassSizes;
import dev.graft.plan.Sampling;
import dev.graft.plan.Weighted;
import dev.graft.torch.RandomSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The samples of an epoch are those of torch.utils.data.WeightedRandomSampler (tools/golden_samplers.py). */
class GoldenSamplerTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static List<String> lines() throws IOException {
        try (InputStream in = GoldenSamplerTest.class.getResourceAsStream("/golden/samplers/cases.jsonl")) {
            return List.of(new String(in.readAllBytes()).split("\n"));
        }
    }

    private static Sampling sampling(JsonNode line) {
        JsonNode weights = line.get("weights");
        if (weights.isNull()) return Sampling.BALANCED;
        Map<String, Double> named = new TreeMap<>();
        for (int c = 0; c < weights.size(); c++)
            named.put("class" + c, weights.get(c).asDouble());
        return new Weighted(named);
    }

    private static Orders orders(RandomSource random, Sampling sampling, int[] labels) {
        int classes = IntStream.of(labels).max().orElseThrow() + 1;
        List<String> names =
                IntStream.range(0, classes).mapToObj(c -> "class" + c).toList();
        Optional<double[]> weights =
                Orders.weights(sampling, ClassSizes.of(names, IntStream.of(labels)), IntStream.of(labels));
        return new Orders(random, null, labels.length, 3, weights);
    }

    @Test
    void epochs_areWeightedRandomSamplers_andSoIsTheGeneratorBehindThem() throws IOException {
        for (String text : lines()) {
            JsonNode line = JSON.readTree(text);
            int[] labels = JSON.treeToValue(line.get("labels"), int[].class);
            try (RandomSource random = new RandomSource(line.get("seed").asLong())) {
                Orders orders = orders(random, sampling(line), labels);
                for (int epoch = 0; epoch < line.get("epochs").size(); epoch++)
                    assertArrayEquals(
                            JSON.treeToValue(line.get("epochs").get(epoch), int[].class), orders.next(epoch), text);
                String state = HexFormat.of().formatHex(Digests.sha256().digest(orders.state()));
                assertEquals(line.get("state").asText(), state);
            }
        }
    }

    /** In three standard deviations of the mean, over 200 epochs of 40 pictures. */
    @Test
    void classes_areDrawnAsOftenAsPlanned() {
        int[] labels = IntStream.range(0, 40).map(i -> i < 36 ? 0 : 1).toArray();
        assertEquals(0.5, shareOfTheSecond(Sampling.BALANCED, labels), 0.017);
        assertEquals(4 * 5 / 56.0, shareOfTheSecond(new Weighted(Map.of("class1", 5.0)), labels), 0.017);
    }

    private static double shareOfTheSecond(Sampling sampling, int[] labels) {
        try (RandomSource random = new RandomSource(3)) {
            Orders orders = orders(random, sampling, labels);
            return IntStream.range(0, 200)
                    .flatMap(e -> IntStream.of(orders.next(e)))
                    .map(sample -> labels[sample])
                    .average()
                    .orElseThrow();
        }
    }

    @Test
    void order_thatIsGiven_doesNotGoWithWeights() {
        try (RandomSource random = new RandomSource(3)) {
            String said = assertThrows(
                            IllegalArgumentException.class,
                            () -> new Orders(random, new int[][] {{0}}, 1, 1, Optional.of(new double[] {1})))
                    .getMessage();
            assertTrue(said.contains("Sampling.SHUFFLED"), said);
            assertThrows(IllegalArgumentException.class, () -> random.weighted(new double[0], 1));
        }
    }
}
