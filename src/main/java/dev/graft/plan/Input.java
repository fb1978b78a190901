package dev.graft.plan;

import dev.graft.batch.Unreadable;
import dev.graft.image.augment.Views;
import java.util.Objects;

/**
 * The input of the training steps.
 *
 * @param batchSize pictures in a step, at least 1
 * @param views augmentation of the training pictures; validation pictures are never augmented
 * @param unreadable what to do with a picture that cannot be read
 */
public record Input(int batchSize, Views views, Unreadable unreadable) {
    /** Checks the range. */
    public Input {
        TrainingPlan.requirePositive("batch size", batchSize);
        Objects.requireNonNull(views, "views");
        Objects.requireNonNull(unreadable, "unreadable");
    }
}
