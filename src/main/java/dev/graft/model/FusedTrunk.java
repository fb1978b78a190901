package dev.graft.model;

import dev.graft.image.Preprocessing;
import dev.graft.model.FusedScript.Operators;
import dev.graft.model.ResidualBlock.Convolution;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeBuffer;
import dev.graft.torch.NativeScope;
import dev.graft.torch.Natives;
import dev.graft.torch.OutOfMemoryException;
import dev.graft.torch.TorchException;
import dev.graft.weights.PickleNode;
import dev.graft.weights.PickleWriter;
import dev.graft.weights.TorchZipWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What lies before the head of one of Graft's own networks, or before one of its stages, frozen, in evaluation mode, as fast
 * as LibTorch runs it: a pure function from a picture to its features. It holds a copy of the weights as they are when it is
 * made: what the classifier learns later, it does not know.
 *
 * <p>Owns native memory: close it. Several threads may call {@link #features}.
 */
public final class FusedTrunk implements AutoCloseable {
    /** What torchvision's batch norms add to the variance. */
    private static final double EPSILON = 1e-5;

    private final JitModule module;
    private final Architecture architecture;
    private final int stages;
    private final Precision precision;
    private final String identity;
    private int size;
    private boolean closed;

    private FusedTrunk(JitModule module, Architecture architecture, int stages, Precision precision, String identity) {
        this.module = module;
        this.identity = identity;
        this.architecture = architecture;
        this.stages = stages;
        this.precision = precision;
    }

    /** Whether the classifier's network is one that can be fused: one of Graft's own. */
    public static boolean fits(Classifier classifier) {
        return classifier.card().network() instanceof Architecture;
    }

    /**
     * Fuses all that lies before the classifier's head; the classifier stays as it is.
     *
     * @param precision any but {@link Precision#INT8}, which needs a {@link Calibration}
     * @param device where it will run
     * @throws IllegalArgumentException when the network is not one of Graft's own, see {@link #fits}
     * @throws TorchException when LibTorch cannot run it in this precision on this machine
     */
    public static FusedTrunk of(Classifier classifier, Precision precision, ComputeDevice device) {
        return of(classifier, Classifier.HEAD, precision, device);
    }

    /**
     * Fuses all that lies before a layer; the classifier stays as it is.
     *
     * @param layer the first that is not fused: {@link Classifier#HEAD}, or a stage, such as {@code layer4}
     * @param precision any but {@link Precision#INT8}, which needs a {@link Calibration}
     * @param device where it will run
     * @throws IllegalArgumentException when the network is not one of Graft's own, see {@link #fits}, or has no such stage
     * @throws TorchException when LibTorch cannot run it in this precision on this machine
     */
    public static FusedTrunk of(Classifier classifier, String layer, Precision precision, ComputeDevice device) {
        if (precision == Precision.INT8) {
            throw new IllegalArgumentException(
                    "precision: INT8 needs a calibration by pictures; use Calibrator and FusedTrunk.int8");
        }
        precision.warnIfSlow(device);
        Operators operators = operators(precision, device);
        int stages = architecture(classifier).stagesBefore(layer);
        FusedTrunk trunk =
                make(classifier, stages, precision, device, operators, name -> plain(operators, name), t -> t);
        trunk.warmUp(classifier.card().preprocessing(), device);
        return trunk;
    }

    /**
     * Fuses all that lies before the classifier's head in {@link Precision#INT8}, for the processor; the classifier stays as it is.
     *
     * @param calibration of this classifier's trunk
     * @throws IllegalArgumentException as {@link #of} does, or when the calibration is of another network
     * @throws TorchException when this machine's LibTorch has no operators for it
     */
    public static FusedTrunk int8(Classifier classifier, Calibration calibration) {
        return int8(classifier, calibration, EightBits.levelsHere());
    }

    static FusedTrunk int8(Classifier classifier, Calibration calibration, int levels) {
        Natives.load();
        if (!torch.hasMKLDNN()) {
            throw new TorchException("precision: INT8 needs oneDNN, which this platform's LibTorch has not; take FP32");
        }
        Architecture architecture = architecture(classifier);
        EightBits bits = new EightBits(architecture, calibration, levels);
        FusedTrunk trunk = make(
                classifier,
                architecture.stages(),
                Precision.INT8,
                ComputeDevice.CPU,
                Operators.INT8,
                bits::attributes,
                bits::quantized);
        trunk.warmUp(classifier.card().preprocessing(), ComputeDevice.CPU);
        return trunk;
    }

    /** In FP32 on the processor, each convolution keeping the range of what it gives, as {@code low} and {@code high}. */
    static FusedTrunk watched(Classifier classifier) {
        return make(
                classifier,
                architecture(classifier).stages(),
                Precision.FP32,
                ComputeDevice.CPU,
                Operators.WATCHED,
                name -> plain(Operators.WATCHED, name),
                FusedTrunk::withRanges);
    }

    private static Map<String, Tensor> withRanges(Map<String, Tensor> folded) {
        Map<String, Tensor> all = new LinkedHashMap<>(folded);
        for (String name : folded.keySet()) {
            String conv = name.substring(0, name.lastIndexOf('.'));
            all.put(conv + ".low", Tensor.create(Float.POSITIVE_INFINITY));
            all.put(conv + ".high", Tensor.create(Float.NEGATIVE_INFINITY));
        }
        return all;
    }

    private static Map<String, Object> plain(Operators operators, String name) {
        if (name.isEmpty()) return Map.of();
        return operators == Operators.WATCHED
                ? Map.of("low", FusedScript.TENSOR, "high", FusedScript.TENSOR)
                : Map.of("packed", false);
    }

    private static Architecture architecture(Classifier classifier) {
        if (!(classifier.card().network() instanceof Architecture architecture)) {
            throw new IllegalArgumentException("model: the trunk of "
                    + classifier.card().network().title()
                    + " is code in a file, which Graft runs as it is; only its own networks are fused");
        }
        return architecture;
    }

    private static FusedTrunk make(
            Classifier classifier,
            int stages,
            Precision precision,
            ComputeDevice device,
            Operators operators,
            Function<String, Map<String, Object>> own,
            UnaryOperator<Map<String, Tensor>> changed) {
        Architecture architecture = architecture(classifier);
        try (NativeScope scope = NativeScope.open();
                InferenceMode inference = new InferenceMode(true)) {
            Map<String, Tensor> tensors = changed.apply(folded(classifier, architecture, stages, precision));
            String[] digest = new String[1];
            JitModule module = read(architecture, stages, precision, operators, own, tensors, digest);
            FusedTrunk trunk =
                    new FusedTrunk(module, architecture, stages, precision, digest[0] + " " + machine(device));
            try {
                module.eval();
                module.to(device.toTorch());
                return trunk;
            } catch (RuntimeException e) {
                trunk.close();
                throw e;
            }
        }
    }

    /** The first call packs the weights, and tells how many features there are. */
    private void warmUp(Preprocessing preprocessing, ComputeDevice device) {
        try (NativeScope scope = NativeScope.open();
                InferenceMode inference = new InferenceMode(true)) {
            Tensor first = features(torch.zeros(new long[] {1, 3, preprocessing.height(), preprocessing.width()})
                    .to(device.toTorch(), torch.ScalarType.Float)
                    .contiguous(torch.MemoryFormat.ChannelsLast));
            size = Math.toIntExact(first.numel());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** oneDNN refuses BF16 without AVX-512, where LibTorch's own operators imitate it. */
    private static Operators operators(Precision precision, ComputeDevice device) {
        if (device.isCuda() || !torch.hasMKLDNN()) return Operators.PLAIN;
        try (BytePointer capability = torch.get_cpu_capability()) {
            boolean takes =
                    precision != Precision.BF16 || capability.getString().startsWith("AVX512");
            return takes ? Operators.ONEDNN : Operators.PLAIN;
        }
    }

    private static JitModule read(
            Architecture architecture,
            int stages,
            Precision precision,
            Operators operators,
            Function<String, Map<String, Object>> own,
            Map<String, Tensor> tensors,
            String[] digest) {
        long bytes = tensors.values().stream().mapToLong(t -> t.nbytes() + 256).sum();
        try (NativeBuffer archive = new NativeBuffer(bytes + (1 << 17))) {
            HashingChannel hashing = new HashingChannel(archive);
            TorchZipWriter zip = new TorchZipWriter(hashing, "graft");
            Map<String, String> storages = new LinkedHashMap<>();
            PickleNode tree = FusedScript.tree(architecture, stages, operators, own, name -> {
                String storage = Integer.toString(storages.size());
                storages.put(storage, name);
                return StateWriter.node(storage, tensors.get(name));
            });
            zip.entry("data.pkl", PickleWriter.write(tree));
            String source = FusedScript.source(architecture, stages, precision, operators);
            zip.entry("code/__torch__/dev/graft/fused.py", source.getBytes(StandardCharsets.UTF_8));
            zip.entry("constants.pkl", PickleWriter.write(PickleNode.tuple()));
            for (Map.Entry<String, String> storage : storages.entrySet()) {
                StateWriter.entry(zip, storage.getKey(), tensors.get(storage.getValue()));
            }
            zip.close();
            digest[0] = hashing.hex();
            return ScriptArchive.read(Path.of("the fused " + architecture.title()), archive);
        } catch (IOException e) { // nothing was read from a disk
            throw new IllegalStateException("model: the fused trunk could not be written into memory: " + e, e);
        }
    }

    /** Weights and biases of the convolutions with the batch norms behind them folded in, computed in doubles. */
    private static Map<String, Tensor> folded(
            Classifier classifier, Architecture architecture, int stages, Precision precision) {
        Map<String, Tensor> folded = new LinkedHashMap<>();
        for (Convolution c : architecture.convolutions(stages)) {
            Tensor scale = number(classifier, c.norm() + ".weight")
                    .div(number(classifier, c.norm() + ".running_var")
                            .add(new Scalar(EPSILON))
                            .sqrt());
            Tensor weight = number(classifier, c.name() + ".weight").mul(scale.view(-1, 1, 1, 1));
            Tensor bias = number(classifier, c.norm() + ".bias")
                    .sub(number(classifier, c.norm() + ".running_mean").mul(scale));
            folded.put(c.name() + ".weight", weight.to(precision.type));
            folded.put(c.name() + ".bias", bias.to(precision.type));
        }
        return folded;
    }

    private static Tensor number(Classifier classifier, String name) {
        return classifier.tensor(name).detach().cpu().to(torch.ScalarType.Double);
    }

    /**
     * The features of a batch.
     *
     * @param images float32 [n, 3, height, width], normalised, on this trunk's device; channels_last is faster
     * @return float32 [n, {@link #size}], belonging to the open scope; made for inference when that mode is on, so clone it
     *     outside before anything trains on it
     * @throws OutOfMemoryException saying what such a batch takes
     */
    public Tensor features(Tensor images) {
        if (closed) {
            throw new IllegalStateException("model: the fused trunk was used after close; make a new one");
        }
        try {
            return new Tensor(
                    module.forward(new IValueVector(new IValue(images))).toTensor()); // toTensor() is a view
        } catch (RuntimeException e) {
            if (OutOfMemoryException.isMeantBy(e)) {
                long[] shape = images.shape();
                throw BatchMemory.of(architecture, shape[0], shape[2], shape[3], layer -> false, "", e);
            }
            throw new TorchException(
                    "model: the trunk of " + architecture.title() + " in " + precision + " failed on images of shape "
                            + Arrays.toString(images.shape())
                            + ", expected [n, 3, height, width] in float32",
                    e);
        }
    }

    /** What may make the same weights give other last bits: another kind of device, other instructions, another version. */
    private static String machine(ComputeDevice device) {
        try (BytePointer capability = torch.get_cpu_capability();
                BytePointer oneDnn = torch.get_mkldnn_version()) {
            return device.kind() + " " + capability.getString() + " " + oneDnn.getString();
        }
    }

    /** The part that these attributes lead to, belonging to the open scope. */
    JitModule part(String... path) {
        JitModule part = module;
        for (String name : path) part = new JitModule(part.attr(name).toObject());
        return part;
    }

    /** Features of one picture; before a stage, all numbers of its input, for pictures of the preprocessing's size. */
    public int size() {
        return size;
    }

    /** Tells trunks apart that may give other features: weights, precision, operators, kind of device and of processor. */
    public String identity() {
        return identity;
    }

    /** What the numbers are. */
    public Precision precision() {
        return precision;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            module.close();
        }
    }
}
