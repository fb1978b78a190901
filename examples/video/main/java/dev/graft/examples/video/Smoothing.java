package dev.graft.examples.video;

import java.util.List;

/**
 * The exponential moving average of the probabilities. A frame that is t seconds old counts exp(-t / constant) of the newest one, so
 * frames may come at any distance, and nothing but the mean is kept.
 */
final class Smoothing {
    private final double constantMicros;
    private double[] mean;
    private long last;

    /** @param constantSeconds the time constant, at least 0; with 0 each frame counts alone */
    Smoothing(double constantSeconds) {
        constantMicros = 1e6 * constantSeconds;
    }

    /** The mean with this frame; its sum is 1 as that of the probabilities is. */
    double[] add(long atMicros, List<Float> probabilities) {
        double share = mean == null || constantMicros == 0 ? 1 : -Math.expm1((last - atMicros) / constantMicros);
        if (mean == null) mean = new double[probabilities.size()];
        for (int c = 0; c < mean.length; c++) mean[c] += share * (probabilities.get(c) - mean[c]);
        last = atMicros;
        return mean.clone();
    }
}
