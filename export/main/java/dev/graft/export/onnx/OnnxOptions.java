package dev.graft.export.onnx;

import java.util.Objects;

/**
 * How {@link OnnxExport} writes a network.
 *
 * @param norms what becomes of the batch norms
 * @param output what the network gives
 */
public record OnnxOptions(Norms norms, Output output) {
    /** What becomes of the batch norms. */
    public enum Norms {
        /** Each is folded into the convolution before it: a smaller graph with the same results. */
        FOLDED,
        /** Each is a node of its own, and the tensors are those of the classifier: for training on, or for comparing. */
        KEPT
    }

    /** What the network gives for a picture, one number for each class. */
    public enum Output {
        /** Numbers of any size; the largest is that of the likeliest class. */
        LOGITS,
        /** Numbers from 0 to 1: with the sum 1, by a softmax of the logits; of a multi-label model the sigmoid of each. */
        PROBABILITIES;

        /** The name of the output in the file. */
        public String title() {
            return this == LOGITS ? "logits" : "probabilities";
        }
    }

    /** Folded batch norms, logits. */
    public static final OnnxOptions STANDARD = new OnnxOptions(Norms.FOLDED, Output.LOGITS);

    /** Checks that nothing is missing. */
    public OnnxOptions {
        Objects.requireNonNull(norms, "norms");
        Objects.requireNonNull(output, "output");
    }

    /** The same with another treatment of the batch norms. */
    public OnnxOptions withNorms(Norms other) {
        return new OnnxOptions(other, output);
    }

    /** The same with another output. */
    public OnnxOptions withOutput(Output other) {
        return new OnnxOptions(norms, other);
    }
}
