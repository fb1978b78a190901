package dev.graft.model.names;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The naming scheme of a library for the tensors of a ResNet. */
enum Dialect {
    /** The names of torchvision and timm. */
    TORCHVISION("layer1.0.conv1.weight", "") {
        @Override
        String translate(String name) {
            return name;
        }
    },
    /** The names of the ResNets in Hugging Face's transformers. */
    TRANSFORMERS("encoder.stages.0.layers.0.layer.0.convolution.weight", "those of Hugging Face's transformers") {
        @Override
        String translate(String name) {
            Matcher stem = STEM.matcher(name);
            if (stem.matches()) {
                return (stem.group(1).equals("convolution") ? "conv1" : "bn1") + stem.group(2);
            }
            Matcher block = BLOCK.matcher(name);
            if (!block.matches()) {
                return name;
            }
            boolean convolution = block.group(4).equals("convolution");
            String layer = block.group(3) == null
                    ? "downsample." + (convolution ? 0 : 1)
                    : (convolution ? "conv" : "bn") + (Integer.parseInt(block.group(3)) + 1);
            int stage = Integer.parseInt(block.group(1)) + 1;
            return "layer" + stage + "." + block.group(2) + "." + layer + block.group(5);
        }
    },
    /** The names in a {@code Sequential} of torchvision's children: the stem is 0 and 1, the stages are 4 to 7. */
    CHILDREN("4.0.conv1.weight", "those of a Sequential of torchvision's layers") {
        @Override
        String translate(String name) {
            Matcher child = CHILD.matcher(name);
            if (!child.matches()) {
                return name;
            }
            int n = Integer.parseInt(child.group(1));
            return (n == 0 ? "conv1" : n == 1 ? "bn1" : "layer" + (n - 3)) + child.group(2);
        }
    },
    /** For a frozen module, which has no names; see {@link FrozenParts}. */
    CONSTANTS("", "the order of the code: the module is frozen, its batch norms perhaps folded") {
        @Override
        String translate(String name) {
            return name;
        }
    };

    private static final Pattern STEM = Pattern.compile("embedder\\.embedder\\.(convolution|normalization)(\\..*)");
    private static final Pattern BLOCK = Pattern.compile(
            "encoder\\.stages\\.(\\d)\\.layers\\.(\\d{1,3})\\.(?:layer\\.(\\d)|shortcut)\\.(convolution|normalization)(\\..*)");
    private static final Pattern CHILD = Pattern.compile("([014-7])(\\..*)");

    /** This scheme's name for {@code layer1.0.conv1.weight}, by which a network is found; empty if there is none. */
    final String anchor;
    /** A description of the names, for a note; empty for torchvision's. */
    final String owner;

    Dialect(String anchor, String owner) {
        this.anchor = anchor;
        this.owner = owner;
    }

    /** Torchvision's name for this name. The same name if the library uses no other. */
    abstract String translate(String name);
}
