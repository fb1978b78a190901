package dev.graft.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The cases of tools/golden_metrics.py: answers, and what scikit-learn makes of them. */
record GoldenScores(String name, Scores scores, JsonNode expected) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static List<GoldenScores> all() throws IOException {
        List<GoldenScores> all = new ArrayList<>();
        try (InputStream in = GoldenScores.class.getResourceAsStream("/golden/metrics/cases.jsonl")) {
            for (String line : new String(in.readAllBytes()).split("\n")) all.add(of(JSON.readTree(line)));
        }
        return all;
    }

    private static GoldenScores of(JsonNode line) throws IOException {
        int[] labels = JSON.treeToValue(line.get("labels"), int[].class);
        float[][] logits = JSON.treeToValue(line.get("logits"), float[][].class);
        return new GoldenScores(line.get("name").asText(), scores(labels, logits), line);
    }

    /** Answers for samples 0, 1, 2 and so on. */
    static Scores scores(int[] labels, float[]... logits) {
        return new Scores(IntStream.range(0, labels.length).toArray(), labels, logits);
    }

    /** What is not defined is null in the file. */
    static double number(JsonNode value) {
        return value.isNull() ? Double.NaN : value.asDouble();
    }

    @Override
    public String toString() {
        return name;
    }
}
