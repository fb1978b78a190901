package dev.graft.model;

import dev.graft.model.graph.ResNetGraph;
import dev.graft.model.graph.ResidualBlock.Kind;
import dev.graft.model.graph.StateEntry;
import dev.graft.model.names.Branch;
import dev.graft.model.names.FrozenParts;
import dev.graft.model.names.Part;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsChoice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The networks that Graft writes, one row each: torchvision's name, the kind of its residual blocks, their groups and
 * the width of a group, and the number of blocks per stage. All other shapes follow from these (He et al., "Deep
 * Residual Learning for Image Recognition", 2015, table 1; Xie et al., "Aggregated Residual Transformations for Deep
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

    private final ResNetGraph graph;

    Architecture(String title, Kind kind, int groups, int groupWidth, int... blocks) {
        graph = new ResNetGraph(title, kind, groups, groupWidth, blocks);
    }

    /** The name in torchvision and in saved files, such as {@code resnet18}. */
    @Override
    public String title() {
        return graph.title();
    }

    @Override
    public String head() {
        return ResNetGraph.HEAD.path();
    }

    @Override
    public int features() {
        return graph.features();
    }

    /** The layers: never empty. */
    @Override
    @SuppressWarnings("exports") // see Network
    public Optional<ResNetGraph> graph() {
        return Optional.of(graph);
    }

    /** Empty. */
    @Override
    public Optional<String> origin() {
        return Optional.empty();
    }

    /** False: a ResNet has no dropout. */
    @Override
    public boolean drawsNumbers() {
        return false;
    }

    /**
     * The architecture with this name.
     *
     * @throws IllegalArgumentException when there is none; the message lists the known names
     */
    public static Architecture named(String title) {
        for (Architecture a : values()) {
            if (a.title().equals(title)) {
                return a;
            }
        }
        List<String> known = Arrays.stream(values()).map(Architecture::title).toList();
        throw new IllegalArgumentException("model: no architecture '" + title + "'; there are " + known);
    }

    /**
     * The architecture whose layers a file holds, told by the names and shapes of its tensors. The head, a prefix and tensors of
     * other layers do not matter; names of Hugging Face's transformers are known too. Empty when the file holds none of these networks.
     */
    public static Optional<Architecture> recognise(WeightsFile file) {
        if (!file.constants().isEmpty()) {
            return Arrays.stream(values())
                    .filter(a -> a.isIn(FrozenParts.of(a.graph, file.constants())))
                    .findFirst();
        }
        return Branch.of(file.tensors()).stream()
                .flatMap(branch -> Arrays.stream(values()).filter(a -> a.isIn(branch.parts())))
                .findFirst();
    }

    /** That state dict of a file whose tensors are one of these architectures', see {@link WeightsChoice}. */
    public static WeightsChoice any(WeightsChoice choice) {
        return choice.fitting(tensors -> Arrays.stream(values()).anyMatch(a -> a.fits(tensors)));
    }

    /**
     * The architecture that fits a file best, without its head: the fewest tensors are missing, unexpected or of a
     * wrong shape. Empty when the file has less than half of the tensor names of every architecture.
     */
    public static Optional<Architecture> nearest(WeightsFile file) {
        Architecture nearest = null;
        long fewest = Long.MAX_VALUE;
        for (Branch branch : Branch.of(file.tensors())) {
            for (Architecture a : values()) {
                long differences = a.isHalfIn(branch.parts().keySet()) ? a.differences(branch.parts()) : Long.MAX_VALUE;
                if (differences < fewest) {
                    fewest = differences;
                    nearest = a;
                }
            }
        }
        return Optional.ofNullable(nearest);
    }

    /**
     * What a file would need to hold this architecture, without its head: one text for each tensor that is missing or has
     * another shape, in the order of {@code state_dict()}. Empty if the file holds it.
     */
    public List<String> lackingIn(WeightsFile file) {
        Map<String, Part> parts = branches(file).get(0).parts();
        List<String> lacking = new ArrayList<>();
        for (StateEntry e : graph.trunk()) {
            Part there = parts.get(e.name());
            if (there == null && !e.counter()) {
                lacking.add(e.name() + " " + e.shape() + " is missing");
            } else if (there != null && !there.shape().equals(e.shape())) {
                lacking.add(e.name() + " has the shape " + there.shape() + ", not " + e.shape());
            }
        }
        return lacking;
    }

    /** The networks of this architecture in a file; where there is none, the one that comes nearest. */
    List<Branch> branches(WeightsFile file) {
        Map<String, Part> frozen = FrozenParts.of(graph, file.constants());
        if (isIn(frozen)) {
            return List.of(Branch.frozen(frozen));
        }
        List<Branch> all = Branch.of(file.tensors());
        List<Branch> whole = all.stream().filter(b -> isIn(b.parts())).toList();
        return whole.isEmpty()
                ? List.of(Collections.min(all, Comparator.comparingLong(b -> differences(b.parts()))))
                : whole;
    }

    private boolean isHalfIn(Set<String> names) {
        List<StateEntry> trunk = graph.trunk();
        return 2 * trunk.stream().filter(e -> names.contains(e.name())).count() >= trunk.size();
    }

    private long differences(Map<String, Part> parts) {
        List<StateEntry> trunk = graph.trunk();
        long wrong = trunk.stream()
                .map(e -> parts.containsKey(e.name())
                        && parts.get(e.name()).shape().equals(e.shape()))
                .filter(right -> !right)
                .count();
        Set<String> names = trunk.stream().map(StateEntry::name).collect(Collectors.toSet());
        return wrong + parts.keySet().stream().filter(n -> !names.contains(n)).count();
    }

    /** Whether tensors are this architecture's layers, as {@link #recognise} tells. The head does not matter. */
    public boolean fits(Map<String, StoredTensor> tensors) {
        return Branch.of(tensors).stream().anyMatch(branch -> isIn(branch.parts()));
    }

    private boolean isIn(Map<String, Part> parts) {
        List<StateEntry> trunk = graph.trunk();
        for (StateEntry e : trunk) {
            Part there = parts.get(e.name());
            if (there == null ? !e.counter() : !there.shape().equals(e.shape())) {
                return false;
            }
        }
        Set<String> names = trunk.stream().map(StateEntry::name).collect(Collectors.toSet());
        return parts.keySet().stream().allMatch(n -> names.contains(n) || !n.startsWith("layer")); // no extra block
    }

    /**
     * Name and shape of each tensor that a weights file must hold, without the head, in the order of {@code
     * state_dict()}.
     */
    public Map<String, List<Long>> trunkShapes() {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        graph.trunk().forEach(e -> shapes.put(e.name(), e.shape()));
        return shapes;
    }
}
