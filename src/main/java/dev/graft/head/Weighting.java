package dev.graft.head;

/** How much a picture of each class counts in a fit. */
public enum Weighting {
    /** As much as any other picture. */
    EQUAL,
    /** By one over the root of the number of its class's pictures: half way to {@link #BALANCED}. */
    ROOT,
    /** By one over the number of its class's pictures, so that each class counts as much as any other. */
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
