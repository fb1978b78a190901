package dev.graft.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.image.Preprocessing;
import dev.graft.image.PreprocessingSample;
import java.util.ArrayList;
import java.util.List;

/**
 * What is saved with the weights: the network, the class names in the order of the logits, and the preprocessing. A
 * saved model holds it as {@code extra/graft.json}.
 *
 * @param network an {@link Architecture}, or a {@link ScriptNetwork} whose code is in a file
 * @param classes at least two names, all different
 * @param preprocessing turns a picture into the network's input
 */
public record ModelCard(Network network, List<String> classes, Preprocessing preprocessing) {
    /** The card's file name among the extra files of an archive. */
    public static final String FILE = "graft.json";

    private static final String SAMPLE = "preprocessing_sample";
    private static final int FORMAT = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Checks the classes. */
    public ModelCard {
        classes = List.copyOf(classes);
        if (classes.size() < 2 || classes.stream().distinct().count() < classes.size()) {
            throw new IllegalArgumentException(
                    "model: needs at least two classes, all with different names, got " + classes);
        }
    }

    /** The card as JSON text, with the checksum of what this machine's preprocessing makes of sample pictures. */
    public String toJson() {
        ObjectNode root = JSON.createObjectNode();
        root.put("format", FORMAT);
        network.origin()
                .ifPresentOrElse(
                        sha256 -> root.putObject("script")
                                .put("title", network.title())
                                .put("sha256", sha256)
                                .put("head", network.head())
                                .put("features", network.features()),
                        () -> root.put("architecture", network.title()));
        ArrayNode names = root.putArray("classes");
        classes.forEach(names::add);
        root.set("preprocessing", preprocessing.toJson());
        root.putObject(SAMPLE)
                .put("set", PreprocessingSample.SET)
                .put("sha256", PreprocessingSample.checksum(preprocessing));
        return root.toPrettyString();
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException with the field that is missing or wrong
     */
    public static ModelCard fromJson(String text) {
        JsonNode root = parsed(text);
        if (root.path("format").asInt() != FORMAT) {
            throw new IllegalArgumentException("model: graft.json has format " + root.path("format")
                    + ", this version of Graft reads " + FORMAT + "; use the version that wrote it");
        }
        if (!root.path("classes").isArray()) {
            throw new IllegalArgumentException("model: graft.json needs classes (a list)");
        }
        List<String> classes = new ArrayList<>();
        root.path("classes").forEach(name -> classes.add(name.asText()));
        return new ModelCard(network(root), classes, Preprocessing.fromJson(root.path("preprocessing")));
    }

    /**
     * Whether this machine makes other pixels of the sample pictures than the machine that wrote the card. False for a card
     * without a checksum, or with that of other samples.
     *
     * @param text what {@link #toJson} wrote
     */
    static boolean preprocessingDiffers(String text, Preprocessing preprocessing) {
        JsonNode sample = parsed(text).path(SAMPLE);
        return sample.path("set").asInt() == PreprocessingSample.SET
                && !sample.path("sha256").asText().equals(PreprocessingSample.checksum(preprocessing));
    }

    private static JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("model: graft.json is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static Network network(JsonNode root) {
        JsonNode script = root.path("script");
        if (root.path("architecture").isTextual()) {
            return Architecture.named(root.path("architecture").asText());
        }
        if (!script.path("title").isTextual() || !script.path("head").isTextual()) {
            throw new IllegalArgumentException(
                    "model: graft.json needs an architecture (text) or a script (title, sha256, head, features)");
        }
        return new ScriptNetwork(
                script.path("title").asText(),
                script.path("sha256").asText(),
                script.path("head").asText(),
                script.path("features").asInt());
    }
}
