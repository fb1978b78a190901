package dev.graft.train;

import dev.graft.data.Sample;
import dev.graft.features.FeatureStore;
import dev.graft.model.Classifier;
import dev.graft.model.Snapshot;
import dev.graft.plan.Ending;
import dev.graft.plan.Exponential;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Phase;
import dev.graft.plan.Schedule;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import dev.graft.report.TrainingListener;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Finds a learning rate before a run: trains with a phase's settings while the rate rises exponentially, step by step, until the loss
 * diverges; see {@link RateCurve}. The rates of other groups rise with the head's, in the plan's proportions. Then the classifier is what it
 * was before: values, what is frozen, mode, device.
 *
 * <p>Takes as long as that many steps of training and, if the frozen layers run once, their features. Not thread-safe. The caller keeps the
 * classifier and the samples.
 */
public final class RateFinder {
    /**
     * The learning rates to try, those of the phase's first group.
     *
     * @param low the first, above 0
     * @param high the last, above {@code low}
     * @param steps 20 to 100000
     */
    public record Rates(double low, double high, int steps) {
        /** From 1e-7 to 10 in 100 steps. */
        public static final Rates STANDARD = new Rates(1e-7, 10, 100);

        /** Fewer tell nothing. */
        private static final int FEWEST = 20;

        private static final int MOST = 100_000;

        /** Checks the ranges. */
        public Rates {
            if (!(low > 0 && high > low && high <= Float.MAX_VALUE))
                throw new IllegalArgumentException("rates: must be above 0 and rise, were " + low + " to " + high);
            if (steps < FEWEST || steps > MOST)
                throw new IllegalArgumentException(
                        "rates: steps must be " + FEWEST + " to " + MOST + ", were " + steps);
        }

        /** The number with which the rate is multiplied after each step. */
        double growth() {
            return Math.pow(high / low, 1.0 / (steps - 1));
        }
    }

    private final Classifier classifier;
    private final List<Sample> train;
    private final TrainingPlan plan;
    private ComputeDevice device; // null: the best one
    private Optional<FeatureStore> store = Optional.empty();
    private BooleanSupplier stop = () -> false;
    private TrainingListener told = event -> {};

    /**
     * Prepares the search, on the best device of this machine.
     *
     * @param plan whose phase is tried; the seed of the pictures' order is the plan's
     */
    public RateFinder(Classifier classifier, List<Sample> train, TrainingPlan plan) {
        this.classifier = classifier;
        this.train = List.copyOf(train);
        this.plan = plan;
    }

    /** Sets the device to train on. */
    public RateFinder on(ComputeDevice other) {
        device = other;
        return this;
    }

    /** Reads features of earlier runs from this store and adds those of this search. Null for no store, the default. */
    public RateFinder featuresIn(FeatureStore features) {
        store = Optional.ofNullable(features);
        return this;
    }

    /** Ends the search early when {@code request} returns true; the curve then has fewer points. Asked after every step. */
    public RateFinder stopWhen(BooleanSupplier request) {
        stop = request;
        return this;
    }

    /** Sets who is told of the events of this training. */
    public RateFinder listener(TrainingListener each) {
        told = each;
        return this;
    }

    /** {@link #find(String, Rates)} for the plan's first phase. */
    public RateCurve find(Rates rates) throws IOException {
        return find(plan.phases().get(0).name(), rates);
    }

    /**
     * Trains the phase, from the classifier's present weights, and takes the training back.
     *
     * @param phase the name of the phase
     * @throws IllegalArgumentException when there is no such phase, or it makes no steps
     * @throws IOException when a picture cannot be read
     */
    public RateCurve find(String phase, Rates rates) throws IOException {
        TrainingPlan rising = rising(phase, rates);
        RateCurve.Recorder recorder = new RateCurve.Recorder();
        double growth = rates.growth();
        TrainingListener losses = TrainingListener.on(Event.StepsTaken.class, taken -> {
            for (double loss : taken.losses()) recorder.add(rates.low() * Math.pow(growth, recorder.size()), loss);
        });
        try (Snapshot before = new Snapshot(classifier);
                RandomSource random = new RandomSource(plan.seed())) {
            try {
                Trainer.of(classifier, train, rising)
                        .on(device == null ? ComputeDevice.best() : device)
                        .drawingFrom(random)
                        .listener(losses)
                        .listener(told)
                        .featuresIn(store.orElse(null))
                        .stopWhen(() -> recorder.diverged() || recorder.size() >= rates.steps() || stop.getAsBoolean())
                        .fit();
            } catch (TrainingException e) { // the loss or the gradients are no longer finite
                recorder.add(Double.NaN, Double.NaN);
            } finally {
                before.restore();
            }
        }
        return recorder.curve(rates.steps());
    }

    /** The phase alone, with rising rates, long enough. */
    private TrainingPlan rising(String name, Rates rates) {
        Phase phase = plan.phases().stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("rates: there is no phase " + name + "; the phases are "
                        + plan.phases().stream().map(Phase::name).toList()));
        if (phase.fitsAtOnce())
            throw new IllegalArgumentException("rates: phase " + name
                    + " fits the head at once, without a learning rate;" + " name a phase that makes steps");
        double first = phase.groups().get(0).learningRate();
        List<ParameterGroup> groups = phase.groups().stream()
                .map(g -> new ParameterGroup(g.layer(), g.learningRate() / first * rates.low(), g.optimizer()))
                .toList();
        int perStep = plan.input().batchSize() * phase.updates().accumulate();
        int stepsOfEpoch = Math.max(1, (train.size() + perStep - 1) / perStep);
        return plan.withPhases(List.of(phase.withGroups(groups)
                        .withEpochs((rates.steps() + stepsOfEpoch - 1) / stepsOfEpoch)
                        .withUpdates(phase.updates().withAveraging(0))
                        .withSchedule(new Exponential(rates.growth(), Schedule.Every.STEP))))
                .withEnding(Ending.NONE)
                .withReportEvery(1);
    }
}
