package dev.graft.report.html;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.graft.image.GreyScaling;
import dev.graft.image.Preprocessing;
import dev.graft.metrics.LabelThresholds;
import dev.graft.plan.TrainingPlan;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.StringJoiner;

/**
 * What {@code run.json} or {@code evaluation.json} says. A missing field, or one of another type, is empty.
 *
 * @param isEvaluation whether it describes an evaluation
 * @param json the file's content
 */
record RunRecord(boolean isEvaluation, JsonNode json) {
    /** The splits of the data, by their field names. */
    static final List<String> SPLITS = List.of("training", "validation", "test", "counts");

    static RunRecord empty() {
        return new RunRecord(false, MissingNode.getInstance());
    }

    List<String> command() {
        return texts(json.path("command"));
    }

    String began() {
        return json.path("began").asText("");
    }

    /** How long it took; NaN if unknown. */
    double seconds() {
        return json.path("seconds").asDouble(Double.NaN);
    }

    /** A field at the top as text, such as {@code device}; empty if there is none. */
    String text(String field) {
        return json.path(field).asText("");
    }

    Map<String, String> machine() {
        return facts(json.path("machine"));
    }

    Map<String, String> preprocessing() {
        return facts(json.path("preprocessing"));
    }

    /** How the model scales grey values; {@link GreyScaling#NONE} if the file does not say. */
    GreyScaling grey() {
        try {
            return Preprocessing.fromJson(json.path("preprocessing")).grey();
        } catch (IllegalArgumentException e) { // of another version, or none
            return GreyScaling.NONE;
        }
    }

    /** Metrics that the evaluation itself computed. */
    Map<String, String> metrics() {
        return facts(json.path("metrics"));
    }

    /** A metric that the evaluation itself computed, from more digits than its predictions have. */
    OptionalDouble metric(String name) {
        JsonNode value = isEvaluation ? json.path("metrics").path(name) : MissingNode.getInstance();
        return value.isNumber() ? OptionalDouble.of(value.asDouble()) : OptionalDouble.empty();
    }

    /** The thresholds of a multi-label model; empty for a model of one class a picture. */
    Optional<LabelThresholds> thresholds() {
        List<Double> values = new ArrayList<>();
        for (JsonNode value : json.path("multi_label").path("thresholds")) values.add(value.asDouble(Double.NaN));
        boolean fits = !values.isEmpty() && values.stream().allMatch(v -> v >= 0 && v <= 1);
        return fits ? Optional.of(new LabelThresholds(values)) : Optional.empty();
    }

    JsonNode network() {
        return json.path("network");
    }

    /** What reading the weights and a trial of plans found. */
    List<String> trainingNotes() {
        List<String> notes = texts(network().path("notes"));
        if (!text("trial").isEmpty()) notes.add(text("trial"));
        return notes;
    }

    /**
     * The plan; empty if the file has none.
     *
     * @throws IllegalArgumentException when it is not a plan of this version
     */
    Optional<TrainingPlan> plan() {
        JsonNode plan = json.path("plan");
        return plan.isObject() ? Optional.of(TrainingPlan.fromJson(plan.toString())) : Optional.empty();
    }

    /** Where the pictures were; empty if unknown. */
    Optional<Path> place() {
        String place = json.path("data").path("place").asText("");
        try {
            return place.isEmpty() ? Optional.empty() : Optional.of(Path.of(place));
        } catch (InvalidPathException e) { // of another system
            return Optional.empty();
        }
    }

    String placeText() {
        return json.path("data").path("place").asText("");
    }

    List<String> classes() {
        return texts(json.path("data").path("classes"));
    }

    /** Number of pictures of a class in a split. */
    int count(String split, String className) {
        return json.path("data").path(split).path(className).asInt();
    }

    /** Number of all pictures of a split. With multi-label it is not the sum of those with each label. */
    int count(String split) {
        JsonNode pictures = json.path("data").path("pictures").path(split);
        if (pictures.isInt()) return pictures.asInt();
        int sum = 0;
        for (JsonNode n : json.path("data").path(split)) sum += n.asInt();
        return sum;
    }

    /** The largest number of pictures of a class in a split, at least 1. */
    int most(String split) {
        int most = 1;
        for (JsonNode n : json.path("data").path(split)) most = Math.max(most, n.asInt());
        return most;
    }

    String dataSha256() {
        return json.path("data").path("sha256_training").asText("");
    }

    List<String> findings() {
        return texts(json.path("data").path("findings"));
    }

    /** The files of the run by name, with size and SHA-256. */
    Map<String, JsonNode> files() {
        Map<String, JsonNode> files = new LinkedHashMap<>();
        json.path("files").properties().forEach(f -> files.put(f.getKey(), f.getValue()));
        return files;
    }

    private static List<String> texts(JsonNode array) {
        List<String> all = new ArrayList<>();
        if (array.isArray()) array.forEach(e -> all.add(e.asText()));
        return all;
    }

    /** An object as names and texts; the fields of an object within it get its name before theirs. */
    private static Map<String, String> facts(JsonNode object) {
        Map<String, String> facts = new LinkedHashMap<>();
        addFacts("", object, facts);
        return facts;
    }

    private static void addFacts(String prefix, JsonNode object, Map<String, String> facts) {
        object.properties().forEach(f -> {
            String name = prefix + f.getKey().replace('_', ' ');
            if (f.getValue().isObject()) addFacts(name + " ", f.getValue(), facts);
            else facts.put(name, text(f.getValue()));
        });
    }

    private static String text(JsonNode value) {
        if (!value.isArray()) return value.asText();
        StringJoiner all = new StringJoiner(", ");
        value.forEach(e -> all.add(e.asText()));
        return all.toString();
    }
}
