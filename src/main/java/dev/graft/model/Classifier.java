package dev.graft.model;

import dev.graft.batch.Layout;
import dev.graft.files.AtomicFile;
import dev.graft.image.Preprocessing;
import dev.graft.model.graph.Head;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.OutOfMemoryException;
import dev.graft.torch.RandomSource;
import dev.graft.weights.tensor.WeightsChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * A network with its head and its card (classes and preprocessing). The TorchScript module that is trained is the one that {@link #save}
 * writes.
 *
 * <p>Owns native memory: close it. Not thread-safe, except that several threads may call {@link #forward} in evaluation mode.
 */
public final class Classifier implements AutoCloseable {
    /** The name that stands for the head's layer in every method that takes a layer, for any network. */
    public static final String HEAD = Head.WORD;

    private final ModelCard card;
    private final List<String> notes;
    private final Optional<String> savedCard; // the text in the file that it was loaded from
    private final NetworkModule network;
    private final TopLayers topLayers;
    private ComputeDevice device = ComputeDevice.CPU;
    private boolean closed;

    /** Takes over the network. */
    Classifier(ModelCard card, List<String> notes, Optional<String> savedCard, NetworkModule network) {
        this.card = card;
        this.notes = List.copyOf(notes);
        this.savedCard = savedCard;
        this.network = network;
        topLayers = new TopLayers(card, network);
    }

    /**
     * A pretrained ResNet with a new head for {@code card.classes()}. All parameters are frozen except the head's. The head is
     * initialised as PyTorch's layers are, see {@link HeadSpec}, from the next numbers of {@code random}: the same values as in PyTorch after {@code
     * manual_seed}.
     *
     * @param weights a file of any kind that {@link dev.graft.weights.WeightsFile} opens, read as data: none of its code runs
     * @param card the network is an {@link Architecture}
     * @throws IOException with the file and the tensors that are missing, unexpected or of a wrong shape
     */
    public static Classifier graft(Path weights, ModelCard card, RandomSource random) throws IOException {
        return graft(weights, WeightsChoice.ANY, card, random);
    }

    /** The same from that of a file's state dicts which was chosen; without a key, from the one that fits. */
    public static Classifier graft(Path weights, WeightsChoice choice, ModelCard card, RandomSource random)
            throws IOException {
        return Grafting.graft(weights, choice, card, random);
    }

    /**
     * Any other network, scripted or traced, with a new head in place of its last linear layer. All parameters are frozen except the
     * head's. The file's code runs. Before this returns, the network is tested with two pictures of the preprocessing's size: it gives
     * logits, and its head can learn.
     *
     * @throws IOException with the file and what is wrong with it or with its network
     */
    public static Classifier graft(
            TrustedScript script, List<String> classes, Preprocessing preprocessing, RandomSource random)
            throws IOException {
        return Grafting.graft(script, classes, preprocessing, random);
    }

    /**
     * A classifier from a file of {@link #save} or from a checkpoint, with all parameters frozen. The file is read as data. A model with
     * the network of a {@link TrustedScript} is refused.
     *
     * @throws IOException when Graft did not write the file, or it is damaged
     */
    public static Classifier load(Path file) throws IOException {
        return Grafting.load(file);
    }

    /**
     * A classifier from a file of {@link #save}, with any network and all parameters frozen. The network's code runs.
     *
     * @throws IOException when Graft did not write the file, or it is damaged
     * @throws IllegalArgumentException when {@code model} names a head: the file already has one
     */
    public static Classifier load(TrustedScript model) throws IOException {
        return Grafting.load(model);
    }

    /**
     * The classifier of a checkpoint whose network's code is in another file; it runs. All parameters are frozen.
     *
     * @param origin the file that the head was grafted onto
     * @throws IOException when Graft did not write the checkpoint, it is damaged, or {@code origin} is another file
     * @throws IllegalArgumentException when {@code origin} names another layer than the one that the head replaced
     */
    public static Classifier load(Path checkpoint, TrustedScript origin) throws IOException {
        return Grafting.load(checkpoint, origin);
    }

    /** Network, classes and preprocessing. */
    public ModelCard card() {
        return card;
    }

    /** {@link #card} as JSON text. A classifier from a file keeps the checksum of the machine that trained it. */
    public String cardText() {
        return savedCard.map(card::toJsonWithChecksumOf).orElseGet(card::toJson);
    }

    /** What was changed or converted while reading the weights, and warnings about the network: one sentence each. */
    public List<String> notes() {
        return notes;
    }

    /**
     * Whether the preprocessing gives other pixels for sample pictures here than where this model was saved, so that predictions may differ.
     * Takes a few milliseconds. False for a new classifier, and for a file from a version without this check.
     */
    public boolean preprocessingDiffers() {
        return savedCard.isPresent() && ModelCard.preprocessingDiffers(savedCard.get(), card.preprocessing());
    }

    /** The device that holds the parameters. */
    public ComputeDevice device() {
        return device;
    }

    /** The parameters by their names in {@code state_dict()}. This object owns the tensors. */
    public Map<String, Tensor> parameters() {
        requireOpen();
        return network.parameters();
    }

    /** The buffers of batch norms by their names in {@code state_dict()}. This object owns the tensors. */
    public Map<String, Tensor> buffers() {
        requireOpen();
        return network.buffers();
    }

    /**
     * Moves the parameters and buffers to a device, and the convolutions' weights to a layout. Values do not change. The tensors that
     * {@link #parameters} and {@link #buffers} returned before are closed: ask for them again.
     */
    public void moveTo(ComputeDevice target, Layout layout) {
        requireOpen();
        target.requireThere();
        network.moveTo(target, layout);
        device = target;
    }

    /** Freezes all parameters: none gets a gradient from now on. */
    public void freeze() {
        parameters().values().forEach(p -> p.set_requires_grad(false));
    }

    /**
     * Unfreezes the parameters of a layer.
     *
     * @param layer a layer's name, such as {@code layer4}, or {@link #HEAD}
     * @throws IllegalArgumentException when that layer has no parameters; the message lists the layers
     */
    public void unfreeze(String layer) {
        parametersOf(layer).values().forEach(p -> p.set_requires_grad(true));
    }

    /**
     * The parameters of one layer, by name.
     *
     * @param layer a layer's name, such as {@code layer4}, or {@link #HEAD}
     * @throws IllegalArgumentException when there are none; the message lists the layers
     */
    public Map<String, Tensor> parametersOf(String layer) {
        requireOpen();
        return network.parametersOf(layer, new Head(card.network().head()));
    }

    /**
     * Sets the values of a head that is one linear layer, also after dropout.
     *
     * @param weight row-major [classes][features]
     * @param bias [classes]; empty if the head has no bias
     * @throws IllegalArgumentException when a length is wrong, or the head is of another kind
     */
    public void replaceHead(float[] weight, float[] bias) {
        requireOpen();
        HeadValues.set(network, card, weight, bias);
    }

    /**
     * Sets training or evaluation mode for all layers, also the frozen ones. Training mode: batch norms use the batch's statistics and
     * update the running ones; dropout and stochastic depth are active. Evaluation mode: the running statistics are used, nothing dropped.
     */
    public void trainingMode(boolean on) {
        requireOpen();
        topLayers.trainingMode(on);
    }

    /**
     * Logits of a batch.
     *
     * @param images float32 [n, 3, height, width], normalised, on this classifier's device
     * @return float32 [n, classes], owned by the open scope
     * @throws OutOfMemoryException with an estimate of the memory that such a batch needs
     */
    public Tensor forward(Tensor images) {
        requireOpen();
        try {
            return network.forward(images);
        } catch (RuntimeException e) {
            throw NetworkModule.failed(e, this, images);
        }
    }

    /**
     * The head's logits for features, such as those of {@link dev.graft.model.fuse.FusedTrunk#features}. Gradients flow to the head.
     *
     * @param features float32 [n, features], on this classifier's device
     * @return float32 [n, classes], owned by the open scope
     * @throws IllegalArgumentException when the network is not one of Graft's own
     */
    public Tensor headForward(Tensor features) {
        requireOpen();
        return topLayers.head(features);
    }

    /**
     * The logits for the output of a {@link dev.graft.model.fuse.FusedTrunk} that ends before a layer. Gradients flow to all unfrozen
     * parameters from that layer on.
     *
     * @param layer {@link #HEAD}, or a stage, such as {@code layer4}
     * @param features float32 [n, numbers], on this classifier's device, made from pictures of the preprocessing's size
     * @return float32 [n, classes], owned by the open scope
     * @throws IllegalArgumentException when the network is not one of Graft's own, has no such stage, or the stage needs another number
     *     of features
     */
    public Tensor forwardFrom(String layer, Tensor features) {
        requireOpen();
        return topLayers.forward(layer, features);
    }

    /**
     * Training mode for a layer and all layers after it, with the head, evaluation mode for the earlier layers: see {@link #trainingMode}.
     *
     * @param layer {@link #HEAD}, or a stage, such as {@code layer4}
     * @throws IllegalArgumentException when a stage is named and the network is not one of Graft's own or has no such stage
     */
    public void trainingModeFrom(String layer) {
        requireOpen();
        topLayers.trainingMode(layer);
    }

    /**
     * Saves a TorchScript archive with the card inside, in evaluation mode. Python's {@code torch.jit.load} can run it. The file appears
     * complete or not at all. The model does not change. Equal weights give equal bytes.
     *
     * @return the SHA-256 of the file, 64 hexadecimal digits, as {@link TrustedScript#pinned} takes it
     */
    public String save(Path target) throws IOException {
        requireOpen();
        String[] digest = new String[1];
        AtomicFile.write(target, out -> {
            HashingChannel hashing = new HashingChannel(out);
            network.write(hashing, cardText());
            digest[0] = hashing.hex();
        });
        return digest[0];
    }

    /** All parameters and buffers in the order of {@code state_dict()}. This object owns the tensors. */
    public Map<String, Tensor> state() {
        requireOpen();
        return network.state();
    }

    /** The network as a LibTorch module. */
    NetworkModule network() {
        requireOpen();
        return network;
    }

    private void requireOpen() {
        if (closed) throw new IllegalStateException("classifier: used after close; open or graft a new one");
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            network.close();
        }
    }
}
