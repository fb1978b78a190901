package dev.graft.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The networks that Graft writes, one row each: the name torchvision gives it and the number of residual blocks per
 * stage. The shape of everything else follows (He et al., "Deep Residual Learning for Image Recognition", 2015, table 1).
 */
public enum Architecture {
    /** ResNet18: two basic blocks in each of four stages, 11.7 million parameters. */
    RESNET18("resnet18", 2, 2, 2, 2);

    /** One tensor of the state: its name in torchvision, its shape, and whether it is a buffer. */
    record StateEntry(String name, List<Long> shape, boolean buffer) {
        boolean counter() {
            return name.endsWith("num_batches_tracked");
        }
    }

    private final String title;
    private final int[] blocks;

    Architecture(String title, int... blocks) {
        this.title = title;
        this.blocks = blocks;
    }

    /** The name in torchvision and in saved files, such as {@code resnet18}. */
    public String title() {
        return title;
    }

    /** The length of the feature vector that the head takes. */
    public int features() {
        return width(blocks.length);
    }

    /**
     * The architecture of that name.
     *
     * @throws IllegalArgumentException when there is none; the message lists those there are
     */
    public static Architecture named(String title) {
        for (Architecture a : values()) {
            if (a.title.equals(title)) {
                return a;
            }
        }
        List<String> known = Arrays.stream(values()).map(Architecture::title).toList();
        throw new IllegalArgumentException("model: no architecture '" + title + "'; there are " + known);
    }

    int stages() {
        return blocks.length;
    }

    int blocks(int stage) {
        return blocks[stage - 1];
    }

    /** Channels of a stage, counted from 1. */
    static int width(int stage) {
        return 64 << (stage - 1);
    }

    /** Whether a block changes the shape, so that its shortcut needs a convolution of its own. */
    static boolean reshapes(int stage, int block) {
        return stage > 1 && block == 0;
    }

    /** Every tensor of the state in torchvision's order: 122 for ResNet18, the head included. */
    List<StateEntry> state(int classes) {
        List<StateEntry> s = new ArrayList<>();
        addConv(s, "conv1", 64, 3, 7);
        addNorm(s, "bn1", 64);
        for (int stage = 1; stage <= blocks.length; stage++) {
            int out = width(stage);
            for (int block = 0; block < blocks[stage - 1]; block++) {
                String name = "layer" + stage + "." + block;
                int in = reshapes(stage, block) ? out / 2 : out;
                addConv(s, name + ".conv1", out, in, 3);
                addNorm(s, name + ".bn1", out);
                addConv(s, name + ".conv2", out, out, 3);
                addNorm(s, name + ".bn2", out);
                if (reshapes(stage, block)) {
                    addConv(s, name + ".downsample.0", out, in, 1);
                    addNorm(s, name + ".downsample.1", out);
                }
            }
        }
        s.add(new StateEntry("fc.weight", List.of((long) classes, (long) features()), false));
        s.add(new StateEntry("fc.bias", List.of((long) classes), false));
        return s;
    }

    private static void addConv(List<StateEntry> s, String name, long out, long in, long kernel) {
        s.add(new StateEntry(name + ".weight", List.of(out, in, kernel, kernel), false));
    }

    private static void addNorm(List<StateEntry> s, String name, long channels) {
        s.add(new StateEntry(name + ".weight", List.of(channels), false));
        s.add(new StateEntry(name + ".bias", List.of(channels), false));
        s.add(new StateEntry(name + ".running_mean", List.of(channels), true));
        s.add(new StateEntry(name + ".running_var", List.of(channels), true));
        s.add(new StateEntry(name + ".num_batches_tracked", List.of(), true));
    }
}
