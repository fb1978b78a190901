package dev.graft.plan;

import dev.graft.batch.Unreadable;
import dev.graft.image.augment.Views;
import java.util.Objects;

/**
 * What a step learns from.
 *
 * @param batchSize pictures a step, at least 1
 * @param views in which training pictures are seen; validation pictures are seen as they are
 * @param unreadable what a picture that cannot be read does
 */
public record Input(int batchSize, Views views, Unreadable unreadable) {
    /** Checks the range. */
    public Input {
        TrainingPlan.requirePositive("batch size", batchSize);
        Objects.requireNonNull(views, "views");
        Objects.requireNonNull(unreadable, "unreadable");
    }
}
