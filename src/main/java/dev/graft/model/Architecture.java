package dev.graft.model;

import dev.graft.model.ResidualBlock.Convolution;
import dev.graft.model.ResidualBlock.Kind;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.tensor.StoredTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The networks that Graft writes, one row each: the name torchvision gives it, the kind of its residual blocks, their
 * groups and the width of a group, and the number of blocks per stage. The shape of everything else follows (He et al.,
 * "Deep Residual Learning for Image Recognition", 2015, table 1; Xie et al., "Aggregated Residual Transformations for Deep
 * Neural Networks", 2016; Zagoruyko and Komodakis, "Wide Residual Networks", 2016).
 *
 * <p>Parameters are counted with a head of ImageNet's 1,000 classes.
 */
public enum Architecture implements Network {
    /** ResNet18: basic blocks, 11.7 million parameters. */
    RESNET18("resnet18", Kind.BASIC, 1, 64, 2, 2, 2, 2),
    /** ResNet34: basic blocks, 21.8 million parameters. */
    RESNET34("resnet34", Kind.BASIC, 1, 64, 3, 4, 6, 3),
    /** ResNet50: bottlenecks, 25.6 million parameters. */
    RESNET50("resnet50", Kind.BOTTLENECK, 1, 64, 3, 4, 6, 3),
    /** ResNet101: bottlenecks, 44.5 million parameters. */
    RESNET101("resnet101", Kind.BOTTLENECK, 1, 64, 3, 4, 23, 3),
    /** ResNet152: bottlenecks, 60.2 million parameters. */
    RESNET152("resnet152", Kind.BOTTLENECK, 1, 64, 3, 8, 36, 3),
    /** ResNeXt50 32x4d: bottlenecks of 32 groups, 25.0 million parameters. */
    RESNEXT50_32X4D("resnext50_32x4d", Kind.BOTTLENECK, 32, 4, 3, 4, 6, 3),
    /** Wide ResNet50-2: bottlenecks twice as wide inside, 68.9 million parameters. */
    WIDE_RESNET50_2("wide_resnet50_2", Kind.BOTTLENECK, 1, 128, 3, 4, 6, 3);

    /** What comes before the stages. */
    static final Convolution STEM = new Convolution("conv1", "bn1", 3, 64, 7, 2, 1);

    private final String title;
    private final Kind kind;
    private final int groups;
    /** Channels of a group in the first stage. */
    private final int groupWidth;

    private final int[] blocks;

    Architecture(String title, Kind kind, int groups, int groupWidth, int... blocks) {
        this.title = title;
        this.kind = kind;
        this.groups = groups;
        this.groupWidth = groupWidth;
        this.blocks = blocks;
    }

    /** The name in torchvision and in saved files, such as {@code resnet18}. */
    @Override
    public String title() {
        return title;
    }

    @Override
    public String head() {
        return "fc";
    }

    @Override
    public int features() {
        return (int) planes(blocks.length) * kind.expansion;
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

    /**
     * The architecture whose trunk a file holds, by the names and shapes of its tensors, whatever its head; empty when it is
     * none of these.
     */
    public static Optional<Architecture> recognise(WeightsFile file) {
        return Arrays.stream(values()).filter(a -> a.isIn(file.tensors())).findFirst();
    }

    /**
     * The architecture whose trunk comes nearest to what a file holds: the fewest tensors missing, left over or misshapen.
     * Empty when not even half of any one's names are there.
     */
    public static Optional<Architecture> nearest(WeightsFile file) {
        return Arrays.stream(values())
                .filter(a -> a.isHalfIn(file.tensors().keySet()))
                .min(Comparator.comparingLong(a -> a.differences(file.tensors())));
    }

    private boolean isHalfIn(Set<String> names) {
        List<StateEntry> trunk = trunk();
        return 2 * trunk.stream().filter(e -> names.contains(e.name())).count() >= trunk.size();
    }

    private long differences(Map<String, StoredTensor> tensors) {
        List<StateEntry> trunk = trunk();
        long wrong = trunk.stream()
                .map(e -> tensors.containsKey(e.name())
                        && tensors.get(e.name()).shape().equals(e.shape()))
                .filter(right -> !right)
                .count();
        Set<String> names = trunk.stream().map(StateEntry::name).collect(Collectors.toSet());
        return wrong + tensors.keySet().stream().filter(n -> !names.contains(n)).count();
    }

    private boolean isIn(Map<String, StoredTensor> tensors) {
        List<StateEntry> trunk = trunk();
        for (StateEntry e : trunk) {
            StoredTensor there = tensors.get(e.name());
            if (there == null ? !e.counter() : !there.shape().equals(e.shape())) {
                return false;
            }
        }
        Set<String> names = trunk.stream().map(StateEntry::name).collect(Collectors.toSet());
        return tensors.keySet().stream().allMatch(n -> names.contains(n) || !n.startsWith("layer")); // no block more
    }

    int stages() {
        return blocks.length;
    }

    /**
     * How many stages lie before a layer.
     *
     * @throws IllegalArgumentException when it is neither the head nor a stage
     */
    int stagesBefore(String layer) {
        if (layer.equals(Classifier.HEAD) || layer.equals(head())) {
            return stages();
        }
        List<String> known = IntStream.rangeClosed(1, stages())
                .mapToObj(stage -> "layer" + stage)
                .toList();
        if (!known.contains(layer)) {
            throw new IllegalArgumentException("model: " + title + " is cut before one of " + known + " or before "
                    + Classifier.HEAD + ", was '" + layer + "'");
        }
        return known.indexOf(layer);
    }

    /** Channels of what comes out of the stem and that many stages. */
    long channelsAfter(int stages) {
        return stages == 0 ? STEM.out() : planes(stages) * kind.expansion;
    }

    /** Height or width of what comes out of the stem and that many stages, for pictures of that height or width. */
    static long sideAfter(int stages, long side) {
        int halvings = 1 + Math.max(1, stages); // by the stem's convolution, its pooling, and each stage but the first
        return (side + (1L << halvings) - 1) >> halvings;
    }

    /** Numbers of the largest activation of a picture: the stem's, which a bottleneck's first stage equals. */
    static long largestActivation(long height, long width) {
        return STEM.out() * sideAfter(0, height) * sideAfter(0, width) * 4;
    }

    int blocks(int stage) {
        return blocks[stage - 1];
    }

    Kind kind() {
        return kind;
    }

    /** A block; stages are counted from 1, blocks from 0. */
    ResidualBlock block(int stage, int block) {
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

    /** Every tensor of the state in torchvision's order: 122 for ResNet18, the head included. */
    List<StateEntry> state(int classes) {
        List<StateEntry> s = trunk();
        s.add(new StateEntry("fc.weight", List.of((long) classes, (long) features()), false));
        s.add(new StateEntry("fc.bias", List.of((long) classes), false));
        return s;
    }

    /** Name and shape of each tensor that a file of weights must hold for the trunk, in the order of {@code state_dict()}. */
    public Map<String, List<Long>> trunkShapes() {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        trunk().forEach(e -> shapes.put(e.name(), e.shape()));
        return shapes;
    }

    private List<StateEntry> trunk() {
        List<StateEntry> s = new ArrayList<>();
        convolutions().forEach(c -> add(s, c));
        return s;
    }

    /** Every convolution by its full name, in torchvision's order. */
    List<Convolution> convolutions() {
        return convolutions(stages());
    }

    /** Those of the stem and that many stages. */
    List<Convolution> convolutions(int stages) {
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
