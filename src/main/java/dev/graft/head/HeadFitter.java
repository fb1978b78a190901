package dev.graft.head;

import dev.graft.torch.NativeScope;
import dev.graft.torch.Threads;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Fits a head to features: multinomial logistic regression with a penalty on the squares of the weights, to its optimum, in float64 on the
 * processor. Penalty, weights of the classes, views and temperature are chosen by cross-validation over the given pictures alone.
 *
 * <p>The choice: penalties are tried from strong to weak, a factor of 4 apart. Each is judged by the folds' mean loss after the
 * temperature, and by a prior that counts as one picture does: that logits have a standard deviation of about 1, within a factor of 2 for
 * one standard deviation. So the prior decides where there are few pictures, and nothing where there are many. Weights of classes are
 * tried where classes are unequal, and taken where they raise the balanced accuracy at no more than one standard error of loss. Views
 * are taken where they lower the loss. Of more than 10,000 pictures a part with about 10,000, but 5 of each class that has them, tries
 * the settings; the chosen one is judged by all.
 *
 * <p>The same input and seed give the same numbers with the same number of threads. Needs 8 bytes a number of the features and of each
 * view, twice as many while it begins, and 50 bytes a picture and class. One thread.
 */
public final class HeadFitter {
    private static final double TOLERANCE = 1e-6;
    private static final int MOST_TRIED = 10_000;
    private static final int LEAST_TRIED = 5; // of a class
    private static final int ENOUGH_JUDGEMENTS = 200;
    private static final int MOST_REPEATS = 5;
    /** Multiplications of one look at all pictures. */
    private static final double SMALL = 1e8;

    private final int folds;
    private final long seed;
    private final int mostTried;
    private BooleanSupplier stop = () -> false;

    /**
     * Prepares.
     *
     * @param folds how many parts the pictures are dealt into, 2 or more
     * @param seed of the dealing
     */
    public HeadFitter(int folds, long seed) {
        this(folds, seed, MOST_TRIED);
    }

    /** @param mostTried of about so many pictures a part tries the settings */
    HeadFitter(int folds, long seed, int mostTried) {
        if (folds < 2) throw new IllegalArgumentException("head: folds must be at least 2, was " + folds);
        this.folds = folds;
        this.seed = seed;
        this.mostTried = mostTried;
    }

    /** Asked after each trial; once it says true, {@link #fit} gives nothing. */
    public HeadFitter stopWhen(BooleanSupplier request) {
        stop = request;
        return this;
    }

    /** The head at one penalty, no temperature in it; see {@link Trial}. */
    public static LinearHead at(HeadData data, double penalty) {
        if (!(penalty > 0 && penalty < Double.POSITIVE_INFINITY))
            throw new IllegalArgumentException("head: penalty must be above 0, was " + penalty);
        try (Design design = new Design(data, false)) {
            return design.head(solution(design, penalty), 1);
        }
    }

    /** The chosen head; empty when asked to stop before it was found. */
    public Optional<FittedHead> fit(HeadData data) {
        try (Threads.One one = isSmall(data) ? new Threads.One() : null) {
            return chosen(data);
        }
    }

    /** Whether a second thread would take longer to wake and wait for than it saves. */
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

    /** The same share of each class, but {@link #LEAST_TRIED} where it has them: folds judge no class of one picture. */
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
                solution(chosen, best.setting().penalty(), best.setting().weighting(), search.near());
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
                new OutOfFold(predicted, probability),
                design.loss(solution, 1));
    }

    private static double[] solution(Design design, double penalty) {
        int numbers = Math.toIntExact(design.rows().size(1) * design.data().classes());
        return solution(design, penalty, Weighting.EQUAL, new double[numbers]);
    }

    /** Fills {@code from} with the solution that it lies near. */
    private static double[] solution(Design design, double penalty, Weighting weighting, double[] from) {
        HeadData data = design.data();
        try (SoftmaxLoss loss = new SoftmaxLoss(design, weighting.weights(data), penalty / data.pictures())) {
            loss.minimize(from, TOLERANCE);
        }
        return from;
    }
}
