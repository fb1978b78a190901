package dev.graft.head;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.torch.NativeScope;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fitted heads against scikit-learn's LogisticRegression: tools/golden_head.py. */
class HeadGoldenTest {
    private static final double TOLERANCE = 1e-4;

    @BeforeAll
    static void oneThread() {
        Threads.set(1);
    }

    static Stream<JsonNode> cases() throws IOException {
        ObjectMapper json = new ObjectMapper();
        try (InputStream in = HeadGoldenTest.class.getResourceAsStream("/golden/head/cases.jsonl")) {
            String[] lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n");
            assertTrue(lines.length >= 4, "the golden file is cut off");
            List<JsonNode> all = new ArrayList<>();
            for (String line : lines) all.add(json.readTree(line));
            return all.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void at_samePenalty_givesProbabilitiesOfScikitLearn(JsonNode expected) {
        float[][] features = new ObjectMapper().convertValue(expected.get("features"), float[][].class);
        int[] labels = new ObjectMapper().convertValue(expected.get("labels"), int[].class);
        int classes = Arrays.stream(labels).max().orElseThrow() + 1;
        for (JsonNode fit : expected.get("fits")) {
            try (NativeScope scope = NativeScope.open()) {
                Tensor values = Tensor.create(flat(features), features.length, features[0].length);
                LinearHead head = HeadFitter.at(
                        new HeadData(values, List.of(), labels, classes, true),
                        fit.get("penalty").asDouble());
                for (int i = 0; i < features.length; i++) {
                    double[] p = probabilities(head, features[i], classes);
                    for (int c = 0; c < classes; c++)
                        assertEquals(
                                fit.get("probabilities").get(i).get(c).asDouble(),
                                p[c],
                                TOLERANCE,
                                expected.get("name") + " at " + fit.get("penalty") + ", picture " + i);
                }
            }
        }
    }

    private static float[] flat(float[][] rows) {
        float[] all = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) System.arraycopy(rows[i], 0, all, i * rows[0].length, rows[0].length);
        return all;
    }

    private static double[] probabilities(LinearHead head, float[] x, int classes) {
        double[] p = new double[classes];
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            double z = head.bias()[c];
            for (int f = 0; f < x.length; f++) z += (double) head.weight()[c * x.length + f] * x[f];
            sum += p[c] = Math.exp(z);
        }
        for (int c = 0; c < classes; c++) p[c] /= sum;
        return p;
    }
}
