package dev.graft.train;

import dev.graft.torch.RandomSource;

/**
 * The order of the training samples in each epoch: drawn from PyTorch's generator, one epoch after the other, or given
 * by the caller.
 */
final class Orders {
    private final RandomSource random;
    private final int[][] given; // null if they are drawn
    private final int samples;

    /**
     * @param given [epochs][indices of samples], or null to draw them
     * @throws IllegalArgumentException when the given orders do not fit the samples or epochs
     */
    Orders(RandomSource random, int[][] given, int samples, int epochs) {
        this.random = random;
        this.given = given;
        this.samples = samples;
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
        return given != null ? given[epoch] : random.permutation(samples);
    }

    /** The number of batches in an epoch. */
    long batches(int epoch, int batchSize) {
        int length = given != null ? given[epoch].length : samples;
        return (length + batchSize - 1L) / batchSize;
    }
}
