package dev.graft.model;

import dev.graft.batch.Layout;
import dev.graft.model.graph.Head;
import dev.graft.model.graph.StateEntry;
import dev.graft.model.script.AsWritten;
import dev.graft.model.script.Blueprint;
import dev.graft.model.script.ScriptArchive;
import dev.graft.model.script.ScriptBlueprint;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeBuffer;
import dev.graft.torch.NativeScope;
import dev.graft.torch.OutOfMemoryException;
import dev.graft.torch.TorchException;
import dev.graft.weights.script.ScriptTemplate;
import dev.graft.weights.script.ScriptTemplate.Root;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A classifier's network as a LibTorch module, with its parameters and buffers by name. Owns the module and the
 * tensors: close it.
 */
final class NetworkModule implements AutoCloseable {
    private final JitModule module;
    private final Blueprint blueprint;
    private final boolean contiguousOnly;
    private final List<StateEntry> entries;
    private final Map<String, Tensor> parameters = new LinkedHashMap<>();
    private final Map<String, Tensor> buffers = new LinkedHashMap<>();

    /**
     * Takes over the module.
     *
     * @param contiguousOnly whether the network takes row-major pictures only
     */
    NetworkModule(JitModule module, Blueprint blueprint, boolean contiguousOnly) {
        this.module = module;
        this.blueprint = blueprint;
        this.contiguousOnly = contiguousOnly;
        entries = blueprint.state();
        try {
            refresh();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Sets all values of a module with empty tensors. The module shares the memory; the caller keeps the tensor
     * objects.
     */
    void fill(Map<String, Tensor> state) {
        state.forEach((name, value) -> tensor(name).set_data(value));
    }

    Map<String, Tensor> parameters() {
        return Collections.unmodifiableMap(parameters);
    }

    Map<String, Tensor> buffers() {
        return Collections.unmodifiableMap(buffers);
    }

    /** A parameter or buffer by name, or null. */
    Tensor tensor(String name) {
        Tensor p = parameters.get(name);
        return p != null ? p : buffers.get(name);
    }

    /** Parameters and buffers in the order of {@code state_dict()}. */
    Map<String, Tensor> state() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        entries.forEach(e -> all.put(e.name(), tensor(e.name())));
        return all;
    }

    /**
     * The parameters of a layer, see {@link Classifier#parametersOf}.
     *
     * @throws IllegalArgumentException when there are none
     */
    Map<String, Tensor> parametersOf(String layer, Head head) {
        String path = head.pathOf(layer);
        Map<String, Tensor> found = new LinkedHashMap<>();
        parameters.forEach((name, p) -> {
            if (name.equals(path) || path.isEmpty() || name.startsWith(path + ".")) {
                found.put(name, p);
            }
        });
        if (!found.isEmpty()) return found;
        throw new IllegalArgumentException("model: no parameters under '" + layer + "'; the layers are " + layers());
    }

    /** The names of the outermost layers that have parameters. */
    List<String> layers() {
        return parameters.keySet().stream()
                .map(name -> name.split("\\.")[0])
                .distinct()
                .toList();
    }

    JitModule module() {
        return module;
    }

    /** The layer of that name, such as {@code layer1}, owned by the open scope. */
    JitModule layer(String name) {
        return new JitModule(module.attr(name).toObject());
    }

    /** The output of the layers before the first stage of one of Graft's own networks, owned by the open scope. */
    Tensor stem(Tensor images) {
        return AsWritten.stem(module, images);
    }

    /** See {@link Classifier#moveTo}. */
    void moveTo(ComputeDevice target, Layout layout) {
        try (NativeScope scope = NativeScope.open()) {
            module.to(target.toTorch());
            refresh();
            torch.MemoryFormat format = layout == Layout.CHANNELS_LAST && !contiguousOnly
                    ? torch.MemoryFormat.ChannelsLast
                    : torch.MemoryFormat.Contiguous;
            for (Tensor p : parameters.values()) {
                if (p.dim() == 4) {
                    boolean grad = p.requires_grad();
                    p.set_data(p.detach().contiguous(format));
                    p.set_requires_grad(grad);
                }
            }
        }
    }

    /** See {@link Classifier#trainingMode}. */
    void trainingMode(boolean on) {
        module.train(on);
    }

    /** The logits of a batch, owned by the open scope. Throws what LibTorch throws. */
    Tensor forward(Tensor images) {
        return blueprint.forward(module, contiguousOnly ? images.contiguous() : images);
    }

    /** The exception for what LibTorch threw in {@link #forward}. */
    static RuntimeException failed(RuntimeException e, Classifier classifier, Tensor images) {
        if (OutOfMemoryException.isMeantBy(e))
            return BatchMemory.explain(e, classifier, images.size(0), GradMode.is_enabled());
        return new TorchException(
                "model: " + classifier.card().network().title() + " failed on images of shape "
                        + Arrays.toString(images.shape()) + ", expected [n, 3, height, width] in float32 on "
                        + classifier.device(),
                e);
    }

    /**
     * The same foreign network, with a head that gives what it takes; the caller owns it.
     *
     * @param features that the head takes
     */
    NetworkModule withIdentityHead(Head head, int features) throws IOException {
        Blueprint headless = foreign().withClasses(features);
        try (NativeScope scope = NativeScope.open()) {
            Map<String, Tensor> all = new LinkedHashMap<>(state());
            all.put(head.weight(), torch.eye(features));
            all.computeIfPresent(head.bias(), (name, bias) -> torch.zeros(features));
            return copy(headless, all, "the network without its head");
        }
    }

    /**
     * The same foreign network with code that keeps the output of a layer, see {@link #takeOutput}; the caller owns it.
     *
     * @throws IllegalArgumentException when there is no such layer
     * @throws IOException when the layer's code is not of the form that can be written again
     */
    NetworkModule keeping(String layer) throws IOException {
        ScriptBlueprint script = foreign();
        ScriptBlueprint keeping =
                new ScriptBlueprint(script.template().keeping(layer), script.head(), script.classes());
        return copy(keeping, state(), "the network that keeps the output of '" + layer + "'");
    }

    private ScriptBlueprint foreign() {
        if (blueprint instanceof ScriptBlueprint script) return script;
        throw new IllegalStateException("not a foreign network");
    }

    private NetworkModule copy(Blueprint other, Map<String, Tensor> state, String what) throws IOException {
        try (NativeScope scope = NativeScope.open()) {
            Map<String, Tensor> all = new LinkedHashMap<>(state);
            all.replaceAll((name, t) -> t.detach().cpu());
            long bytes = all.values().stream().mapToLong(t -> t.nbytes() + 256).sum();
            try (NativeBuffer archive = new NativeBuffer(bytes + other.codeBytes())) {
                other.write(archive, all::get, Root.HELD, Map.of());
                return new NetworkModule(ScriptArchive.read(Path.of(what), archive), other, contiguousOnly);
            }
        }
    }

    /** What a network of {@link #keeping} kept in its last forward pass, owned by the open scope; empty if the layer did not run. */
    Tensor takeOutput(String layer) {
        JitModule inner = module;
        for (String name : layer.split("\\."))
            inner = new JitModule(inner.attr(name).toObject());
        Tensor output = new Tensor(inner.attr(ScriptTemplate.OUTPUT).toTensor());
        inner.setattr(ScriptTemplate.OUTPUT, new IValue(torch.empty(0)));
        return output;
    }

    /** Writes the archive with the card inside. */
    void write(WritableByteChannel out, String card) throws IOException {
        blueprint.write(out, this::tensor, Root.NETWORK, Map.of(ModelCard.FILE, card));
    }

    private void refresh() {
        closeTensors();
        for (StateEntry e : entries) {
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

    @Override
    public void close() {
        closeTensors();
        module.close();
    }
}
