package dev.graft.predict;

import java.util.Objects;

/**
 * What a {@link Prediction} tells.
 *
 * @param views of each picture whose probabilities are averaged
 * @param features whether it has the {@link Prediction#features}
 * @param unknownBelow a picture whose most probable class is less probable is {@link Prediction#UNKNOWN}; 0 to 1, 0 for none.
 *     {@link dev.graft.metrics.ConfidenceThreshold} chooses it with validation pictures
 */
public record AnswerOptions(TestViews views, boolean features, double unknownBelow) {
    /** The picture as it is, without features; each picture gets a class. */
    public static final AnswerOptions STANDARD = new AnswerOptions(TestViews.NONE, false, 0);

    /** Checks the range. */
    public AnswerOptions {
        Objects.requireNonNull(views, "views");
        if (!(unknownBelow >= 0 && unknownBelow <= 1))
            throw new IllegalArgumentException("predictor: unknownBelow must be 0 to 1, was " + unknownBelow);
    }

    /** The same with other views. */
    public AnswerOptions withViews(TestViews other) {
        return new AnswerOptions(other, features, unknownBelow);
    }

    /** The same with features. */
    public AnswerOptions withFeatures() {
        return new AnswerOptions(views, true, unknownBelow);
    }

    /** The same with another least probability. */
    public AnswerOptions withUnknownBelow(double probability) {
        return new AnswerOptions(views, features, probability);
    }
}
