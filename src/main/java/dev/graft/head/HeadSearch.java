package dev.graft.head;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Tries settings of a head, one after the other, and remembers the best; see {@link HeadFitter}. */
final class HeadSearch {
    /** Class weights are tried if the largest class has at least this many times the pictures of the smallest class. */
    private static final double UNEQUAL = 1.5;

    private static final double FACTOR = 4;
    private static final int STRONGEST = 4;
    private static final int WEAKEST = -5;
    private static final int PAST_BEST = 2;

    private final HeadData data;
    private CrossValidation folds;
    private final BooleanSupplier stop;
    private final List<Judged> tried = new ArrayList<>();
    private Judged best;
    private double[]
            near; // a head with the best penalty, [features + 1][classes]: a starting point for similar settings

    /** @param stop checked after each trial; once it returns true, the search methods return false */
    HeadSearch(HeadData data, CrossValidation folds, BooleanSupplier stop) {
        this.data = data;
        this.folds = folds;
        this.stop = stop;
    }

    /** The penalty at which the logits are expected to have a standard deviation of 1 before any picture is seen. */
    static double prior(HeadData data) {
        return data.width();
    }

    Judged best() {
        return best;
    }

    /** Tries penalties from strong to weak, until the newest is some steps past the best. */
    boolean penalties(Design design) {
        double[][] starts = folds.starts(design);
        int since = 0;
        for (int step = STRONGEST; step >= WEAKEST && since < PAST_BEST; step--) {
            double penalty = prior(data) * Math.pow(FACTOR, step);
            Judged judged = judge(design, penalty, Weighting.EQUAL, starts);
            since = best == null || isLess(cost(judged), cost(best)) ? 0 : since + 1;
            if (since == 0) {
                best = judged;
                near = design.wide(starts[0]);
            }
            if (stop.getAsBoolean()) return false;
        }
        return true;
    }

    /** A starting point near the chosen head, for the rows of a design. */
    double[] near(Design design) {
        return design.narrow(near);
    }

    private double[][] starts(Design design) {
        double[][] starts = new double[folds.repeats() * folds.folds()][];
        for (int i = 0; i < starts.length; i++) starts[i] = near(design);
        return starts;
    }

    private Judged judge(Design design, double penalty, Weighting weighting, double[][] starts) {
        Judged judged = folds.judge(design, penalty, weighting, starts);
        tried.add(judged);
        return judged;
    }

    /** The cost of a setting: minus the logarithm of the joint likelihood of pictures and prior, per picture. */
    private double cost(Judged judged) {
        double steps = Math.log(judged.trial().setting().penalty() / prior(data)) / Math.log(FACTOR);
        return judged.trial().loss().value() + steps * steps / 2 / data.pictures();
    }

    /** Compares costs. NaN counts as greater than any number, so a setting that could not be judged never wins. */
    static boolean isLess(double one, double other) {
        return Double.compare(one, other) < 0;
    }

    /** Tries class weights, if the class sizes are unequal. */
    boolean weightings(Design design) {
        int[] counts = Arrays.stream(data.counts()).filter(c -> c > 0).toArray();
        double most = Arrays.stream(counts).max().orElseThrow();
        double least = Arrays.stream(counts).min().orElseThrow();
        if (most / least < UNEQUAL) return true;
        Judged equal = best;
        for (Weighting weighting : new Weighting[] {Weighting.ROOT, Weighting.BALANCED}) {
            Judged judged = judge(design, equal.trial().setting().penalty(), weighting, starts(design));
            boolean affordable =
                    judged.trial().loss().value() - equal.trial().loss().value() <= judged.lossDifferenceError(equal);
            if (affordable && judged.trial().balancedAccuracy() > best.trial().balancedAccuracy()) best = judged;
            if (stop.getAsBoolean()) return false;
        }
        return true;
    }

    /** @param design includes the views */
    boolean views(Design design) {
        Trial.Setting so = best.trial().setting();
        Judged judged = judge(design, so.penalty(), so.weighting(), starts(design));
        if (isLess(judged.trial().loss().value(), best.trial().loss().value())) best = judged;
        return !stop.getAsBoolean();
    }

    /** Judges the best setting on all pictures, if only a subset chose it. */
    boolean again(Design all, CrossValidation byAll) {
        folds = byAll;
        Trial.Setting so = best.trial().setting();
        best = judge(all, so.penalty(), so.weighting(), starts(all));
        return !stop.getAsBoolean();
    }

    /** @param design of all pictures */
    HeadChoice choice(Design design) {
        return new HeadChoice(
                tried.stream().map(Judged::trial).toList(),
                tried.indexOf(best),
                folds.folds(),
                folds.repeats(),
                folds.nearestMean(design),
                majority(design.data()),
                alone(design.data()));
    }

    /** The choice when no class has two pictures. */
    static HeadChoice nothingJudged(HeadData data) {
        return new HeadChoice(List.of(), -1, 0, 0, Double.NaN, majority(data), alone(data));
    }

    private static double majority(HeadData data) {
        return Arrays.stream(data.counts()).max().orElseThrow() / (double) data.pictures();
    }

    private static List<Integer> alone(HeadData data) {
        int[] counts = data.counts();
        return IntStream.range(0, counts.length)
                .filter(c -> counts[c] == 1)
                .boxed()
                .toList();
    }
}
