package dev.graft.model.graph;

import dev.graft.model.graph.ResidualBlock.Convolution;
import dev.graft.model.graph.ResidualBlock.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A ResNet as a graph: the stem, four stages of residual blocks, pooling, the head. All shapes follow from the kind of
 * the blocks, their groups, the width of a group, and the number of blocks per stage. The TorchScript, the fused trunk,
 * the memory estimate and the list of tensors are all made from this description.
 */
public final class ResNetGraph {
    /** The stem's convolution. */
    public static final Convolution STEM = new Convolution("conv1", "bn1", 3, 64, 7, 2, 1);

    /** The place of the head, after the pooling; torchvision has a linear layer there. */
    public static final Head HEAD = new Head("fc");

    /** Added to the variance by every batch norm. */
    public static final double EPSILON = 1e-5;

    private final String title;
    private final Kind kind;
    private final int groups;
    /** Channels of a group in the first stage. */
    private final int groupWidth;

    private final int[] blocks;

    public ResNetGraph(String title, Kind kind, int groups, int groupWidth, int... blocks) {
        this.title = title;
        this.kind = kind;
        this.groups = groups;
        this.groupWidth = groupWidth;
        this.blocks = blocks.clone();
    }

    /** The name in torchvision. */
    public String title() {
        return title;
    }

    public int stages() {
        return blocks.length;
    }

    /** The length of the head's input. */
    public int features() {
        return (int) planes(blocks.length) * kind.expansion;
    }

    /**
     * The number of stages before a layer.
     *
     * @throws IllegalArgumentException when it is neither the head nor a stage
     */
    public int stagesBefore(String layer) {
        if (HEAD.pathOf(layer).equals(HEAD.path())) {
            return stages();
        }
        List<String> known =
                IntStream.rangeClosed(1, stages()).mapToObj(ResNetGraph::stage).toList();
        if (!known.contains(layer)) {
            throw new IllegalArgumentException("model: " + title + " can be cut before one of " + known + " or before "
                    + Head.WORD + ", got '" + layer + "'");
        }
        return known.indexOf(layer);
    }

    /** The name of a stage; stages are counted from 1. */
    public static String stage(int stage) {
        return "layer" + stage;
    }

    /** Output channels of the stem and this many stages. */
    public long channelsAfter(int stages) {
        return stages == 0 ? STEM.out() : planes(stages) * kind.expansion;
    }

    /** Output height (or width) of the stem and this many stages, for pictures of this height (or width). */
    public static long sideAfter(int stages, long side) {
        int halvings = 1 + Math.max(1, stages); // the stem's convolution, its pooling, and each stage except the first
        return (side + (1L << halvings) - 1) >> halvings;
    }

    /**
     * Elements of the largest activation for one picture: the stem's, or the first stage's of a bottleneck, which is as
     * large.
     */
    public static long largestActivation(long height, long width) {
        return STEM.out() * sideAfter(0, height) * sideAfter(0, width) * 4;
    }

    public int blocks(int stage) {
        return blocks[stage - 1];
    }

    public Kind kind() {
        return kind;
    }

    /** A block; stages are counted from 1, blocks from 0. */
    public ResidualBlock block(int stage, int block) {
        long planes = planes(stage);
        long width = planes * groupWidth / 64 * groups;
        if (block > 0) {
            return ResidualBlock.of(kind, planes * kind.expansion, planes, width, 1, groups);
        }
        return stage == 1
                ? ResidualBlock.of(kind, STEM.out(), planes, width, 1, groups)
                : ResidualBlock.of(kind, planes / 2 * kind.expansion, planes, width, 2, groups);
    }

    private static long planes(int stage) {
        return 64L << (stage - 1);
    }

    /** Every tensor of the state in torchvision's order, with its linear head: 122 for ResNet18. */
    public List<StateEntry> state(int classes) {
        return state(HeadGraph.linear(HEAD.path(), features(), classes));
    }

    /** The same with another head. */
    public List<StateEntry> state(HeadGraph head) {
        List<StateEntry> s = trunk();
        s.addAll(head.state());
        return s;
    }

    /** The tensors of all layers except the head. */
    public List<StateEntry> trunk() {
        List<StateEntry> s = new ArrayList<>();
        convolutions().forEach(c -> add(s, c));
        return s;
    }

    /** Every convolution by its full name, in torchvision's order. */
    public List<Convolution> convolutions() {
        return convolutions(stages());
    }

    /** The convolutions of the stem and this many stages. */
    public List<Convolution> convolutions(int stages) {
        List<Convolution> all = new ArrayList<>();
        all.add(STEM);
        for (int stage = 1; stage <= stages; stage++) {
            for (int block = 0; block < blocks(stage); block++) {
                String prefix = "layer" + stage + "." + block + ".";
                ResidualBlock b = block(stage, block);
                b.path().forEach(c -> all.add(c.under(prefix)));
                b.shortcut().ifPresent(c -> all.add(c.under(prefix)));
            }
        }
        return all;
    }

    private static void add(List<StateEntry> s, Convolution c) {
        long kernel = c.kernel();
        List<Long> channels = List.of(c.out());
        s.add(new StateEntry(c.name() + ".weight", List.of(c.out(), c.in() / c.groups(), kernel, kernel), false));
        s.add(new StateEntry(c.norm() + ".weight", channels, false));
        s.add(new StateEntry(c.norm() + ".bias", channels, false));
        s.add(new StateEntry(c.norm() + ".running_mean", channels, true));
        s.add(new StateEntry(c.norm() + ".running_var", channels, true));
        s.add(new StateEntry(c.norm() + ".num_batches_tracked", List.of(), true));
    }
}
