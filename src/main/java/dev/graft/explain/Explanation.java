package dev.graft.explain;

import dev.graft.image.Pixels;
import dev.graft.predict.Prediction;

/**
 * Which parts of a picture speak for a class.
 *
 * @param prediction of the picture, by the network in FP32
 * @param target the index of the class that is explained
 * @param heat row-major [height][width], 0 to 1: the map divided by its largest value; all 0 if nothing speaks for the class. Not copied
 * @param height of the heat map, in places of the layer's output
 * @param width of the heat map
 * @param picture as the network sees it: resized and cropped, before the normalisation
 */
public record Explanation(Prediction prediction, int target, float[] heat, int height, int width, Pixels picture) {
    /** Checks that the heat fits the size. */
    public Explanation {
        if (height < 1 || width < 1 || heat.length != (long) height * width)
            throw new IllegalArgumentException(
                    "heat must hold height x width values, got " + heat.length + " for " + height + " x " + width);
    }
}
