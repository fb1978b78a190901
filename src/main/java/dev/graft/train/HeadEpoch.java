package dev.graft.train;

import dev.graft.checkpoint.RunState;
import dev.graft.data.Sample;
import dev.graft.head.FittedHead;
import dev.graft.head.HeadData;
import dev.graft.head.HeadFitter;
import dev.graft.head.NotFiniteException;
import dev.graft.head.OutOfFold;
import dev.graft.plan.CrossValidated;
import dev.graft.plan.Phase;
import dev.graft.report.Event;
import dev.graft.torch.NativeScope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The one epoch of a phase that fits the head at once. What is stopped within it begins again: it takes seconds. */
final class HeadEpoch implements Epoch {
    private final RunContext context;
    private final Phase phase;
    private final RunState from;
    private final FeatureSource source;
    private final Checkpoints checkpoints;
    private final byte[] drawnFrom;
    private final long start = System.nanoTime();
    private Optional<FittedHead> fitted = Optional.empty();

    HeadEpoch(RunContext context, Phase phase, RunState from, FeatureSource source, Checkpoints checkpoints) {
        this.context = context;
        this.phase = phase;
        this.from = from;
        this.source = source;
        this.checkpoints = checkpoints;
        this.drawnFrom = context.orders().state();
    }

    @Override
    public boolean hasNext() {
        return fitted.isEmpty();
    }

    @Override
    public void step() throws IOException, Stopped {
        int folds = ((CrossValidated) phase.optimizer()).folds();
        HeadFitter fitter = new HeadFitter(folds, Draws.seed(context.plan().seed(), "folds", from.epoch(), 0));
        int[] samples = source.readable();
        try (NativeScope scope = NativeScope.open()) {
            HeadData data = data(samples);
            fitted = fitter.stopWhen(context.team().isAlone() ? context.stop() : () -> false)
                    .fit(data);
        }
        if (fitted.isEmpty()) {
            checkpoints.write(Learned.nothing(phase.optimizer().kind()), drawnFrom, from);
            throw new Stopped();
        }
        checkpoints.dueAfterStep();
        FittedHead found = fitted.get();
        refuseUnusable(found, from.epoch() + 1);
        context.classifier().replaceHead(found.head().weight(), found.head().bias());
        tell(found, samples);
    }

    private HeadData data(int[] samples) {
        try {
            return source.headData(samples);
        } catch (NotFiniteException e) {
            Sample first = context.data().train().get(samples[e.first()]);
            throw new TrainingException(
                    e.getMessage() + "; row " + (e.first() + 1) + " is " + first.file() + ". The head is as it was");
        }
    }

    /** @throws TrainingException when the loss or a number of the head is not finite */
    static void refuseUnusable(FittedHead found, int epoch) {
        boolean finite = Double.isFinite(found.loss())
                && isFinite(found.head().weight())
                && isFinite(found.head().bias());
        if (finite) return;
        throw new TrainingException("training: the head fitted at epoch " + epoch + " is not finite, at a loss of "
                + found.loss() + "; check the weights and the pictures, or fit the head by steps (another recipe)."
                + " It was not taken: the head is as it was");
    }

    private static boolean isFinite(float[] values) {
        for (float v : values) if (!Float.isFinite(v)) return false;
        return true;
    }

    private void tell(FittedHead found, int[] samples) throws IOException {
        int epoch = from.epoch() + 1;
        context.listeners().tell(new Event.StepsTaken(epoch, 0, new double[] {found.loss()}));
        OutOfFold folds = found.outOfFold();
        List<String> classes = context.classifier().card().classes();
        List<Event.OutOfFold> all = new ArrayList<>();
        for (int i = 0; i < samples.length; i++) {
            if (folds.predicted()[i] < 0) continue;
            Sample sample = context.data().train().get(samples[i]);
            all.add(new Event.OutOfFold(
                    sample.file(),
                    classes.get(sample.label()),
                    classes.get(folds.predicted()[i]),
                    folds.probability()[i],
                    folds.best()[i]));
        }
        List<String> alone = found.choice().alone().stream().map(classes::get).toList();
        context.listeners().tell(new Event.HeadFitted(epoch, found.choice(), alone, all, seconds(System.nanoTime())));
    }

    @Override
    public RunState end() {
        double loss = fitted.orElseThrow().loss();
        return new RunState(from.phase(), from.epoch(), 1, 1, loss, null, from.history());
    }

    @Override
    public byte[] drawnFrom() {
        return drawnFrom;
    }

    @Override
    public double seconds(long nanos) {
        return (nanos - start) / 1e9;
    }

    @Override
    public double waitedSeconds() {
        return 0;
    }

    @Override
    public void close() {
        // it holds nothing
    }
}
