package dev.graft.export;

import dev.graft.model.graph.ResNetGraph;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of a ResNet's tensors in Hugging Face's transformers. {@code model.names} reads them back. */
final class TransformersNames {
    /** The layer of the logits. */
    private static final String HEAD = "classifier.1";

    private static final Pattern STEM = Pattern.compile("(conv|bn)1(\\..*)");
    private static final Pattern BLOCK =
            Pattern.compile("layer(\\d)\\.(\\d+)\\.(?:(conv|bn)(\\d)|downsample\\.(\\d))(\\..*)");

    private TransformersNames() {}

    /**
     * The name for torchvision's name.
     *
     * @throws IllegalArgumentException when it is not one of a ResNet's
     */
    static String of(String name) {
        String head = ResNetGraph.HEAD.path();
        if (ResNetGraph.HEAD.holds(name)) return HEAD + name.substring(head.length());
        Matcher stem = STEM.matcher(name);
        if (stem.matches())
            return "resnet.embedder.embedder." + kind(stem.group(1).equals("conv")) + stem.group(2);
        Matcher block = BLOCK.matcher(name);
        if (!block.matches()) throw new IllegalArgumentException("export: no layer of a ResNet is called " + name);
        String layer = block.group(5) != null
                ? "shortcut." + kind(block.group(5).equals("0"))
                : "layer." + before(block.group(4)) + "." + kind(block.group(3).equals("conv"));
        return "resnet.encoder.stages." + before(block.group(1)) + ".layers." + block.group(2) + "." + layer
                + block.group(6);
    }

    private static String kind(boolean convolution) {
        return convolution ? "convolution" : "normalization";
    }

    private static int before(String number) {
        return Integer.parseInt(number) - 1;
    }
}
