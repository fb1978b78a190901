package dev.graft.model;

import dev.graft.model.graph.Head;
import dev.graft.torch.NativeScope;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * The bias of a new head from the frequencies of the classes: the logarithm of each class's share of the training pictures. While the
 * weights are small, the head then gives the classes' shares as probabilities, so the first steps need not learn them (the prior of Lin et
 * al., "Focal Loss for Dense Object Detection", 2017, section 3.3, for a softmax).
 */
public final class FrequencyBias {
    private FrequencyBias() {}

    /**
     * Sets the bias of the head's last linear layer.
     *
     * @param pictures the number of training pictures of each class, [classes], each at least 1
     * @throws IllegalArgumentException when the head has no bias, or a class has no pictures
     */
    public static void set(Classifier classifier, long[] pictures) {
        Tensor bias = require(classifier);
        float[] shares = logShares(classifier.card().classes(), pictures);
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            bias.copy_(Tensor.create(shares, shares.length));
        }
    }

    /**
     * Checks that the head has a bias.
     *
     * @return the bias, which the classifier owns
     * @throws IllegalArgumentException when it has none
     */
    public static Tensor require(Classifier classifier) {
        ModelCard card = classifier.card();
        return card.headGraph()
                .lastLinear()
                .map(layer -> classifier.parameters().get(new Head(layer.name()).bias()))
                .orElseThrow(() ->
                        new IllegalArgumentException("head: the " + card.head().kind() + " head of "
                                + card.network().title() + " has no bias that could begin with the frequencies of the"
                                + " classes; leave this setting out, or use another kind of head"));
    }

    private static float[] logShares(List<String> classes, long[] pictures) {
        if (pictures.length != classes.size()) {
            throw new IllegalArgumentException(
                    "head: needs the pictures of " + classes.size() + " classes, got " + pictures.length + " numbers");
        }
        double all = 0;
        List<String> without = new ArrayList<>();
        for (int i = 0; i < pictures.length; i++) {
            all += pictures[i];
            if (pictures[i] < 1) without.add(classes.get(i));
        }
        if (!without.isEmpty()) {
            throw new IllegalArgumentException("head: the bias of a class is the logarithm of its share of the training"
                    + " pictures, but these have none: " + without + "; add pictures, or leave this setting out");
        }
        float[] shares = new float[pictures.length];
        for (int i = 0; i < shares.length; i++) shares[i] = (float) Math.log(pictures[i] / all);
        return shares;
    }
}
