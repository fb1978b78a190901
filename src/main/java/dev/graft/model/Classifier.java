package dev.graft.model;

import dev.graft.batch.Layout;
import dev.graft.files.AtomicFile;
import dev.graft.model.Architecture.StateEntry;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeBuffer;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import dev.graft.torch.TorchException;
import dev.graft.weights.WeightsException;
import dev.graft.weights.WeightsFile;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A network with its head, and what its logits mean. The network is a TorchScript module that Graft writes; the trained
 * module is also what is saved.
 *
 * <p>Owns native memory: close it. One thread at a time, save {@link #forward}, which several threads may call in
 * evaluation mode.
 */
public final class Classifier implements AutoCloseable {
    private final ModelCard card;
    private final List<String> notes;
    private final JitModule module;
    private final Map<String, Tensor> parameters = new LinkedHashMap<>();
    private final Map<String, Tensor> buffers = new LinkedHashMap<>();
    private ComputeDevice device = ComputeDevice.CPU;
    private boolean closed;

    private Classifier(ModelCard card, List<String> notes, JitModule module) {
        this.card = card;
        this.notes = List.copyOf(notes);
        this.module = module;
        refreshTensors();
    }

    /**
     * A pretrained trunk with a new head of {@code card.classes()}, every parameter frozen but the head's. The head starts
     * as PyTorch's {@code Linear} does, from the next numbers of {@code random}: the same head as PyTorch's after
     * {@code manual_seed}.
     *
     * @param weights a TorchScript file or a state dict, read as data: none of its code runs
     * @throws IOException naming the file and what is missing, left over or misshapen
     */
    public static Classifier graft(Path weights, ModelCard card, RandomSource random) throws IOException {
        try (NativeScope scope = NativeScope.open();
                WeightsFile file = WeightsFile.open(weights)) {
            StateLoader loader = new StateLoader(file);
            List<StateEntry> all = card.architecture().state(card.classes().size());
            List<StateEntry> trunk =
                    all.stream().filter(e -> !e.name().startsWith("fc.")).toList();
            Map<String, Tensor> state = loader.load(card.architecture(), trunk, true);
            try {
                Head.add(state, card, random);
                Classifier c = build(card, loader.notes(), state);
                c.freeze();
                c.unfreeze("fc");
                return c;
            } finally {
                state.values().forEach(Tensor::close);
            }
        }
    }

    /**
     * A classifier that {@link #save} or a checkpoint wrote, every parameter frozen.
     *
     * @throws IOException when the file is not one of Graft's, or damaged
     */
    public static Classifier load(Path file) throws IOException {
        try (WeightsFile weights = WeightsFile.open(file)) {
            return load(weights, card(weights));
        }
    }

    static Classifier load(WeightsFile weights, ModelCard card) throws IOException {
        try (NativeScope scope = NativeScope.open()) {
            StateLoader loader = new StateLoader(weights);
            List<StateEntry> all = card.architecture().state(card.classes().size());
            Map<String, Tensor> state = loader.load(card.architecture(), all, false);
            try {
                Classifier c = build(card, loader.notes(), state);
                c.freeze();
                return c;
            } finally {
                state.values().forEach(Tensor::close);
            }
        }
    }

    /** The card inside an export or a checkpoint. */
    private static ModelCard card(WeightsFile weights) throws IOException {
        String json = weights.kind() == WeightsFile.Kind.TORCHSCRIPT
                ? weights.extra(ModelCard.FILE).orElse(null)
                : weights.has("graft") && weights.value("graft") instanceof String s ? s : null;
        if (json == null) {
            throw new WeightsException(
                    weights.file(),
                    "holds no " + ModelCard.FILE + ", so its classes and preprocessing are unknown",
                    "give a file that Graft saved, or graft a new head onto this one");
        }
        try {
            return ModelCard.fromJson(json);
        } catch (IllegalArgumentException e) {
            throw new WeightsException(weights.file(), String.valueOf(e.getMessage()), "give a file that Graft saved");
        }
    }

    /** Writes the archive into native memory and lets LibTorch read it from there. */
    private static Classifier build(ModelCard card, List<String> notes, Map<String, Tensor> state) throws IOException {
        long bytes = state.values().stream().mapToLong(t -> t.nbytes() + 256).sum();
        try (NativeBuffer archive = new NativeBuffer(bytes + (1 << 17))) {
            ScriptArchive.write(archive, card.architecture(), state::get, ScriptArchive.Root.HELD, Map.of());
            return new Classifier(card, notes, ScriptArchive.read(archive));
        }
    }

    /** Network, classes and preprocessing. */
    public ModelCard card() {
        return card;
    }

    /** What was undone or converted while the weights were read, a sentence each. */
    public List<String> notes() {
        return notes;
    }

    /** Where the parameters are. */
    public ComputeDevice device() {
        return device;
    }

    /** The parameters by torchvision's names, owned by this object. */
    public Map<String, Tensor> parameters() {
        requireOpen();
        return Collections.unmodifiableMap(parameters);
    }

    /** The buffers of the batch norms by torchvision's names, owned by this object. */
    public Map<String, Tensor> buffers() {
        requireOpen();
        return Collections.unmodifiableMap(buffers);
    }

    /**
     * Moves the parameters and buffers to a device, and the convolutions' weights to a layout. Values do not change; the
     * tensor objects that {@link #parameters} and {@link #buffers} gave before are closed, ask for them again.
     */
    public void moveTo(ComputeDevice target, Layout layout) {
        requireOpen();
        target.requireThere();
        try (NativeScope scope = NativeScope.open()) {
            Device d = target.toTorch();
            module.to(d);
            refreshTensors();
            torch.MemoryFormat format =
                    layout == Layout.CHANNELS_LAST ? torch.MemoryFormat.ChannelsLast : torch.MemoryFormat.Contiguous;
            for (Tensor p : parameters.values()) {
                if (p.dim() == 4) {
                    boolean grad = p.requires_grad();
                    p.set_data(p.detach().contiguous(format));
                    p.set_requires_grad(grad);
                }
            }
            device = target;
        }
    }

    /** No parameter gets a gradient from now on. */
    public void freeze() {
        parameters().values().forEach(p -> p.set_requires_grad(false));
    }

    /**
     * Lets the parameters of a layer learn again.
     *
     * @param layer a layer's name, such as {@code layer4} or {@code fc}
     * @throws IllegalArgumentException when no parameter lies under that name
     */
    public void unfreeze(String layer) {
        parametersOf(layer).values().forEach(p -> p.set_requires_grad(true));
    }

    /**
     * The parameters of one layer, by name.
     *
     * @throws IllegalArgumentException when there are none; the message lists the layers
     */
    public Map<String, Tensor> parametersOf(String layer) {
        Map<String, Tensor> found = new LinkedHashMap<>();
        parameters().forEach((name, p) -> {
            if (name.equals(layer) || name.startsWith(layer + ".")) {
                found.put(name, p);
            }
        });
        if (found.isEmpty()) {
            List<String> layers = parameters.keySet().stream()
                    .map(n -> n.split("\\.")[0])
                    .distinct()
                    .toList();
            throw new IllegalArgumentException("model: no parameters under '" + layer + "'; the layers are " + layers);
        }
        return found;
    }

    /**
     * Sets the head's values.
     *
     * @param weight row-major [classes][features]
     * @param bias [classes]
     * @throws IllegalArgumentException when the lengths do not fit
     */
    public void replaceHead(float[] weight, float[] bias) {
        requireOpen();
        int classes = card.classes().size();
        int features = card.architecture().features();
        if (weight.length != classes * features || bias.length != classes) {
            throw new IllegalArgumentException("head: fc expects " + classes + " x " + features + " weights and "
                    + classes + " biases, given were " + weight.length + " and " + bias.length);
        }
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            parameters.get("fc.weight").copy_(Tensor.create(weight, classes, features));
            parameters.get("fc.bias").copy_(Tensor.create(bias, classes));
        }
    }

    /**
     * Training mode: batch norms use the batch's statistics and update their own. Evaluation mode: they use their own.
     */
    public void trainingMode(boolean on) {
        requireOpen();
        module.train(on);
    }

    /**
     * Logits of a batch.
     *
     * @param images float32 [n, 3, height, width], normalised, on this classifier's device
     * @return float32 [n, classes], belonging to the open scope
     */
    public Tensor forward(Tensor images) {
        requireOpen();
        try {
            return new Tensor(
                    module.forward(new IValueVector(new IValue(images))).toTensor()); // toTensor() is a view
        } catch (RuntimeException e) {
            throw new TorchException(
                    "model: " + card.architecture().title() + " failed on images of shape "
                            + Arrays.toString(images.shape()) + ", expected [n, 3, height, width] in float32 on "
                            + device
                            + " and room in its memory; try a smaller batch",
                    e);
        }
    }

    /**
     * The output of one part of the network: {@code stem}, {@code features}, or {@code forward}.
     *
     * @return float32, belonging to the open scope
     */
    Tensor run(String method, Tensor images) {
        requireOpen();
        IValue result = module.get_method(method).apply(new IValueVector(new IValue(images)));
        return new Tensor(result.toTensor());
    }

    /** The output of one stage, such as {@code layer1}, for its input. */
    Tensor runStage(String stage, Tensor input) {
        requireOpen();
        JitModule part = new JitModule(module.attr(stage).toObject());
        return new Tensor(part.forward(new IValueVector(new IValue(input))).toTensor());
    }

    /**
     * Saves a TorchScript archive that Python's {@code torch.jit.load} runs, in evaluation mode, with the card inside. The
     * file appears whole or not at all; the model does not change. Equal weights give equal bytes.
     */
    public void save(Path target) throws IOException {
        requireOpen();
        AtomicFile.write(target, this::writeArchive);
    }

    private void writeArchive(WritableByteChannel out) throws IOException {
        ScriptArchive.write(
                out,
                card.architecture(),
                this::tensor,
                ScriptArchive.Root.NETWORK,
                Map.of(ModelCard.FILE, card.toJson()));
    }

    /** A parameter or buffer by name. */
    Tensor tensor(String name) {
        Tensor p = parameters.get(name);
        return p != null ? p : buffers.get(name);
    }

    /** All tensors of the state in torchvision's order, the head last; owned by this object. */
    public Map<String, Tensor> state() {
        requireOpen();
        Map<String, Tensor> all = new LinkedHashMap<>();
        card.architecture().state(card.classes().size()).forEach(e -> all.put(e.name(), tensor(e.name())));
        return all;
    }

    private void refreshTensors() {
        closeTensors();
        for (StateEntry e : card.architecture().state(card.classes().size())) {
            (e.buffer() ? buffers : parameters).put(e.name(), find(e.name()));
        }
    }

    /** Walks from the network to the tensor of that name. */
    private Tensor find(String name) {
        String[] path = name.split("\\.");
        try (NativeScope scope = NativeScope.open()) {
            IValue value = module.attr(path[0]);
            for (int i = 1; i < path.length; i++) {
                value = new JitModule(value.toObject()).attr(path[i]);
            }
            return NativeScope.own(new Tensor(value.toTensor())); // toTensor() is a view into the IValue
        }
    }

    private void closeTensors() {
        parameters.values().forEach(Tensor::close);
        buffers.values().forEach(Tensor::close);
        parameters.clear();
        buffers.clear();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("classifier: used after close; open or graft a new one");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            closeTensors();
            module.close();
        }
    }
}
