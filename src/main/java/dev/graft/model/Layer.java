package dev.graft.model;

/**
 * One computation of a network in evaluation mode, for programs that write the network in another format.
 *
 * <p>The value that a layer computes has the layer's name. An input is the name of an earlier layer, or {@link #INPUT}.
 * A layer's tensors are in {@link Classifier#state} under the layer's name. Values are float32, [n, channels, height,
 * width] before the flattening and [n, numbers] after it. See {@link ModelCard#layers}.
 */
public sealed interface Layer {
    /** The name of the network's input: normalised pictures. */
    String INPUT = "images";

    /** A name that no other layer of the network has; torchvision's for layers with tensors, such as {@code conv1}. */
    String name();

    /**
     * A convolution without bias. Its tensor is {@code weight} [channels, input channels / groups, kernel, kernel].
     *
     * @param kernel height and width
     * @param padding zeros at each of the four sides
     */
    record Convolution(String name, String input, int kernel, int stride, int padding, int groups) implements Layer {}

    /**
     * {@code (x - running_mean) / sqrt(running_var + epsilon) * weight + bias} for each channel; the four are tensors
     * [channels]. The input is a convolution that no other layer takes.
     */
    record BatchNorm(String name, String input, double epsilon) implements Layer {}

    /** {@code max(x, 0)}. */
    record Relu(String name, String input) implements Layer {}

    /**
     * The maximum of each window.
     *
     * @param kernel height and width of the window
     * @param padding at each of the four sides; it is never the maximum
     */
    record MaxPool(String name, String input, int kernel, int stride, int padding) implements Layer {}

    /** The sum of two values of the same shape. */
    record Add(String name, String left, String right) implements Layer {}

    /** The mean of each channel: [n, channels, 1, 1]. */
    record AveragePool(String name, String input) implements Layer {}

    /** The same numbers as [n, numbers]. */
    record Flatten(String name, String input) implements Layer {}

    /** {@code x * weight^T + bias}. Its tensors are {@code weight} [outputs, inputs] and {@code bias} [outputs]. */
    record Linear(String name, String input) implements Layer {}

    /**
     * {@code scale * (x / |x|) * (weight / |weight|)^T}, each row by its own length. Its tensors are {@code weight} [classes, features] and
     * {@code scale} [1].
     *
     * @param least the least length that is divided by
     */
    record Cosine(String name, String input, double least) implements Layer {}
}
