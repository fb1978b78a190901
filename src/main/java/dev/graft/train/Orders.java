package dev.graft.train;

import dev.graft.plan.ClassSizes;
import dev.graft.plan.Sampling;
import dev.graft.torch.RandomSource;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The training samples of each epoch in their order: drawn from PyTorch's generator, one epoch after the other, or given
 * by the caller.
 */
final class Orders {
    private final RandomSource random;
    private final int[][] given; // null if they are drawn
    private final int samples;
    private final Optional<double[]> weights; // of each sample, where they are drawn with replacement

    /**
     * @param given [epochs][indices of samples], or null to draw them
     * @param weights how often each sample is drawn, relative to the others; empty where each is there once
     * @throws IllegalArgumentException when the given orders do not fit the samples, the epochs or the weights
     */
    Orders(RandomSource random, int[][] given, int samples, int epochs, Optional<double[]> weights) {
        this.random = random;
        this.given = given;
        this.samples = samples;
        this.weights = weights;
        if (weights.isPresent()) requireDrawn();
        for (int epoch = 0; given != null && epoch < epochs; epoch++) {
            if (epoch >= given.length || given[epoch].length == 0) {
                throw new IllegalArgumentException("order: given for " + given.length + " epochs, the plan has "
                        + epochs + "; train fewer epochs or give a longer order");
            }
            for (int sample : given[epoch]) {
                if (sample < 0 || sample >= samples) {
                    throw new IllegalArgumentException("order: epoch " + (epoch + 1) + " has sample " + sample
                            + ", allowed are 0 to " + (samples - 1) + "; the order belongs to other data");
                }
            }
        }
    }

    /**
     * How often each sample is drawn, relative to the others; empty where each is there once in an epoch.
     *
     * @param labels indices of the samples' classes
     */
    static Optional<double[]> weights(Sampling sampling, ClassSizes sizes, IntStream labels) {
        return sampling.weights(sizes)
                .map(ofClass -> labels.mapToDouble(c -> ofClass[c]).toArray());
    }

    private void requireDrawn() {
        if (given != null)
            throw new IllegalArgumentException(
                    "order: it is given, so the plan's sampling would draw nothing; leave the"
                            + " order out, or plan Sampling.SHUFFLED");
        if (samples > RandomSource.MOST_WEIGHTS)
            throw new IllegalArgumentException("order: " + samples + " training pictures, by weights at most "
                    + RandomSource.MOST_WEIGHTS + " can be drawn; plan Sampling.SHUFFLED");
    }

    boolean areGiven() {
        return given != null;
    }

    /** The generator's state before the next order is drawn. */
    byte[] state() {
        return random.state();
    }

    void restore(byte[] state) {
        random.restore(state);
    }

    /** The order of the next epoch, counted from 0. Call it in the order of the epochs. */
    int[] next(int epoch) {
        if (given != null) return given[epoch];
        return weights.isPresent() ? random.weighted(weights.get(), samples) : random.permutation(samples);
    }

    /** The number of batches in an epoch. */
    long batches(int epoch, int batchSize) {
        int length = given != null ? given[epoch].length : samples;
        return (length + batchSize - 1L) / batchSize;
    }
}
