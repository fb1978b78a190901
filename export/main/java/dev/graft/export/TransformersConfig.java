package dev.graft.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.model.ModelCard;
import dev.graft.model.graph.ResNetGraph;
import dev.graft.model.graph.ResidualBlock.Kind;
import java.util.List;

/** The settings that Hugging Face's transformers reads beside a ResNet's weights, as JSON. */
final class TransformersConfig {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** The same line ends on every system. */
    private static final DefaultPrettyPrinter LINES =
            new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));

    private static final int PILLOW_BILINEAR = 2;

    private TransformersConfig() {}

    /** {@code config.json}: the network and its classes. */
    static String network(ModelCard card) {
        ResNetGraph graph = card.network().graph().orElseThrow();
        ObjectNode root = JSON.createObjectNode();
        root.put("model_type", "resnet");
        root.putArray("architectures").add("ResNetForImageClassification");
        root.put("layer_type", graph.kind() == Kind.BASIC ? "basic" : "bottleneck");
        root.put("embedding_size", ResNetGraph.STEM.out());
        ArrayNode depths = root.putArray("depths");
        ArrayNode widths = root.putArray("hidden_sizes");
        for (int stage = 1; stage <= graph.stages(); stage++) {
            depths.add(graph.blocks(stage));
            widths.add(graph.channelsAfter(stage));
        }
        root.put("hidden_act", "relu");
        root.put("num_channels", 3);
        root.put("downsample_in_first_stage", false);
        root.put("downsample_in_bottleneck", false);
        if (card.isMultiLabel()) root.put("problem_type", "multi_label_classification");
        ObjectNode names = root.putObject("id2label");
        ObjectNode numbers = root.putObject("label2id");
        for (int c = 0; c < card.classes().size(); c++) {
            names.put(Integer.toString(c), card.classes().get(c));
            numbers.put(card.classes().get(c), c);
        }
        return text(root);
    }

    /** {@code preprocessor_config.json}: from a picture to the network's input. */
    static String pictures(Preprocessing preprocessing) {
        ObjectNode root = JSON.createObjectNode();
        boolean crops = preprocessing.resize() instanceof Resize.ShortSideCrop;
        root.put("image_processor_type", crops ? "BitImageProcessor" : "ViTImageProcessor");
        root.put("do_convert_rgb", true);
        root.put("do_resize", true);
        root.put("resample", PILLOW_BILINEAR);
        if (preprocessing.resize() instanceof Resize.ShortSideCrop crop) {
            root.putObject("size").put("shortest_edge", crop.shortSide());
            root.put("do_center_crop", true);
            root.putObject("crop_size").put("height", crop.crop()).put("width", crop.crop());
        } else {
            root.putObject("size").put("height", preprocessing.height()).put("width", preprocessing.width());
        }
        root.put("do_rescale", true);
        root.put("rescale_factor", 1 / 255.0);
        root.put("do_normalize", true);
        numbers(root.putArray("image_mean"), preprocessing.normalization().mean());
        numbers(root.putArray("image_std"), preprocessing.normalization().std());
        return text(root);
    }

    private static void numbers(ArrayNode array, List<Float> values) {
        values.forEach(array::add);
    }

    private static String text(ObjectNode root) {
        try {
            return JSON.writer(LINES).writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("export: JSON cannot be written", e);
        }
    }
}
