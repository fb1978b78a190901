package dev.graft.model;

import org.bytedeco.pytorch.Tensor;

/** The probabilities of a classifier's classes or labels. */
public final class Probabilities {
    private Probabilities() {}

    /**
     * The softmax of each row, or for a multi-label model the sigmoid of each logit. The open scope owns the result.
     *
     * @param logits float32 [n, classes]
     * @return float32 [n, classes], 0..1
     */
    public static Tensor of(ModelCard card, Tensor logits) {
        return card.isMultiLabel() ? logits.sigmoid() : logits.softmax(1);
    }
}
