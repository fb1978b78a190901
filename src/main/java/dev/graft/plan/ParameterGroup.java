package dev.graft.plan;

/**
 * All parameters of one layer, with their learning rate.
 *
 * @param layer a layer's name, such as {@code head} or {@code layer4}
 * @param learningRate greater than 0, within float32's range
 * @param optimizer other settings for this group, of the same kind as the phase's optimizer; null for the phase's
 *     settings
 */
public record ParameterGroup(String layer, double learningRate, OptimizerSpec optimizer) {
    /** Checks the range. */
    public ParameterGroup {
        if (!(learningRate > 0 && learningRate <= Float.MAX_VALUE))
            throw new IllegalArgumentException("lr must be greater than 0 and fit into a float32, was " + learningRate);
    }

    /** A group with the settings of the phase's optimizer. */
    public ParameterGroup(String layer, double learningRate) {
        this(layer, learningRate, null);
    }
}
