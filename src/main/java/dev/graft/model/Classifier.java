package dev.graft.model;

import dev.graft.batch.Layout;
import dev.graft.files.AtomicFile;
import dev.graft.image.Preprocessing;
import dev.graft.model.graph.Head;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.OutOfMemoryException;
import dev.graft.torch.RandomSource;
import dev.graft.torch.TorchException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;

/**
 * A network with its head, and what its logits mean. The network is a TorchScript module in an archive that Graft writes;
 * what was trained is also what is saved.
 *
 * <p>Owns native memory: close it. One thread at a time, save {@link #forward}, which several threads may call in
 * evaluation mode.
 */
public final class Classifier implements AutoCloseable {
    /** What stands for the head's layer wherever a layer is named, whatever its name in the network is. */
    public static final String HEAD = Head.WORD;

    private final ModelCard card;
    private final List<String> notes;
    private final NetworkModule network;
    private final TopLayers topLayers;
    private ComputeDevice device = ComputeDevice.CPU;
    private boolean closed;

    /** Takes over the network. */
    Classifier(ModelCard card, List<String> notes, NetworkModule network) {
        this.card = card;
        this.notes = List.copyOf(notes);
        this.network = network;
        topLayers = new TopLayers(card, network);
    }

    /**
     * A pretrained ResNet with a new head of {@code card.classes()}, every parameter frozen but the head's. The head starts
     * as PyTorch's {@code Linear} does, from the next numbers of {@code random}: the same head as PyTorch's after
     * {@code manual_seed}.
     *
     * @param weights a file of any kind that {@link dev.graft.weights.WeightsFile} opens, read as data: none of its code
     *     runs
     * @param card the network is an {@link Architecture}
     * @throws IOException naming the file and what is missing, left over or misshapen
     */
    public static Classifier graft(Path weights, ModelCard card, RandomSource random) throws IOException {
        return Grafting.graft(weights, card, random);
    }

    /**
     * Any other network, scripted or traced, its last linear layer replaced by a new head as {@link #graft(Path, ModelCard,
     * RandomSource)} makes one, every parameter frozen but the head's. The file's code runs. It is shown pictures of the
     * preprocessing's size before this returns, so what is returned is known to give logits and to learn.
     *
     * @throws IOException naming the file and what is wrong with it or with its network
     */
    public static Classifier graft(
            TrustedScript script, List<String> classes, Preprocessing preprocessing, RandomSource random)
            throws IOException {
        return Grafting.graft(script, classes, preprocessing, random);
    }

    /**
     * A classifier that {@link #save} or a checkpoint wrote, every parameter frozen. Read as data: one on the network of a
     * {@link TrustedScript} is refused.
     *
     * @throws IOException when the file is not one of Graft's, or damaged
     */
    public static Classifier load(Path file) throws IOException {
        return Grafting.load(file);
    }

    /**
     * A classifier that {@link #save} wrote, on whatever network, every parameter frozen. The network's code runs.
     *
     * @throws IOException when the file is not one of Graft's, or damaged
     * @throws IllegalArgumentException when a head is named: the model has one
     */
    public static Classifier load(TrustedScript model) throws IOException {
        return Grafting.load(model);
    }

    /**
     * The classifier of a checkpoint, whose network came in another file, every parameter frozen. The network's code runs.
     *
     * @param origin the file that the head was grafted onto
     * @throws IOException when the checkpoint is not one of Graft's or damaged, or {@code origin} is another file
     * @throws IllegalArgumentException when {@code origin} names another layer than the one whose place the head has
     */
    public static Classifier load(Path checkpoint, TrustedScript origin) throws IOException {
        return Grafting.load(checkpoint, origin);
    }

    /** Network, classes and preprocessing. */
    public ModelCard card() {
        return card;
    }

    /** What was undone or converted while the weights were read, and what is odd about the network, a sentence each. */
    public List<String> notes() {
        return notes;
    }

    /** Where the parameters are. */
    public ComputeDevice device() {
        return device;
    }

    /** The parameters by their names in {@code state_dict()}, owned by this object. */
    public Map<String, Tensor> parameters() {
        requireOpen();
        return network.parameters();
    }

    /** The buffers of the batch norms by their names in {@code state_dict()}, owned by this object. */
    public Map<String, Tensor> buffers() {
        requireOpen();
        return network.buffers();
    }

    /**
     * Moves the parameters and buffers to a device, and the convolutions' weights to a layout. Values do not change; the
     * tensor objects that {@link #parameters} and {@link #buffers} gave before are closed, ask for them again.
     */
    public void moveTo(ComputeDevice target, Layout layout) {
        requireOpen();
        target.requireThere();
        network.moveTo(target, layout);
        device = target;
    }

    /** No parameter gets a gradient from now on. */
    public void freeze() {
        parameters().values().forEach(p -> p.set_requires_grad(false));
    }

    /**
     * Lets the parameters of a layer learn again.
     *
     * @param layer a layer's name, such as {@code layer4}, or {@link #HEAD}
     * @throws IllegalArgumentException when no parameter lies under that name
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
        Map<String, Tensor> found =
                network.parametersUnder(new Head(card.network().head()).pathOf(layer));
        if (found.isEmpty()) {
            throw new IllegalArgumentException(
                    "model: no parameters under '" + layer + "'; the layers are " + network.layers());
        }
        return found;
    }

    /**
     * Sets the head's values.
     *
     * @param weight row-major [classes][features]
     * @param bias [classes], empty for a head without
     * @throws IllegalArgumentException when the lengths do not fit
     */
    public void replaceHead(float[] weight, float[] bias) {
        requireOpen();
        HeadValues.set(network, card, weight, bias);
    }

    /**
     * Training mode: batch norms use the batch's statistics and update their own; dropout and stochastic depth drop, also
     * in frozen layers. Evaluation mode: batch norms use their own, nothing is dropped.
     */
    public void trainingMode(boolean on) {
        requireOpen();
        network.trainingMode(on);
    }

    /**
     * Logits of a batch.
     *
     * @param images float32 [n, 3, height, width], normalised, on this classifier's device
     * @return float32 [n, classes], belonging to the open scope
     * @throws OutOfMemoryException saying what such a batch takes
     */
    public Tensor forward(Tensor images) {
        requireOpen();
        try {
            return network.forward(images);
        } catch (RuntimeException e) {
            if (OutOfMemoryException.isMeantBy(e)) {
                throw BatchMemory.explain(e, this, images.size(0), GradMode.is_enabled());
            }
            throw new TorchException(
                    "model: " + card.network().title() + " failed on images of shape "
                            + Arrays.toString(images.shape()) + ", expected [n, 3, height, width] in float32 on "
                            + device,
                    e);
        }
    }

    /**
     * The head's logits of features, such as {@link Trunk#features} gives. What learns in the head learns from it.
     *
     * @param features float32 [n, features], on this classifier's device
     * @return float32 [n, classes], belonging to the open scope
     */
    public Tensor headForward(Tensor features) {
        requireOpen();
        return topLayers.head(features);
    }

    /**
     * The logits of what {@link dev.graft.model.fuse.FusedTrunk} gives before a layer. What learns from that layer on learns from it.
     *
     * @param layer {@link #HEAD}, or a stage, such as {@code layer4}
     * @param features float32 [n, numbers], on this classifier's device, of pictures of the preprocessing's size
     * @return float32 [n, classes], belonging to the open scope
     * @throws IllegalArgumentException when a stage is named and the network is not one of Graft's own or has no such stage, or the stage
     *     takes another number of features
     */
    public Tensor forwardFrom(String layer, Tensor features) {
        requireOpen();
        return topLayers.forward(layer, features);
    }

    /**
     * Training mode for a layer and all layers after it, evaluation mode for the layers before: see {@link
     * #trainingMode}.
     *
     * @param layer {@link #HEAD}, or a stage, such as {@code layer4}
     * @throws IllegalArgumentException when a stage is named and the network is not one of Graft's own or has no such stage
     */
    public void trainingModeFrom(String layer) {
        requireOpen();
        topLayers.trainingMode(layer);
    }

    /**
     * Saves a TorchScript archive that Python's {@code torch.jit.load} runs, in evaluation mode, with the card inside. The
     * file appears whole or not at all; the model does not change. Equal weights give equal bytes.
     *
     * @return the SHA-256 of what was written, in hexadecimal digits, such as {@link TrustedScript#pinned} takes
     */
    public String save(Path target) throws IOException {
        requireOpen();
        String[] digest = new String[1];
        AtomicFile.write(target, out -> {
            HashingChannel hashing = new HashingChannel(out);
            network.write(hashing, card);
            digest[0] = hashing.hex();
        });
        return digest[0];
    }

    /** All tensors of the state in the order of {@code state_dict()}; owned by this object. */
    public Map<String, Tensor> state() {
        requireOpen();
        return network.state();
    }

    /** The network as LibTorch has it. */
    NetworkModule network() {
        requireOpen();
        return network;
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
            network.close();
        }
    }
}
