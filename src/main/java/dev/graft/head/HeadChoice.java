package dev.graft.head;

import java.util.List;

/**
 * The settings that were tried, and the chosen one.
 *
 * @param tried in the order of the trials. With more than 10,000 pictures, all trials except the last were judged on a
 *     subset; the last one is the chosen setting, judged on all pictures. Empty if no class has two pictures, so that
 *     nothing could be judged
 * @param chosen an index into {@code tried}; -1 if it is empty
 * @param folds the number of folds
 * @param repeats how many times the pictures were split into folds
 * @param nearestMean the cross-validated accuracy of the nearest-mean classifier, 0..1; NaN if nothing could be judged
 * @param majority the accuracy of always predicting the largest class, 0..1
 * @param alone classes with one picture; folds cannot judge them
 */
public record HeadChoice(
        List<Trial> tried,
        int chosen,
        int folds,
        int repeats,
        double nearestMean,
        double majority,
        List<Integer> alone) {
    /** Copies the lists. */
    public HeadChoice {
        tried = List.copyOf(tried);
        alone = List.copyOf(alone);
    }
}
