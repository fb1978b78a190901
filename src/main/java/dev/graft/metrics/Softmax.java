package dev.graft.metrics;

/**
 * The softmax of one row and its logarithm, in doubles. The greatest logit is subtracted first, so that nothing
 * overflows and the sum is at least 1 (Goodfellow, Bengio and Courville, Deep Learning, 2016, section 4.1).
 */
final class Softmax {
    private Softmax() {}

    static double[] of(float[] logits) {
        double max = max(logits);
        double[] p = new double[logits.length];
        double sum = 0;
        for (int c = 0; c < p.length; c++) sum += p[c] = Math.exp(logits[c] - max);
        for (int c = 0; c < p.length; c++) p[c] /= sum;
        return p;
    }

    /**
     * The logarithm of the probability of class {@code c}; finite even if the probability itself would be rounded to 0.
     */
    static double log(float[] logits, int c) {
        double max = max(logits);
        double sum = 0;
        for (float z : logits) sum += Math.exp(z - max);
        return logits[c] - max - Math.log(sum);
    }

    private static double max(float[] logits) {
        float max = Float.NEGATIVE_INFINITY;
        for (float z : logits) max = Math.max(max, z); // NaN stays
        return max;
    }
}
