package dev.graft.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the {@code config.json} beside a file of weights says of its network, as Hugging Face's transformers and timm write it.
 *
 * @param title the library and its name of the network, such as {@code timm resnet18}
 * @param classes how many its head has; 0 where it has none, or the file does not say
 * @param labels the names of the classes in the order of the logits; empty where the file does not say
 * @param settings what changes the layers, each in words; empty where the network is torchvision's
 * @param mean of the red, green and blue of a picture, 0 to 1, as it was normalised; empty where the file does not say
 * @param std as {@code mean}
 */
public record PretrainedConfig(
        String title, int classes, List<String> labels, List<String> settings, List<Double> mean, List<Double> std) {
    /** The name of such a file. */
    public static final String FILE = "config.json";

    private static final long MAX_BYTES = 4 << 20;
    private static final int MAX_LABELS = 200_000;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
    private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);

    /** Keeps copies of the lists. */
    public PretrainedConfig {
        labels = List.copyOf(labels);
        settings = List.copyOf(settings);
        mean = List.copyOf(mean);
        std = List.copyOf(std);
    }

    /**
     * Reads the one beside a file of weights.
     *
     * @return empty where there is none, or one of something else
     * @throws IOException when it cannot be read
     */
    public static Optional<PretrainedConfig> beside(Path weights) throws IOException {
        Path file = weights.resolveSibling(FILE);
        if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
            return Optional.empty();
        }
        try {
            return of(JSON.readTree(Files.readAllBytes(file)));
        } catch (JsonProcessingException e) { // of some other program
            return Optional.empty();
        }
    }

    private static Optional<PretrainedConfig> of(JsonNode root) {
        if (root.path("model_type").asText().equals("resnet")) {
            List<String> labels = labels(root.path("id2label"));
            String title = root.path("architectures").path(0).asText("resnet");
            return Optional.of(new PretrainedConfig(
                    "transformers " + title, labels.size(), labels, settings(root), List.of(), List.of()));
        }
        if (root.path("architecture").isTextual() && root.has("num_classes")) {
            JsonNode trained = root.path("pretrained_cfg");
            return Optional.of(new PretrainedConfig(
                    "timm " + root.path("architecture").asText(),
                    Math.max(0, root.path("num_classes").asInt()),
                    labels(root.path("label_names")),
                    List.of(),
                    numbers(trained.path("mean")),
                    numbers(trained.path("std"))));
        }
        return Optional.empty();
    }

    /** A list, or an object with the keys 0, 1, ... */
    private static List<String> labels(JsonNode node) {
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < Math.min(node.size(), MAX_LABELS); i++) {
            JsonNode label = node.isArray() ? node.path(i) : node.path(Integer.toString(i));
            if (!label.isTextual()) {
                return List.of();
            }
            labels.add(label.asText());
        }
        return labels;
    }

    private static List<Double> numbers(JsonNode node) {
        List<Double> numbers = new ArrayList<>();
        for (int i = 0; i < Math.min(node.size(), 3); i++) {
            numbers.add(node.path(i).asDouble());
        }
        return numbers;
    }

    /** What makes a ResNet of transformers another network than torchvision's of the same names. */
    private static List<String> settings(JsonNode root) {
        List<String> settings = new ArrayList<>();
        String activation = root.path("hidden_act").asText("relu");
        if (!activation.equals("relu")) {
            settings.add("hidden_act is " + WeightsException.quote(activation) + " (torchvision's is relu)");
        }
        for (String name : List.of("downsample_in_first_stage", "downsample_in_bottleneck")) {
            if (root.path(name).asBoolean()) {
                settings.add(name + " is true (torchvision's is false)");
            }
        }
        return settings;
    }

    /** What a user should know of it, in a sentence or two. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        List<String> first = labels.subList(0, Math.min(3, labels.size()));
        notes.add(WeightsException.quote("the " + FILE + " beside it says: " + title
                + (labels.isEmpty()
                        ? classes == 0 ? ", no head" : ", " + classes + " classes"
                        : ", " + labels.size() + " labels (" + String.join(", ", first)
                                + (labels.size() > 3 ? ", ..." : "") + ")")));
        boolean other = !mean.isEmpty() && !mean.equals(IMAGENET_MEAN) || !std.isEmpty() && !std.equals(IMAGENET_STD);
        if (other) {
            notes.add("its pictures were normalised with mean " + mean + " and std " + std
                    + ", others than ImageNet's: preprocess yours in the same way");
        }
        return notes;
    }
}
