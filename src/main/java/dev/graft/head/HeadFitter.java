package dev.graft.head;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Fits a head to features: multinomial logistic regression with a penalty on the squares of the weights, to its optimum, in float64 on the
 * processor. Penalty, weights of the classes, views and temperature are chosen by cross-validation over the given pictures alone.
 *
 * <p>The choice: penalties are tried from strong to weak, a factor of 4 apart. Each is judged by the folds' mean loss after the
 * temperature, and by a prior that counts as one picture does: that logits have a standard deviation of about 1, within a factor of 2 for
 * one standard deviation. So the prior decides where there are few pictures, and nothing where there are many. Weights of classes are
 * tried where classes are unequal, and taken where they raise the balanced accuracy at no more than one standard error of loss. Views
 * are taken where they lower the loss.
 *
 * <p>The same input and seed give the same numbers with the same number of threads. Needs 8 bytes a number of the features and of each
 * view, twice as many while it begins, and 50 bytes a picture and class. One thread.
 */
public final class HeadFitter {
    /** The largest class has that many times the pictures of the smallest: then weights are tried. */
    private static final double UNEQUAL = 1.5;

    private static final double PENALTY_FACTOR = 4;
    private static final int STRONGEST = 4;
    private static final int WEAKEST = -5;
    private static final int PAST_BEST = 2;
    private static final double TOLERANCE = 1e-6;
    private static final int ENOUGH_JUDGEMENTS = 200;
    private static final int MOST_REPEATS = 5;

    private final int folds;
    private final long seed;
    private BooleanSupplier stop = () -> false;

    /**
     * Prepares.
     *
     * @param folds how many parts the pictures are dealt into, 2 or more
     * @param seed of the dealing
     */
    public HeadFitter(int folds, long seed) {
        if (folds < 2) throw new IllegalArgumentException("head: folds must be at least 2, was " + folds);
        this.folds = folds;
        this.seed = seed;
    }

    /** Asked after each trial; once it says true, {@link #fit} gives nothing. */
    public HeadFitter stopWhen(BooleanSupplier request) {
        stop = request;
        return this;
    }

    /** The head at one penalty, no temperature in it; see {@link Trial#penalty}. */
    public static LinearHead at(HeadData data, double penalty) {
        if (!(penalty > 0 && penalty < Double.POSITIVE_INFINITY))
            throw new IllegalArgumentException("head: penalty must be above 0, was " + penalty);
        try (Design design = new Design(data, false)) {
            return design.head(solution(design, penalty, Weighting.EQUAL), 1);
        }
    }

    /** The chosen head; empty when asked to stop before it was found. */
    public Optional<FittedHead> fit(HeadData data) {
        int[] counts = data.counts();
        List<Integer> alone = IntStream.range(0, data.classes())
                .filter(c -> counts[c] == 1)
                .boxed()
                .toList();
        double majority = Arrays.stream(counts).max().orElseThrow() / (double) data.pictures();
        try (Design design = new Design(data, false)) {
            if (Arrays.stream(counts).allMatch(c -> c < 2)) {
                HeadChoice none = new HeadChoice(List.of(), -1, 0, 0, Double.NaN, majority, alone);
                return Optional.of(new FittedHead(
                        design.head(solution(design, prior(data), Weighting.EQUAL), 1), none, unjudged(data)));
            }
            int repeats = Math.max(1, Math.min(MOST_REPEATS, ENOUGH_JUDGEMENTS / data.pictures()));
            Search search = new Search(data, new CrossValidation(data, folds, repeats, seed));
            if (!search.penalties(design) || !search.weightings(design)) return Optional.empty();
            FittedHead fitted = null;
            if (!data.views().isEmpty()) {
                try (Design views = new Design(data, true)) {
                    if (!search.views(views)) return Optional.empty();
                    if (search.best.trial().views()) fitted = search.fitted(views);
                }
            }
            if (fitted == null) fitted = search.fitted(design);
            HeadChoice choice = new HeadChoice(
                    search.tried.stream().map(Judged::trial).toList(),
                    search.tried.indexOf(search.best),
                    search.folds.folds(),
                    search.folds.repeats(),
                    search.folds.nearestMean(design),
                    majority,
                    alone);
            return Optional.of(new FittedHead(fitted.head(), choice, fitted.outOfFold()));
        }
    }

    private static double prior(HeadData data) {
        return data.width();
    }

    private static OutOfFold unjudged(HeadData data) {
        int[] predicted = new int[data.pictures()];
        double[] probability = new double[data.pictures()];
        Arrays.fill(predicted, -1);
        Arrays.fill(probability, Double.NaN);
        return new OutOfFold(predicted, probability);
    }

    private static double[] solution(Design design, double penalty, Weighting weighting) {
        HeadData data = design.data();
        double[] solution = new double[Math.toIntExact(design.rows().size(1) * data.classes())];
        try (SoftmaxLoss loss = new SoftmaxLoss(design, weighting.weights(data), penalty / data.pictures())) {
            loss.minimize(solution, TOLERANCE);
        }
        return solution;
    }

    /** What was tried so far. */
    private final class Search {
        private final HeadData data;
        private final CrossValidation folds;
        private final List<Judged> tried = new ArrayList<>();
        private Judged best;

        Search(HeadData data, CrossValidation folds) {
            this.data = data;
            this.folds = folds;
        }

        /** From strong to weak, until the best is some behind. */
        boolean penalties(Design design) {
            double[][] starts = folds.starts(design);
            int since = 0;
            for (int step = STRONGEST; step >= WEAKEST && since < PAST_BEST; step--) {
                double penalty = prior(data) * Math.pow(PENALTY_FACTOR, step);
                Judged judged = judge(design, penalty, Weighting.EQUAL, starts);
                since = best == null || cost(judged) < cost(best) ? 0 : since + 1;
                if (since == 0) best = judged;
                if (stop.getAsBoolean()) return false;
            }
            return true;
        }

        private Judged judge(Design design, double penalty, Weighting weighting, double[][] starts) {
            Judged judged = folds.judge(design, penalty, weighting, starts);
            tried.add(judged);
            return judged;
        }

        /** Minus the logarithm of what the pictures and the prior say, for each picture. */
        private double cost(Judged judged) {
            double steps = Math.log(judged.trial().penalty() / prior(data)) / Math.log(PENALTY_FACTOR);
            return judged.trial().loss() + steps * steps / 2 / data.pictures();
        }

        boolean weightings(Design design) {
            int[] counts = Arrays.stream(data.counts()).filter(c -> c > 0).toArray();
            double most = Arrays.stream(counts).max().orElseThrow();
            double least = Arrays.stream(counts).min().orElseThrow();
            if (most / least < UNEQUAL) return true;
            Judged equal = best;
            for (Weighting weighting : new Weighting[] {Weighting.ROOT, Weighting.BALANCED}) {
                Judged judged = judge(design, equal.trial().penalty(), weighting, folds.starts(design));
                boolean affordable = judged.trial().loss() - equal.trial().loss() <= judged.lossDifferenceError(equal);
                if (affordable && judged.trial().balancedAccuracy() > best.trial().balancedAccuracy()) best = judged;
                if (stop.getAsBoolean()) return false;
            }
            return true;
        }

        boolean views(Design design) {
            Judged judged =
                    judge(design, best.trial().penalty(), best.trial().weighting(), folds.starts(design));
            if (judged.trial().loss() < best.trial().loss()) best = judged;
            return !stop.getAsBoolean();
        }

        FittedHead fitted(Design design) {
            Trial chosen = best.trial();
            double[] solution = solution(design, chosen.penalty(), chosen.weighting());
            return new FittedHead(design.head(solution, 1 / chosen.temperature()), null, best.outOfFold());
        }
    }
}
