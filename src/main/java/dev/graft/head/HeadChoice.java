package dev.graft.head;

import java.util.List;

/**
 * What was tried and what was chosen.
 *
 * @param tried in the order in which it was; of more than 10,000 pictures a part judged all but the last, which is the chosen setting,
 *     judged by all; empty where no class has two pictures, so that nothing could be judged
 * @param chosen index in {@code tried}; -1 where it is empty
 * @param folds how many parts the pictures were dealt into
 * @param repeats how many times they were dealt anew
 * @param nearestMean the folds' accuracy of the class whose mean is nearest, 0..1; NaN where nothing could be judged
 * @param majority the accuracy of naming the largest class always, 0..1
 * @param alone classes with one picture: no fold can say how well they are recognised
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
