package dev.graft.train;

/**
 * Parameters that learn, and how: all that lie under one layer's name.
 *
 * @param layer a layer's name, such as {@code fc} or {@code layer4}
 * @param learningRate greater than 0, within float32's range
 * @param momentum 0 to below 1
 * @param weightDecay L2 penalty, 0 or greater
 */
public record ParameterGroup(String layer, double learningRate, double momentum, double weightDecay) {
    /** Checks the ranges. */
    public ParameterGroup {
        boolean fits = learningRate > 0 && learningRate <= Float.MAX_VALUE;
        require(fits, "lr must be greater than 0 and fit a float32", learningRate);
        require(momentum >= 0 && momentum < 1, "momentum must be at least 0 and below 1", momentum);
        require(weightDecay >= 0 && Double.isFinite(weightDecay), "weight decay must be 0 or greater", weightDecay);
    }

    private static void require(boolean holds, String rule, double was) {
        if (!holds) {
            throw new IllegalArgumentException(rule + ", was " + was);
        }
    }
}
