package dev.graft.report;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Pictures that may lie in the wrong class: heads or networks that were trained without them are sure of another class.
 * Whose verdicts are hardly better than a guess names none.
 */
public final class Suspects {
    /** The largest number of pictures that are named. */
    public static final int MOST = 20;

    /** The other class is this many times as probable. */
    private static final double TIMES = 3;

    /** What heads or networks say of a picture that they were trained without. */
    public interface Verdict {
        /** The class that it lies in. */
        String actual();

        /** The class that they find most likely. */
        String predicted();

        /** The probability of the class that it lies in, 0..1. */
        double probability();

        /** The probability of the class that they find most likely, 0..1. */
        double predictedProbability();
    }

    private Suspects() {}

    /**
     * Those whose own class got less than a third of the probability of the most likely one; the least likely first. None
     * where the accuracy over all pictures is no better than that of the largest class always.
     *
     * @param all the verdicts on all pictures
     * @param most how many at most; never more than {@link #MOST}
     */
    public static <V extends Verdict> List<V> of(List<V> all, int most) {
        if (!isBetterThanTheLargestClass(all)) return List.of();
        return all.stream()
                .filter(v -> !v.predicted().equals(v.actual()))
                .filter(v -> TIMES * v.probability() < v.predictedProbability())
                .sorted(Comparator.comparingDouble(Verdict::probability))
                .limit(Math.min(most, MOST))
                .toList();
    }

    private static boolean isBetterThanTheLargestClass(List<? extends Verdict> all) {
        if (all.isEmpty()) return false;
        Map<String, Long> sizes = all.stream().collect(Collectors.groupingBy(Verdict::actual, Collectors.counting()));
        long right = all.stream().filter(v -> v.predicted().equals(v.actual())).count();
        return right > Collections.max(sizes.values());
    }
}
