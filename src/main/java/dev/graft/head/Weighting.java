package dev.graft.head;

/** The weight of a picture in a fit, by the size of its class. */
public enum Weighting {
    /** All pictures have the same weight. */
    EQUAL,
    /** Weight 1 / sqrt(number of pictures of the class): half way to {@link #BALANCED}. */
    ROOT,
    /** Weight 1 / (number of pictures of the class), so that all classes have the same total weight. */
    BALANCED;

    /** The weight of each picture. */
    double[] weights(HeadData data) {
        int[] counts = data.counts();
        double[] weights = new double[data.pictures()];
        for (int i = 0; i < weights.length; i++) weights[i] = of(counts[data.labels()[i]]);
        return weights;
    }

    private double of(int count) {
        return switch (this) {
            case EQUAL -> 1;
            case ROOT -> 1 / Math.sqrt(count);
            case BALANCED -> 1.0 / count;
        };
    }
}
