package dev.graft.model;

import dev.graft.batch.Layout;
import dev.graft.model.graph.ResNetGraph;
import dev.graft.model.script.AsWritten;
import java.io.IOException;
import java.util.Arrays;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.GraphOptimizerEnabledGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A classifier's network in evaluation mode that also gives the output of one of its layers, and the gradient of a logit for this
 * output.
 *
 * <p>In Graft's own networks, the layer is a stage. At the last stage before a linear head, the gradient needs no backward pass: the logits
 * are a linear layer of the mean over height and width, so the gradient is the class's row of the head's weight, divided by height times width.
 *
 * <p>In a foreign network, the layer is any module that takes one tensor and returns a map of shape [n, channels, height, width]. Its code
 * is written again so that it keeps its output, see {@link dev.graft.weights.script.ScriptTemplate#keeping}. This needs a second copy of
 * the weights.
 *
 * <p>Refers to the classifier, which must stay open. Owns native memory: close it. Used by one thread.
 */
public final class LayerProbe implements AutoCloseable {
    /**
     * What the network gives for a batch. The open scope owns the tensors.
     *
     * @param activation the layer's output, float32 [n, channels, height, width]
     * @param logits float32 [n, classes]
     */
    public record Seen(Tensor activation, Tensor logits) {}

    private final Classifier classifier;
    private final String layer;
    private final int stage; // 0 in a foreign network
    private final boolean pooled; // whether only the pooling and a linear head follow
    private final NetworkModule keeping; // null in Graft's own networks
    private boolean closed;

    private LayerProbe(Classifier classifier, String layer, int stage, boolean pooled, NetworkModule keeping) {
        this.classifier = classifier;
        this.layer = layer;
        this.stage = stage;
        this.pooled = pooled;
        this.keeping = keeping;
        classifier.trainingMode(false);
    }

    /**
     * A probe for a layer, on the classifier's device. Sets the classifier to evaluation mode.
     *
     * @param layer a stage such as {@code layer4}; in a foreign network, a module's name such as {@code features.7}
     * @throws IllegalArgumentException when there is no such layer; the message lists those that there are
     * @throws IOException when the code of a foreign network's layer is not of the form that can be written again
     */
    public static LayerProbe of(Classifier classifier, String layer) throws IOException {
        return of(classifier, layer, true);
    }

    /** The same; a backward pass computes each gradient if it may not be {@code derived} from the head's weight. */
    static LayerProbe of(Classifier classifier, String layer, boolean derived) throws IOException {
        ResNetGraph graph = classifier.card().network().graph().orElse(null);
        if (graph == null) return foreign(classifier, layer);
        int stage = graph.stagesBefore(layer) + 1;
        if (stage > graph.stages()) {
            throw new IllegalArgumentException("model: the head of " + graph.title()
                    + " has no map of height and width; name a stage, layer1 to " + lastStage(classifier));
        }
        boolean linear = classifier.card().headGraph().isLinear();
        return new LayerProbe(classifier, layer, stage, derived && linear && stage == graph.stages(), null);
    }

    /**
     * The last stage of one of Graft's own networks.
     *
     * @throws IllegalArgumentException when the network is a foreign one
     */
    public static String lastStage(Classifier classifier) {
        Network network = classifier.card().network();
        return network.graph()
                .map(graph -> ResNetGraph.stage(graph.stages()))
                .orElseThrow(() -> new IllegalArgumentException("model: the layers of " + network.title()
                        + " are code in a file; name the layer whose output is a map of height and width"));
    }

    private static LayerProbe foreign(Classifier classifier, String layer) throws IOException {
        NetworkModule keeping = classifier.network().keeping(layer);
        try {
            keeping.moveTo(classifier.device(), Layout.CHANNELS_LAST);
            keeping.trainingMode(false);
            return new LayerProbe(classifier, layer, 0, false, keeping);
        } catch (RuntimeException e) {
            keeping.close();
            throw e;
        }
    }

    /**
     * Passes pictures through the network.
     *
     * @param images float32 [n, 3, height, width], normalised, on the classifier's device
     * @throws IllegalArgumentException when the layer's output is not a map
     * @throws dev.graft.torch.OutOfMemoryException when there is not enough memory
     * @throws IllegalStateException after {@link #close}
     */
    public Seen see(Tensor images) {
        if (closed) throw new IllegalStateException("explainer: used after close; open a new one");
        try {
            return keeping != null ? seeForeign(images) : seeOwn(images);
        } catch (RuntimeException e) {
            throw BatchMemory.explain(e, classifier, images.size(0), !pooled);
        }
    }

    private Seen seeOwn(Tensor images) {
        ResNetGraph graph = classifier.card().network().graph().orElseThrow();
        NetworkModule network = classifier.network();
        Tensor value;
        try (AutoGradMode off = new AutoGradMode(false)) {
            value = network.stem(images);
            for (int s = 1; s <= stage; s++) value = through(s, value);
        }
        try (AutoGradMode gradients = new AutoGradMode(!pooled)) {
            Tensor activation = pooled ? value : value.detach().set_requires_grad(true);
            value = activation;
            for (int s = stage + 1; s <= graph.stages(); s++) value = through(s, value);
            Tensor features = torch.adaptive_avg_pool2d(value, 1, 1).flatten(1, -1);
            return new Seen(activation, classifier.headForward(features));
        }
    }

    private Tensor through(int s, Tensor value) {
        return AsWritten.forward(classifier.network().layer(ResNetGraph.stage(s)), value);
    }

    /** The optimised code may join operations, so that a gradient flows past the kept output: it is switched off. */
    private Seen seeForeign(Tensor images) {
        Tensor input = images.detach().set_requires_grad(true); // or no gradient flows where all parameters are frozen
        try (AutoGradMode gradients = new AutoGradMode(true);
                GraphOptimizerEnabledGuard off = new GraphOptimizerEnabledGuard(false)) {
            Tensor logits = keeping.forward(input);
            return new Seen(requireMap(keeping.takeOutput(layer)), logits);
        }
    }

    private Tensor requireMap(Tensor output) {
        long[] shape = output.shape();
        if (shape.length == 4 && output.numel() > 0) return output;
        throw new IllegalArgumentException("model: the layer '" + layer + "' of "
                + classifier.card().network().title()
                + (output.numel() == 0 ? " did not run" : " gives an output of shape " + Arrays.toString(shape))
                + ", expected is a map of shape [n, channels, height, width]; name another layer, such as the last"
                + " convolution or the block that holds it");
    }

    /**
     * The gradient of each picture's logit of one class for the layer's output, in the shape of {@link Seen#activation}. The open scope
     * owns it.
     *
     * @param target the class's index
     */
    public Tensor gradient(Seen seen, int target) {
        Tensor activation = seen.activation();
        if (pooled) {
            long places = activation.size(2) * activation.size(3);
            String weight = classifier.card().network().head() + ".weight";
            Tensor row = classifier.parameters().get(weight).detach().select(0, target);
            return row.div(new Scalar((double) places)).view(1, -1, 1, 1).expand_as(activation);
        }
        Tensor logit = seen.logits().select(1, target).sum();
        return torch.grad(
                        new TensorVector(logit),
                        new TensorVector(activation),
                        new TensorVector(),
                        new BoolOptional(true), // keeps what the next class needs too
                        false,
                        false)
                .get(0);
    }

    @Override
    public void close() {
        if (keeping != null && !closed) keeping.close();
        closed = true;
    }
}
