package dev.graft.plan;

/**
 * Parameters that learn, and how: all that lie under one layer's name.
 *
 * @param layer a layer's name, such as {@code head} or {@code layer4}
 * @param learningRate greater than 0, within float32's range
 * @param optimizer settings of its own, of the same kind as the phase's; null for the phase's
 */
public record ParameterGroup(String layer, double learningRate, OptimizerSpec optimizer) {
    /** Checks the range. */
    public ParameterGroup {
        if (!(learningRate > 0 && learningRate <= Float.MAX_VALUE))
            throw new IllegalArgumentException("lr must be greater than 0 and fit a float32, was " + learningRate);
    }

    /** With the settings of the phase's optimizer. */
    public ParameterGroup(String layer, double learningRate) {
        this(layer, learningRate, null);
    }
}
