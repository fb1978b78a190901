package dev.graft.model.graph;

/** One operation of a head on rows of numbers, float32 [n, inputs]. Names are complete, such as {@code fc.0}. */
public sealed interface HeadStep {
    /** {@code x * weight^T + bias}. Its tensors are {@code weight} [outputs, inputs] and {@code bias} [outputs]. */
    record Linear(String name, int inputs, int outputs) implements HeadStep {}

    /** {@code max(x, 0)}. */
    record Relu() implements HeadStep {}

    /** In training mode, sets each number to 0 with this probability and divides the others by {@code 1 - rate}. */
    record Dropout(double rate) implements HeadStep {}

    /**
     * {@code scale * (x / |x|) * (weight / |weight|)^T}, each row by its own length. Its tensors are {@code weight} [outputs, inputs] and
     * {@code scale} [1].
     *
     * @param scale the value to begin with
     * @param learned whether the scale is a parameter; otherwise it is a buffer
     */
    record Cosine(String name, int inputs, int outputs, double scale, boolean learned) implements HeadStep {
        /** The least length that is divided by, as in PyTorch's {@code normalize}. */
        public static final double LEAST = 1e-12;
    }
}
