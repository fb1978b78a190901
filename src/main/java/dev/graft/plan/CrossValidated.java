package dev.graft.plan;

/**
 * No steps: the head alone is fitted to its optimum, to features of pictures that pass the frozen layers once, and its penalty chosen by
 * cross-validation over the training pictures; see {@link dev.graft.head.HeadFitter}. The whole is one epoch of one step. Such a
 * phase has no learning rate (it stays 1) and no schedule (it stays constant).
 *
 * @param folds how many parts the training pictures are dealt into, 2 to 100
 */
public record CrossValidated(int folds) implements OptimizerSpec {
    /** Five folds. */
    public static final CrossValidated STANDARD = new CrossValidated(5);

    private static final int MOST_FOLDS = 100;

    /** Checks the range. */
    public CrossValidated {
        if (folds < 2 || folds > MOST_FOLDS)
            throw new IllegalArgumentException("plan: folds must be between 2 and " + MOST_FOLDS + ", was " + folds);
    }

    @Override
    public String kind() {
        return "crossvalidated";
    }

    /** None: cross-validation chooses the penalty. */
    @Override
    public double weightDecay() {
        return 0;
    }

    /** The same: cross-validation chooses the penalty. */
    @Override
    public CrossValidated withWeightDecay(double decay) {
        return this;
    }
}
