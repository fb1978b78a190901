package dev.graft.model.fuse;

import dev.graft.files.Digests;
import dev.graft.image.Preprocessing;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.Precision;
import dev.graft.model.fuse.FusedScript.Operators;
import dev.graft.model.graph.ResNetGraph;
import dev.graft.model.graph.ResidualBlock.Convolution;
import dev.graft.model.script.ScriptArchive;
import dev.graft.model.state.StateReader;
import dev.graft.model.state.StateWriter;
import dev.graft.model.state.TensorBytes;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeBuffer;
import dev.graft.torch.NativeScope;
import dev.graft.torch.Natives;
import dev.graft.torch.TorchException;
import dev.graft.weights.pickle.PickleNode;
import dev.graft.weights.pickle.PickleWriter;
import dev.graft.weights.zip.TorchZipWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * How what lies before a layer of one of Graft's own networks becomes a {@link FusedTrunk}. It is known before it is done: who
 * finds all features kept by their {@link #identity} needs no trunk, and saves what it takes to make one.
 *
 * <p>Refers to the classifier, and looks at its weights when it is asked. Holds no native memory. One thread.
 */
public final class Fusion {
    /** What torchvision's batch norms add to the variance. */
    private static final double EPSILON = 1e-5;
    /** How weights are changed on their way, part of the identity. */
    private static final String FOLDING = "batch norms folded in doubles";

    private final Classifier classifier;
    private final Architecture architecture;
    private final int stages;
    private final Precision precision;
    private final ComputeDevice device;
    private final Operators operators;
    /** Null but for INT8. */
    private final EightBits bits;

    private Fusion(
            Classifier classifier,
            int stages,
            Precision precision,
            ComputeDevice device,
            Operators operators,
            EightBits bits) {
        this.classifier = classifier;
        this.architecture = architecture(classifier);
        this.stages = stages;
        this.precision = precision;
        this.device = device;
        this.operators = operators;
        this.bits = bits;
    }

    /**
     * Of all that lies before a layer.
     *
     * @param layer the first that is not fused: {@link Classifier#HEAD}, or a stage, such as {@code layer4}
     * @param precision any but {@link Precision#INT8}, which needs a {@link Calibration}
     * @param device where it will run
     * @throws IllegalArgumentException when the network is not one of Graft's own, see {@link FusedTrunk#fits}, or has no such
     *     stage, or the precision is not one for the device
     */
    public static Fusion of(Classifier classifier, String layer, Precision precision, ComputeDevice device) {
        if (precision == Precision.INT8) {
            throw new IllegalArgumentException(
                    "precision: INT8 needs a calibration by pictures; use Calibrator and FusedTrunk.int8");
        }
        precision.requireFits(device);
        int stages = architecture(classifier).stagesBefore(layer);
        return new Fusion(classifier, stages, precision, device, operators(precision, device), null);
    }

    /**
     * Of all that lies before the classifier's head in {@link Precision#INT8}, for the processor.
     *
     * @param calibration of this classifier's trunk
     * @throws IllegalArgumentException as {@link #of} does, or when the calibration is of another network
     * @throws TorchException when this machine's LibTorch has no operators for it
     */
    public static Fusion int8(Classifier classifier, Calibration calibration) {
        return int8(classifier, calibration, EightBits.levelsHere());
    }

    static Fusion int8(Classifier classifier, Calibration calibration, int levels) {
        Natives.load();
        if (!torch.hasMKLDNN()) {
            throw new TorchException("precision: INT8 needs oneDNN, which this platform's LibTorch has not; take FP32");
        }
        Architecture architecture = architecture(classifier);
        EightBits bits = new EightBits(architecture, calibration, levels);
        return new Fusion(
                classifier, architecture.graph().stages(), Precision.INT8, ComputeDevice.CPU, Operators.INT8, bits);
    }

    /** By LibTorch's own operators on the processor, as a GPU runs it. */
    public static Fusion plain(Classifier classifier, Precision precision) {
        int stages = architecture(classifier).graph().stages();
        return new Fusion(classifier, stages, precision, ComputeDevice.CPU, Operators.PLAIN, null);
    }

    /** In FP32 on the processor, each convolution keeping the range of what it gives, as {@code low} and {@code high}. */
    static Fusion watched(Classifier classifier) {
        int stages = architecture(classifier).graph().stages();
        return new Fusion(classifier, stages, Precision.FP32, ComputeDevice.CPU, Operators.WATCHED, null);
    }

    private static Architecture architecture(Classifier classifier) {
        if (!(classifier.card().network() instanceof Architecture architecture)) {
            throw new IllegalArgumentException("model: the trunk of "
                    + classifier.card().network().title()
                    + " is code in a file, which Graft runs as it is; only its own networks are fused");
        }
        return architecture;
    }

    private static Operators operators(Precision precision, ComputeDevice device) {
        Natives.load();
        boolean takes = !device.isCuda() && torch.hasMKLDNN() && (precision != Precision.BF16 || oneDnnTakesBf16());
        return takes ? Operators.ONEDNN : Operators.PLAIN;
    }

    /** It refuses BF16 without AVX-512, where LibTorch's own operators imitate it. */
    static boolean oneDnnTakesBf16() {
        try (BytePointer capability = torch.get_cpu_capability()) {
            return capability.getString().startsWith("AVX512");
        }
    }

    /** Features of one picture; before a stage, all numbers of its input, for pictures of the preprocessing's size. */
    public int size() {
        if (stages == architecture.graph().stages()) return architecture.features();
        Preprocessing p = classifier.card().preprocessing();
        return Math.toIntExact(architecture.graph().channelsAfter(stages)
                * ResNetGraph.sideAfter(stages, p.height())
                * ResNetGraph.sideAfter(stages, p.width()));
    }

    /** Tells trunks apart that may give other features: weights, precision, operators, kind of device and of processor. */
    public String identity() {
        MessageDigest sha = Digests.sha256();
        String how = FOLDING + (precision == Precision.TF32 ? " TF32" : "") + "\n"
                + FusedScript.source(architecture.graph(), stages, precision, operators)
                + (bits == null ? "" : bits.identity());
        sha.update(how.getBytes(StandardCharsets.UTF_8));
        Map<String, Tensor> state = classifier.state();
        for (Convolution c : architecture.graph().convolutions(stages)) {
            sha.update((c.name() + " " + c.norm() + "\n").getBytes(StandardCharsets.UTF_8));
            for (String name : tensors(c)) {
                try (NativeScope scope = NativeScope.open()) {
                    sha.update(TensorBytes.of(state.get(name).detach().cpu().contiguous()));
                }
            }
        }
        return HexFormat.of().formatHex(sha.digest()) + " " + machine();
    }

    private static List<String> tensors(Convolution c) {
        String norm = c.norm();
        return List.of(
                c.name() + ".weight", norm + ".weight", norm + ".bias", norm + ".running_mean", norm + ".running_var");
    }

    /** What may make the same weights give other last bits: another kind of device, other instructions, another version. */
    private String machine() {
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
     * Makes the trunk, which the caller owns; the classifier stays as it is.
     *
     * @param pictures how many will mostly pass at a time, at least 1: oneDNN packs the weights as is best for them, and packs them anew
     *     in each call for other numbers, where that matters. The features are the same
     * @throws TorchException when LibTorch cannot run it in this precision on this machine
     */
    public FusedTrunk fuse(int pictures) {
        precision.warnIfSlow(device);
        FusedTrunk trunk = make();
        if (operators != Operators.WATCHED) { // what it sees of the warm-up, it would keep
            trunk.warmUp(pictures, classifier.card().preprocessing(), device);
        }
        return trunk;
    }

    private FusedTrunk make() {
        Map<String, Tensor> folded = new LinkedHashMap<>();
        try (NativeScope scope = NativeScope.open();
                InferenceMode inference = new InferenceMode(true)) {
            fold(folded);
            JitModule module = read(changed(folded));
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

    private JitModule read(Map<String, Tensor> tensors) {
        long bytes = tensors.values().stream().mapToLong(t -> t.nbytes() + 256).sum();
        try (NativeBuffer archive = new NativeBuffer(bytes + (1 << 17))) {
            TorchZipWriter zip = new TorchZipWriter(archive, "graft");
            Map<String, String> storages = new LinkedHashMap<>();
            PickleNode tree = FusedScript.tree(architecture.graph(), stages, operators, this::attributes, name -> {
                String storage = Integer.toString(storages.size());
                storages.put(storage, name);
                return StateWriter.node(storage, tensors.get(name));
            });
            zip.entry("data.pkl", PickleWriter.write(tree));
            String source = FusedScript.source(architecture.graph(), stages, precision, operators);
            zip.entry("code/__torch__/dev/graft/fused.py", source.getBytes(StandardCharsets.UTF_8));
            zip.entry("constants.pkl", PickleWriter.write(PickleNode.tuple()));
            for (Map.Entry<String, String> storage : storages.entrySet()) {
                StateWriter.entry(zip, storage.getKey(), tensors.get(storage.getValue()));
            }
            zip.close();
            return ScriptArchive.read(Path.of("the fused " + architecture.title()), archive);
        } catch (IOException e) { // nothing was read from a disk
            throw new IllegalStateException("model: the fused trunk could not be written into memory: " + e, e);
        }
    }

    private Map<String, Object> attributes(String name) {
        if (bits != null) return bits.attributes(name);
        if (name.isEmpty()) return Map.of();
        return operators == Operators.WATCHED
                ? Map.of("packed", false, "low", FusedScript.TENSOR, "high", FusedScript.TENSOR)
                : Map.of("packed", false);
    }

    private Map<String, Tensor> changed(Map<String, Tensor> folded) {
        boolean eightBits = precision == Precision.INT8 || operators == Operators.WATCHED;
        if (eightBits || precision == Precision.FP16) folded.forEach((name, t) -> requireFinite(name, t, eightBits));
        if (bits != null) return bits.quantized(folded);
        return operators == Operators.WATCHED ? withRanges(folded) : folded;
    }

    /** oneDNN's ReLU makes 0 of what is not a number: nobody would see it behind. */
    private static void requireFinite(String name, Tensor folded, boolean eightBits) {
        if (!StateReader.isFinite(folded)) {
            throw new IllegalArgumentException((eightBits ? "calibration: " : "precision: ") + name
                    + ", its batch norm folded in, holds "
                    + (eightBits
                            ? "NaN or infinite values, which cannot be put into 8 bits; look at the weights, or take FP32"
                            : "NaN or values beyond 65,504, the largest of FP16; take BF16 or FP32"));
        }
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

    /** Adds weights and biases of the convolutions with the batch norms behind them folded in, computed in doubles. */
    private void fold(Map<String, Tensor> folded) {
        Map<String, Tensor> state = classifier.state();
        for (Convolution c : architecture.graph().convolutions(stages)) {
            try (NativeScope scope = NativeScope.open()) {
                Tensor scale = number(state, c.norm() + ".weight")
                        .div(number(state, c.norm() + ".running_var")
                                .add(new Scalar(EPSILON))
                                .sqrt());
                Tensor weight = number(state, c.name() + ".weight").mul_(scale.view(-1, 1, 1, 1));
                Tensor bias = number(state, c.norm() + ".bias")
                        .sub(number(state, c.norm() + ".running_mean").mul(scale));
                folded.put(c.name() + ".weight", NativeScope.own(weight.to(precision.type)));
                folded.put(c.name() + ".bias", NativeScope.own(bias.to(precision.type)));
            }
        }
    }

    /** A copy in doubles. */
    private static Tensor number(Map<String, Tensor> state, String name) {
        return state.get(name).detach().cpu().to(torch.ScalarType.Double);
    }

    Architecture architecture() {
        return architecture;
    }

    /** What the trunk's numbers will be. */
    public Precision precision() {
        return precision;
    }
}
