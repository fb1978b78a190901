package dev.graft.plan;

import dev.graft.batch.Unreadable;
import dev.graft.image.augment.Views;
import java.util.Objects;

/**
 * The input of the training steps.
 *
 * @param batchSize pictures in a batch, at least 1
 * @param sampling which training pictures an epoch has, and in which order
 * @param views augmentation of the training pictures; validation pictures are never augmented
 * @param mixing whether the pictures of a batch are mixed with each other
 * @param unreadable what to do with a picture that cannot be read
 */
public record Input(int batchSize, Sampling sampling, Views views, Mixing mixing, Unreadable unreadable) {
    /** Checks the range. */
    public Input {
        TrainingPlan.requirePositive("batch size", batchSize);
        Objects.requireNonNull(sampling, "sampling");
        Objects.requireNonNull(views, "views");
        Objects.requireNonNull(mixing, "mixing");
        Objects.requireNonNull(unreadable, "unreadable");
    }

    /** The same with another batch size. */
    public Input withBatchSize(int n) {
        return new Input(n, sampling, views, mixing, unreadable);
    }

    /** The same with another choice of the pictures of an epoch. */
    public Input withSampling(Sampling s) {
        return new Input(batchSize, s, views, mixing, unreadable);
    }

    /** The same with other views of the training pictures. */
    public Input withViews(Views v) {
        return new Input(batchSize, sampling, v, mixing, unreadable);
    }

    /** The same with another mixing of the pictures of a batch. */
    public Input withMixing(Mixing m) {
        return new Input(batchSize, sampling, views, m, unreadable);
    }

    /** The same with another rule for pictures that cannot be read. */
    public Input withUnreadable(Unreadable u) {
        return new Input(batchSize, sampling, views, mixing, u);
    }
}
