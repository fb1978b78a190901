package dev.graft.study;

/**
 * One run of a study.
 *
 * @param name of the run and its folder, such as {@code fold-1}, {@code seed-0-fold-1} or {@code point-3-seed-0}: folds and points
 *     count from 1, and a seed is the one that it trains with
 * @param point which point of the grid, from 0
 * @param seed which of the seeds, from 0: how many after the first
 * @param fold which fold judges it, from 0; {@link #NO_FOLD} if the validation pictures do
 */
public record Member(String name, int point, int seed, int fold) {
    /** The validation pictures judge. */
    public static final int NO_FOLD = -1;

    /** Whether the other run has the same seed and fold, at another point. */
    boolean isPairOf(Member other) {
        return seed == other.seed && fold == other.fold;
    }
}
