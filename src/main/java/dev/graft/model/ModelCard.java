package dev.graft.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.image.Preprocessing;
import dev.graft.image.PreprocessingSample;
import dev.graft.metrics.LabelThresholds;
import dev.graft.model.graph.HeadGraph;
import dev.graft.model.graph.ResNetGraph;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.tensor.WeightsKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is saved with the weights: the network, the kind of its head, the class names in the order of the logits, and the preprocessing. A
 * saved model holds it as {@code extra/graft.json}.
 *
 * @param network an {@link Architecture}, or a {@link ScriptNetwork} whose code is in a file
 * @param classes at least two names, all different
 * @param preprocessing turns a picture into the network's input
 * @param thresholds of a multi-label model, whose pictures have any number of the classes, here called labels: one for each.
 *     Empty for a model whose pictures have exactly one class
 * @param head the kind of the head; only linear for a {@link ScriptNetwork}
 */
public record ModelCard(
        Network network,
        List<String> classes,
        Preprocessing preprocessing,
        Optional<LabelThresholds> thresholds,
        HeadSpec head) {
    /** The card's file name among the extra files of an archive. */
    public static final String FILE = "graft.json";

    private static final String SAMPLE = "preprocessing_sample";
    private static final int FORMAT = 1;
    /** Of a multi-label model: a version of Graft that does not know such models must not take it for another. */
    private static final int MULTI_LABEL_FORMAT = 2;

    /** With another head than a linear one. */
    private static final int FORMAT_WITH_HEAD = 3;

    private static final String MULTI_LABEL = "multi_label";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Checks the classes and the head. */
    public ModelCard {
        classes = List.copyOf(classes);
        if (classes.size() < 2 || classes.stream().distinct().count() < classes.size()) {
            throw new IllegalArgumentException(
                    "model: needs at least two classes, all with different names, got " + classes);
        }
        int given = thresholds.map(t -> t.values().size()).orElse(classes.size());
        if (given != classes.size()) {
            throw new IllegalArgumentException(
                    "model: needs a threshold for each of the " + classes.size() + " labels, got " + given);
        }
        if (network.origin().isPresent() && !head.equals(HeadSpec.LINEAR)) {
            throw new IllegalArgumentException("model: the network of " + network.title()
                    + " is code in a file, where only one linear layer can be replaced; its head must be linear, was "
                    + head.kind());
        }
    }

    /** A model with a linear head whose pictures have exactly one class each. */
    public ModelCard(Network network, List<String> classes, Preprocessing preprocessing) {
        this(network, classes, preprocessing, Optional.empty(), HeadSpec.LINEAR);
    }

    /** Whether pictures have any number of labels: the model gives a sigmoid of each logit, not a softmax of all. */
    public boolean isMultiLabel() {
        return thresholds.isPresent();
    }

    /** The names of the classes in words, and whether a picture may have any number of them. */
    public String classesText() {
        return classes + (isMultiLabel() ? " (any number of them a picture)" : "");
    }

    /** The same for pictures with any number of labels, with these thresholds. */
    public ModelCard withThresholds(LabelThresholds t) {
        return new ModelCard(network, classes, preprocessing, Optional.of(t), head);
    }

    /** The same with another kind of head. */
    public ModelCard withHead(HeadSpec spec) {
        return new ModelCard(network, classes, preprocessing, thresholds, spec);
    }

    /** The operations of the head. */
    @SuppressWarnings("exports") // for Graft's own packages
    public HeadGraph headGraph() {
        return head.graph(network.head(), network.features(), classes.size());
    }

    /** Whether a training step may draw random numbers, as dropout does. */
    public boolean drawsNumbers() {
        return network.drawsNumbers() || head.drawsNumbers();
    }

    /** Whether the last stage's output has 1 x 1 places for pictures of the preprocessing's size; false for a {@link ScriptNetwork}. */
    public boolean endsInOnePlace() {
        return network.graph()
                .filter(g -> ResNetGraph.sideAfter(g.stages(), preprocessing.height()) == 1
                        && ResNetGraph.sideAfter(g.stages(), preprocessing.width()) == 1)
                .isPresent();
    }

    /** What the network computes in evaluation mode, layer by layer, with its head. Empty if Graft does not write the network. */
    public List<Layer> layers() {
        return network.graph().map(graph -> LayerList.of(graph, headGraph())).orElse(List.of());
    }

    /** The card as JSON text, with the checksum of what this machine's preprocessing makes of sample pictures. */
    public String toJson() {
        return toJson(JSON.createObjectNode()
                .put("set", PreprocessingSample.SET)
                .put("sha256", PreprocessingSample.checksum(preprocessing)));
    }

    /**
     * The card as JSON text, with the checksum that a saved card has: that of the machine which trained the model. If it has none,
     * or that of other sample pictures, then with this machine's.
     *
     * @param saved what {@link #toJson()} wrote
     */
    String toJsonWithChecksumOf(String saved) {
        JsonNode sample = parsed(saved).path(SAMPLE);
        return sample.path("set").asInt() == PreprocessingSample.SET ? toJson(sample) : toJson();
    }

    private String toJson(JsonNode sample) {
        ObjectNode root = JSON.createObjectNode();
        boolean linear = head.equals(HeadSpec.LINEAR);
        root.put("format", linear ? isMultiLabel() ? MULTI_LABEL_FORMAT : FORMAT : FORMAT_WITH_HEAD);
        network.origin()
                .ifPresentOrElse(
                        sha256 -> root.putObject("script")
                                .put("title", network.title())
                                .put("sha256", sha256)
                                .put("head", network.head())
                                .put("features", network.features()),
                        () -> root.put("architecture", network.title()));
        if (!linear) root.set("head", HeadJson.write(head));
        ArrayNode names = root.putArray("classes");
        classes.forEach(names::add);
        if (thresholds.isPresent()) {
            ArrayNode each = root.putObject(MULTI_LABEL).putArray("thresholds");
            thresholds.get().values().forEach(each::add);
        }
        root.set("preprocessing", preprocessing.toJson());
        root.set(SAMPLE, sample);
        return root.toPrettyString();
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException with the field that is missing or wrong
     */
    public static ModelCard fromJson(String text) {
        JsonNode root = parsed(text);
        int format = root.path("format").asInt();
        if (format < FORMAT || format > FORMAT_WITH_HEAD) {
            throw new IllegalArgumentException("model: graft.json has format " + root.path("format")
                    + ", this version of Graft reads " + FORMAT + " to " + FORMAT_WITH_HEAD
                    + "; use the version that wrote it");
        }
        if (!root.path("classes").isArray()) {
            throw new IllegalArgumentException("model: graft.json needs classes (a list)");
        }
        List<String> classes = new ArrayList<>();
        root.path("classes").forEach(name -> classes.add(name.asText()));
        Optional<LabelThresholds> thresholds = format == MULTI_LABEL_FORMAT || root.has(MULTI_LABEL)
                ? Optional.of(thresholds(root))
                : Optional.empty();
        return new ModelCard(
                network(root),
                classes,
                Preprocessing.fromJson(root.path("preprocessing")),
                thresholds,
                format == FORMAT_WITH_HEAD ? HeadJson.read(root.path("head")) : HeadSpec.LINEAR);
    }

    private static LabelThresholds thresholds(JsonNode root) {
        JsonNode each = root.path(MULTI_LABEL).path("thresholds");
        List<Double> values = new ArrayList<>();
        for (JsonNode value : each) values.add(value.isNumber() ? value.asDouble() : Double.NaN);
        if (values.isEmpty()) {
            throw new IllegalArgumentException(
                    "model: graft.json needs multi_label with thresholds (a list of numbers)");
        }
        return new LabelThresholds(values);
    }

    /**
     * The card inside a saved model or a checkpoint. Only text is read.
     *
     * @throws WeightsException when the file has none, or another version of Graft wrote it
     */
    public static ModelCard in(WeightsFile file) throws IOException {
        String json = textIn(file)
                .orElseThrow(() -> new WeightsException(
                        file.file(),
                        "holds no " + FILE + ", so classes and preprocessing are unknown",
                        "give a file that Graft saved, or use this file as weights for a new head"));
        try {
            return fromJson(json);
        } catch (IllegalArgumentException e) {
            throw new WeightsException(file.file(), String.valueOf(e.getMessage()), "give a file that Graft saved");
        }
    }

    /** Whether a file holds a card, so that it is a model or a checkpoint of Graft. */
    public static boolean isIn(WeightsFile file) throws IOException {
        return textIn(file).isPresent();
    }

    static Optional<String> textIn(WeightsFile file) throws IOException {
        if (file.kind() == WeightsKind.TORCHSCRIPT) return file.extra(FILE);
        return file.has("graft") && file.value("graft") instanceof String s ? Optional.of(s) : Optional.empty();
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
