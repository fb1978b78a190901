package dev.graft.model.names;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.model.Architecture;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks found by the names of tensors. */
class BranchTest {
    private static final String ANCHOR = "layer1.0.conv1.weight";

    private static StoredTensor tensor(String name, Long... shape) {
        long elements = Arrays.stream(shape).reduce(1L, (a, b) -> a * b);
        List<Long> sizes = List.of(shape);
        return new StoredTensor(name, ScalarKind.F32, sizes, StoredTensor.rowOrder(sizes), 0, name, elements);
    }

    private static Map<String, StoredTensor> tensors(String... names) {
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        for (String name : names) {
            tensors.put(name, tensor(name, 2L, 3L));
        }
        return tensors;
    }

    @ParameterizedTest
    @ValueSource(strings = {"resnet18", "resnet34", "resnet50", "resnet101", "resnet152"})
    void of_transformersNames_areTorchvisions(String size) throws IOException {
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        try (BufferedReader golden = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(BranchTest.class.getResourceAsStream("/golden/transformers/names.tsv.gz")),
                StandardCharsets.UTF_8))) {
            golden.lines()
                    .map(line -> line.split("\t", -1))
                    .filter(row -> row[0].equals(size))
                    .forEach(row -> {
                        Long[] shape = row[2].isEmpty()
                                ? new Long[0]
                                : Arrays.stream(row[2].split(","))
                                        .map(Long::valueOf)
                                        .toArray(Long[]::new);
                        tensors.put(row[1], tensor(row[1], shape));
                    });
        }
        Branch branch = Branch.of(tensors).get(0);
        Map<String, List<Long>> expected = new LinkedHashMap<>();
        Architecture.named(size).graph().orElseThrow().state(1000).forEach(e -> expected.put(e.name(), e.shape()));
        Map<String, List<Long>> seen = new LinkedHashMap<>();
        branch.parts().forEach((name, part) -> seen.put(name, part.shape()));
        assertEquals(expected, seen);
        assertTrue(branch.transformers());
    }

    @Test
    void of_severalPrefixes_thoseThatLearnComeFirst_andTheRestIsListed() {
        List<Branch> branches = Branch.of(tensors(
                "target_network.encoder." + ANCHOR, "online_network.encoder." + ANCHOR, "queue", "head.0.weight"));
        assertEquals(
                List.of("online_network.encoder.", "target_network.encoder."),
                branches.stream().map(Branch::prefix).toList());
        assertEquals(
                List.of("took the tensors under 'online_network.encoder.'; beside them: head. (1 tensors), queue,"
                        + " target_network. (1 tensors)"),
                branches.get(0).notes());
        assertEquals(
                "encoder_q.",
                Branch.of(tensors("encoder_k." + ANCHOR, "encoder_q." + ANCHOR))
                        .get(0)
                        .prefix());
    }

    @ParameterizedTest
    @ValueSource(strings = {"swa_model.module.", "avg.", "average_model.", "averaged.", "shadow.", "ema.", "modelEMA."})
    void of_averagedNetwork_comesBehindTheOneThatLearns(String prefix) {
        List<Branch> branches = Branch.of(tensors(prefix + ANCHOR, "net." + ANCHOR));
        assertEquals("net.", branches.get(0).prefix());
    }

    @Test
    void of_nameThatOnlyEndsAlike_isNoPrefix() {
        List<Branch> branches = Branch.of(tensors("deep" + ANCHOR, "a.b"));
        assertEquals(1, branches.size());
        assertEquals("", branches.get(0).prefix());
        assertEquals(
                List.of("deep" + ANCHOR, "a.b"),
                List.copyOf(branches.get(0).parts().keySet()));
    }

    @Test
    void of_thousandsOfPrefixes_looksAtAFew() {
        String[] names = new String[5000];
        for (int i = 0; i < names.length; i++) {
            names[i] = "n" + i + "." + ANCHOR;
        }
        assertEquals(32, Branch.of(tensors(names)).size());
    }

    @Test
    void of_maskOfAnotherShape_keepsItsNames() {
        Map<String, StoredTensor> tensors = tensors("a.weight_orig", "b.weight_orig", "b.weight_mask");
        tensors.put("a.weight_mask", tensor("a.weight_mask", 3L));
        Map<String, Part> parts = Branch.of(tensors).get(0).parts();
        assertEquals(List.of("a.weight_orig", "b.weight", "a.weight_mask"), List.copyOf(parts.keySet()));
        assertInstanceOf(Part.Masked.class, parts.get("b.weight"));
    }

    @Test
    void of_weightBesideItsParts_isTakenAsItIs() {
        Map<String, Part> parts = Branch.of(tensors("a.weight", "a.weight_orig", "a.weight_mask"))
                .get(0)
                .parts();
        assertInstanceOf(Part.Plain.class, parts.get("a.weight"));
        assertEquals(3, parts.size());
    }
}
