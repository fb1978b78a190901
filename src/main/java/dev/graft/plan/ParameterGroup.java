package dev.graft.plan;

import dev.graft.model.Classifier;
import java.util.ArrayList;
import java.util.List;

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

    /**
     * The head and other layers, each with a lower learning rate than the one after it (discriminative rates: Howard and Ruder, 2018).
     *
     * @param layers in order from the head towards the input, such as {@code layer4, layer3}; without the head
     * @param headRate the head's learning rate
     * @param factor of each layer's learning rate to that of the one before it in this order, above 0 and at most 1; 1 gives all the same
     * @throws IllegalArgumentException when a number is out of range
     */
    public static List<ParameterGroup> staged(List<String> layers, double headRate, double factor) {
        Ranges.share("lr factor", factor);
        List<ParameterGroup> groups = new ArrayList<>();
        groups.add(new ParameterGroup(Classifier.HEAD, headRate));
        for (int i = 0; i < layers.size(); i++)
            groups.add(new ParameterGroup(layers.get(i), headRate * Math.pow(factor, i + 1)));
        return groups;
    }
}
