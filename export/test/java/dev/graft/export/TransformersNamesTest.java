package dev.graft.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.graft.model.Architecture;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Names against those of transformers' own classes, which tools/golden_transformers.py wrote. */
class TransformersNamesTest {
    private static final Path GOLDEN = Path.of("../src/test/resources/golden/transformers/names.tsv.gz");

    @ParameterizedTest
    @EnumSource(names = {"RESNET18", "RESNET34", "RESNET50", "RESNET101", "RESNET152"})
    void of_everyTensor_isTheNameInTransformers(Architecture architecture) throws IOException {
        Set<String> ours = new LinkedHashSet<>();
        architecture
                .graph()
                .orElseThrow()
                .state(1000)
                .forEach(e -> ours.add(
                        architecture.title() + "\t" + TransformersNames.of(e.name()) + "\t" + shape(e.shape())));
        assertEquals(golden(architecture.title()), ours);
    }

    private static String shape(List<Long> shape) {
        return shape.toString().replaceAll("[\\[\\] ]", "");
    }

    private static Set<String> golden(String title) throws IOException {
        Set<String> rows = new HashSet<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(GOLDEN)), StandardCharsets.UTF_8))) {
            lines.lines().filter(row -> row.startsWith(title + "\t")).forEach(rows::add);
        }
        return rows;
    }

    @Test
    void of_anotherName_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> TransformersNames.of("layer1.0.se.weight"));
    }
}
