package dev.graft.report.html;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code metrics.jsonl} says: a line for every step, for every epoch, for the features of the frozen layers, and for what was tried
 * for the head.
 */
final class MetricsLog {
    /** A run of more epochs has no curves. */
    static final int MOST_EPOCHS = 10_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Step> steps = new ArrayList<>();
    private final List<Epoch> epochs = new ArrayList<>();
    private final List<Trial> trials = new ArrayList<>();
    private JsonNode head;
    private double featureSeconds;
    private double featureWait;
    private int computed;
    private int damaged;

    /** The loss of one step of an epoch (from 1); steps count from 0. */
    record Step(int epoch, int step, double loss) {}

    /** @param values all numbers of its line by name */
    record Epoch(int epoch, String phase, JsonNode values) {
        double value(String name) {
            return values.path(name).asDouble(Double.NaN);
        }
    }

    /** A setting of the head that was tried, and what the folds said of it. */
    record Trial(JsonNode values) {
        double value(String name) {
            return values.path(name).asDouble(Double.NaN);
        }

        String weighting() {
            return values.path("weighting").asText("");
        }

        boolean views() {
            return values.path("views").asBoolean();
        }

        boolean chosen() {
            return values.path("chosen").asBoolean();
        }
    }

    static MetricsLog empty() {
        return new MetricsLog();
    }

    /** Lines that are not JSON are counted and left out: a killed run may leave half a line. */
    static MetricsLog read(Path file) throws IOException {
        MetricsLog log = new MetricsLog();
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) log.add(line);
        }
        return log;
    }

    private void add(String line) {
        JsonNode values;
        try {
            values = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            damaged++;
            return;
        }
        int epoch = values.path("epoch").asInt(1);
        if (epoch < 1 || epoch > MOST_EPOCHS) damaged++;
        else if (values.has("step") && values.has("loss"))
            steps.add(new Step(
                    epoch,
                    Math.max(0, values.path("step").asInt()),
                    values.path("loss").asDouble(Double.NaN)));
        else if (values.has("mean_loss"))
            epochs.add(new Epoch(epoch, values.path("phase").asText(""), values));
        else if (values.has("penalty")) trials.add(new Trial(values));
        else if (values.has("majority_accuracy")) head = values;
        else if (values.has("features_s")) addFeatures(values);
    }

    /** A resumed run adds a line of its own. */
    private void addFeatures(JsonNode values) {
        featureSeconds += values.path("features_s").asDouble();
        featureWait += values.path("wait_s").asDouble();
        computed += values.path("features_computed").asInt();
    }

    List<Step> steps() {
        return steps;
    }

    List<Epoch> epochs() {
        return epochs;
    }

    List<Trial> trials() {
        return trials;
    }

    /** The line about all trials together: {@code folds}, {@code nearest_mean_accuracy}, {@code majority_accuracy}, {@code head_s}. */
    Optional<JsonNode> head() {
        return Optional.ofNullable(head);
    }

    /** Whether the chosen head is worse than the class whose mean is nearest: it knows too little to accuse a picture. */
    boolean headIsWorseThanTheNearestMean() {
        double nearest =
                head == null ? Double.NaN : head.path("nearest_mean_accuracy").asDouble(Double.NaN);
        return trials.stream().anyMatch(t -> t.chosen() && t.value("folds_accuracy") < nearest);
    }

    /** Seconds in which the frozen layers ran once, with reading and decoding. */
    double featureSeconds() {
        return featureSeconds;
    }

    /** The part of it spent waiting for pictures. */
    double featureWait() {
        return featureWait;
    }

    /** Pictures that passed the frozen layers; the others were found in the store. */
    int computed() {
        return computed;
    }

    /** Lines that are not JSON. */
    int damaged() {
        return damaged;
    }
}
