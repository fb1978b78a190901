package dev.graft.model;

import dev.graft.model.graph.ResNetGraph;
import dev.graft.model.script.AsWritten;
import java.io.IOException;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The layers before the head of one of Graft's own networks as it was saved, in FP32: {@link Classifier#headForward} of the features is
 * {@link Classifier#forward} to the last bit. Refers to the classifier, and owns nothing. One thread.
 */
public record SavedTrunk(Classifier classifier) implements Trunk {
    /**
     * The layers before the head of any network as it was saved, in evaluation mode.
     *
     * @throws IllegalArgumentException when something follows the head of a foreign network, see {@link HeadlessScript#of}
     */
    public static Trunk of(Classifier classifier) throws IOException {
        return classifier.card().network().graph().isPresent()
                ? new SavedTrunk(classifier)
                : HeadlessScript.of(classifier, Precision.FP32);
    }

    @Override
    public Tensor features(Tensor images) {
        NetworkModule network = classifier.network();
        try {
            Tensor value = network.stem(images);
            int stages = classifier.card().network().graph().orElseThrow().stages();
            for (int stage = 1; stage <= stages; stage++) {
                value = AsWritten.forward(network.layer(ResNetGraph.stage(stage)), value);
            }
            return torch.adaptive_avg_pool2d(value, 1, 1).flatten(1, -1);
        } catch (RuntimeException e) {
            throw NetworkModule.failed(e, classifier, images);
        }
    }

    @Override
    public int size() {
        return classifier.card().network().features();
    }

    @Override
    public void close() {
        // the classifier is its owner's
    }
}
