package dev.graft.model.fuse;

import dev.graft.files.Digests;
import dev.graft.image.Preprocessing;
import dev.graft.model.Classifier;
import dev.graft.model.Network;
import dev.graft.model.Precision;
import dev.graft.model.TrunkSource;
import dev.graft.model.fuse.FusedScript.Operators;
import dev.graft.model.graph.ResNetGraph;
import dev.graft.model.graph.ResidualBlock.Convolution;
import dev.graft.model.state.TensorBytes;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.Natives;
import dev.graft.torch.TorchException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Describes how the layers before one layer of a ResNet become a {@link FusedTrunk}. Its {@link #identity} is known
 * before the trunk is made: if all features are already stored under it, no trunk is needed.
 *
 * <p>Keeps a reference to the classifier and reads its weights in each call. Holds no native memory. Not thread-safe.
 */
public final class Fusion implements TrunkSource {
    private final Classifier classifier;
    private final FusedArchive archive;
    private final ComputeDevice device;
    /** Null except for INT8. */
    private final EightBits bits;

    private Fusion(Classifier classifier, FusedArchive archive, ComputeDevice device, EightBits bits) {
        this.classifier = classifier;
        this.archive = archive;
        this.device = device;
        this.bits = bits;
    }

    /**
     * The fusion of all layers before a layer.
     *
     * @param layer the first that is not fused: {@link Classifier#HEAD}, or a stage, such as {@code layer4}
     * @param precision any except {@link Precision#INT8}, which needs a {@link Calibration}
     * @param device the device that it will run on
     * @throws IllegalArgumentException when the network is not one of Graft's own, see {@link FusedTrunk#fits}, or has
     *     no such stage, or the device does not support the precision
     */
    public static Fusion of(Classifier classifier, String layer, Precision precision, ComputeDevice device) {
        if (precision == Precision.INT8) {
            throw new IllegalArgumentException(
                    "precision: INT8 needs a calibration with pictures; use Calibrator and FusedTrunk.int8");
        }
        precision.requireFits(device);
        ResNetGraph graph = graph(classifier.card().network());
        int stages = graph.stagesBefore(layer);
        return new Fusion(
                classifier, new FusedArchive(graph, stages, precision, operators(precision, device)), device, null);
    }

    /**
     * The fusion of all layers before the classifier's head in {@link Precision#INT8}, for the processor.
     *
     * @param calibration made with this classifier
     * @throws IllegalArgumentException as {@link #of} does, or when the calibration belongs to another network
     * @throws TorchException when this machine's LibTorch has no operators for it
     */
    public static Fusion int8(Classifier classifier, Calibration calibration) {
        return int8(classifier, calibration, EightBits.levelsHere());
    }

    static Fusion int8(Classifier classifier, Calibration calibration, int levels) {
        Natives.load();
        if (!torch.hasMKLDNN()) {
            throw new TorchException(
                    "precision: INT8 needs oneDNN, which this platform's LibTorch does not have; use FP32");
        }
        FusedArchive archive = whole(classifier, Precision.INT8, Operators.INT8);
        EightBits bits = new EightBits(archive.graph(), calibration, levels);
        return new Fusion(classifier, archive, ComputeDevice.CPU, bits);
    }

    /** The fusion with LibTorch's own operators, which a GPU uses, but on the processor; for tests and comparisons. */
    public static Fusion plain(Classifier classifier, Precision precision) {
        return new Fusion(classifier, whole(classifier, precision, Operators.PLAIN), ComputeDevice.CPU, null);
    }

    /** In FP32 on the processor; each convolution keeps the range of its output as {@code low} and {@code high}. */
    static Fusion watched(Classifier classifier) {
        return new Fusion(classifier, whole(classifier, Precision.FP32, Operators.WATCHED), ComputeDevice.CPU, null);
    }

    /** The layers of a network that can be fused. */
    static ResNetGraph graph(Network network) {
        return network.graph()
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "model: the network of " + network.title()
                                        + " is code in a file and cannot be fused; only Graft's own networks can, see FusedTrunk.fits"));
    }

    private static FusedArchive whole(Classifier classifier, Precision precision, Operators operators) {
        ResNetGraph graph = graph(classifier.card().network());
        return new FusedArchive(graph, graph.stages(), precision, operators);
    }

    private static Operators operators(Precision precision, ComputeDevice device) {
        Natives.load();
        boolean takes = !device.isCuda() && torch.hasMKLDNN() && (precision != Precision.BF16 || oneDnnTakesBf16());
        return takes ? Operators.ONEDNN : Operators.PLAIN;
    }

    /** Whether oneDNN computes BF16 here: only with AVX-512. Without, LibTorch's own operators emulate it. */
    static boolean oneDnnTakesBf16() {
        try (BytePointer capability = torch.get_cpu_capability()) {
            return capability.getString().startsWith("AVX512");
        }
    }

    /**
     * Number of features of one picture. Before a stage, this is the size of the stage's input for pictures of the
     * preprocessing's size.
     */
    @Override
    public int size() {
        ResNetGraph graph = archive.graph();
        int stages = archive.stages();
        if (stages == graph.stages()) return graph.features();
        Preprocessing p = classifier.card().preprocessing();
        return Math.toIntExact(graph.channelsAfter(stages)
                * ResNetGraph.sideAfter(stages, p.height())
                * ResNetGraph.sideAfter(stages, p.width()));
    }

    @Override
    public String identity() {
        MessageDigest sha = Digests.sha256();
        String how = Folding.DESCRIPTION + (precision() == Precision.TF32 ? " TF32" : "") + "\n"
                + archive.source()
                + (bits == null ? "" : bits.identity());
        sha.update(how.getBytes(StandardCharsets.UTF_8));
        Map<String, Tensor> state = classifier.state();
        for (Convolution c : convolutions()) {
            sha.update((c.name() + " " + c.norm() + "\n").getBytes(StandardCharsets.UTF_8));
            for (String name : Folding.sources(c)) {
                try (NativeScope scope = NativeScope.open()) {
                    sha.update(TensorBytes.of(state.get(name).detach().cpu().contiguous()));
                }
            }
        }
        return HexFormat.of().formatHex(sha.digest()) + " " + machine(device);
    }

    /** What may make the same weights give other last bits: another kind of device, other instructions, another version. */
    static String machine(ComputeDevice device) {
        try (BytePointer capability = torch.get_cpu_capability();
                BytePointer oneDnn = torch.get_mkldnn_version()) {
            return device.kind() + " " + capability.getString() + " " + oneDnn.getString();
        }
    }

    /** The same as {@link #fuse(int)} for single pictures. */
    public FusedTrunk fuse() {
        return fuse(1);
    }

    /**
     * Makes the trunk. The caller owns it. The classifier does not change.
     *
     * @param pictures usual batch size, at least 1: oneDNN packs the weights for this size, and may pack them again in
     *     each call with another size. The features are the same
     * @throws TorchException when LibTorch cannot run it in this precision on this machine
     */
    @Override
    public FusedTrunk fuse(int pictures) {
        precision().warnIfSlow(device);
        FusedTrunk trunk = make();
        if (!watches()) { // the warm-up would change its ranges
            trunk.warmUp(pictures, classifier.card().preprocessing(), device);
        }
        return trunk;
    }

    private FusedTrunk make() {
        Map<String, Tensor> folded = new LinkedHashMap<>();
        try (NativeScope scope = NativeScope.open();
                InferenceMode inference = new InferenceMode(true)) {
            Map<String, Tensor> state = classifier.state();
            convolutions().forEach(c -> Folding.fold(c, state, precision().type, folded));
            JitModule module = archive.read(this::attributes, changed(folded));
            FusedTrunk trunk = new FusedTrunk(module, this);
            try {
                module.eval();
                module.to(device.toTorch());
                return trunk;
            } catch (RuntimeException e) {
                trunk.close();
                throw e;
            }
        } finally {
            folded.values().forEach(Tensor::close);
        }
    }

    private Map<String, Object> attributes(String name) {
        if (bits != null) return bits.attributes(name);
        if (name.isEmpty()) return Map.of();
        return watches()
                ? Map.of("packed", false, "low", FusedScript.TENSOR, "high", FusedScript.TENSOR)
                : Map.of("packed", false);
    }

    private Map<String, Tensor> changed(Map<String, Tensor> folded) {
        boolean eightBits = precision() == Precision.INT8 || watches();
        if (eightBits || precision() == Precision.FP16)
            folded.forEach((name, t) -> Folding.requireFinite(name, t, eightBits));
        if (bits != null) return bits.quantized(folded);
        return watches() ? withRanges(folded) : folded;
    }

    private static Map<String, Tensor> withRanges(Map<String, Tensor> folded) {
        Map<String, Tensor> all = new LinkedHashMap<>(folded);
        for (String name : folded.keySet()) {
            String conv = name.substring(0, name.lastIndexOf('.'));
            all.put(conv + ".low", Tensor.create(0f));
            all.put(conv + ".high", Tensor.create(Float.NEGATIVE_INFINITY));
        }
        return all;
    }

    private boolean watches() {
        return archive.operators() == Operators.WATCHED;
    }

    private List<Convolution> convolutions() {
        return archive.graph().convolutions(archive.stages());
    }

    Network network() {
        return classifier.card().network();
    }

    /** The precision of the computation. */
    public Precision precision() {
        return archive.precision();
    }
}
