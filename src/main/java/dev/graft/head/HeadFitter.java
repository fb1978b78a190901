package dev.graft.head;

import dev.graft.torch.NativeScope;
import dev.graft.torch.Threads;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Fits a head to features: multinomial logistic regression with a penalty on the squares of the weights. The fit runs to
 * the optimum, in float64 on the processor. The penalty, the class weights, the use of views and the temperature are
 * chosen by cross-validation over the given pictures only.
 *
 * <p>How the setting is chosen: penalties are tried from strong to weak, in steps of a factor of 4. Each is judged by
 * the cross-validated mean loss after the temperature, and by a prior that counts as much as one picture. The prior
 * expects logits with a standard deviation of about 1; one standard deviation of the prior is a factor of 2. So the
 * prior decides if there are few pictures, and has no influence if there are many. Class weights are tried if the class
 * sizes are unequal. They are used if they raise the balanced accuracy and raise the loss by no more than one standard
 * error. Views are used if they lower the loss. With more than 10,000 pictures, the settings are tried on a subset of
 * about 10,000, with at least 5 of each class that has them; the chosen setting is then judged on all pictures.
 *
 * <p>The same input, seed and number of threads give the same numbers. It needs 8 bytes for each number of the features
 * and of each view (twice as much at the start), and 50 bytes for each pair of picture and class. Use it from one
 * thread.
 */
public final class HeadFitter {
    private static final double TOLERANCE = 1e-6;
    private static final int MOST_TRIED = 10_000;
    private static final int LEAST_TRIED = 5; // for each class
    private static final int ENOUGH_JUDGEMENTS = 200;
    private static final int MOST_REPEATS = 5;
    /** The number of multiplications in one pass over all pictures below which the problem is small. */
    private static final double SMALL = 1e8;

    private final int folds;
    private final long seed;
    private final int mostTried;
    private BooleanSupplier stop = () -> false;

    /**
     * Prepares a fit.
     *
     * @param folds the number of folds, at least 2
     * @param seed of the random assignment to folds
     */
    public HeadFitter(int folds, long seed) {
        this(folds, seed, MOST_TRIED);
    }

    /** @param mostTried the settings are tried on a subset of about this many pictures */
    HeadFitter(int folds, long seed, int mostTried) {
        if (folds < 2) throw new IllegalArgumentException("head: folds must be at least 2, was " + folds);
        this.folds = folds;
        this.seed = seed;
        this.mostTried = mostTried;
    }

    /** Sets a stop request, which is checked after each trial. Once it returns true, {@link #fit} returns nothing. */
    public HeadFitter stopWhen(BooleanSupplier request) {
        stop = request;
        return this;
    }

    /** Fits a head with a given penalty (see {@link Trial}), without temperature. */
    public static LinearHead at(HeadData data, double penalty) {
        if (!(penalty > 0 && penalty < Double.POSITIVE_INFINITY))
            throw new IllegalArgumentException("head: penalty must be above 0, was " + penalty);
        try (Design design = new Design(data, false)) {
            return design.head(solution(design, penalty), 1);
        }
    }

    /** Chooses and fits the head. Empty if a stop was requested before the head was found. */
    public Optional<FittedHead> fit(HeadData data) {
        try (Threads.One one = isSmall(data) ? new Threads.One() : null) {
            return chosen(data);
        }
    }

    /** Whether the problem is so small that waking a second thread and waiting for it costs more time than it saves. */
    private static boolean isSmall(HeadData data) {
        return (double) data.pictures() * data.width() * data.classes() < SMALL;
    }

    private Optional<FittedHead> chosen(HeadData data) {
        HeadSearch search;
        try (NativeScope scope = NativeScope.open()) {
            HeadData tried = data.pictures() > mostTried ? some(data) : data;
            if (Arrays.stream(tried.counts()).allMatch(c -> c < 2)) return Optional.of(unjudged(data));
            search = new HeadSearch(tried, validation(tried), stop);
            if (!tried(search, tried)) return Optional.empty();
        }
        try (Design chosen = new Design(data, search.best().trial().setting().views())) {
            if (data.pictures() > mostTried && !search.again(chosen, validation(data))) return Optional.empty();
            return Optional.of(fitted(search, chosen));
        }
    }

    private CrossValidation validation(HeadData data) {
        int repeats = Math.max(1, Math.min(MOST_REPEATS, ENOUGH_JUDGEMENTS / data.pictures()));
        return new CrossValidation(data, folds, repeats, seed);
    }

    /**
     * The same fraction of each class, but at least {@link #LEAST_TRIED} pictures if the class has them: folds cannot
     * judge a class of one picture.
     */
    HeadData some(HeadData data) {
        double share = (double) mostTried / data.pictures();
        return data.select(Folds.share(data, share, LEAST_TRIED, seed));
    }

    private static boolean tried(HeadSearch search, HeadData data) {
        try (Design design = new Design(data, false)) {
            if (!search.penalties(design) || !search.weightings(design)) return false;
        }
        if (data.views().isEmpty()) return true;
        try (Design views = new Design(data, true)) {
            return search.views(views);
        }
    }

    private static FittedHead fitted(HeadSearch search, Design chosen) {
        Trial best = search.best().trial();
        double[] solution =
                solution(chosen, best.setting().penalty(), best.setting().weighting(), search.near(chosen));
        double factor = 1 / best.temperature();
        return new FittedHead(
                chosen.head(solution, factor),
                search.choice(chosen),
                search.best().outOfFold(),
                chosen.loss(solution, factor));
    }

    private static FittedHead unjudged(HeadData data) {
        try (Design design = new Design(data, false)) {
            return unjudged(design);
        }
    }

    private static FittedHead unjudged(Design design) {
        HeadData data = design.data();
        double[] solution = solution(design, HeadSearch.prior(data));
        int[] predicted = new int[data.pictures()];
        double[] probability = new double[data.pictures()];
        Arrays.fill(predicted, -1);
        Arrays.fill(probability, Double.NaN);
        return new FittedHead(
                design.head(solution, 1),
                HeadSearch.nothingJudged(data),
                new OutOfFold(predicted, probability, probability),
                design.loss(solution, 1));
    }

    private static double[] solution(Design design, double penalty) {
        return solution(design, penalty, Weighting.EQUAL, new double[design.variables()]);
    }

    /** Replaces {@code from}, the starting point, with the solution. */
    private static double[] solution(Design design, double penalty, Weighting weighting, double[] from) {
        HeadData data = design.data();
        try (SoftmaxLoss loss = new SoftmaxLoss(design, weighting.weights(data), penalty / data.pictures())) {
            loss.minimize(from, TOLERANCE);
        }
        return from;
    }
}
