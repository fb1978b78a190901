package dev.graft.train;

import dev.graft.batch.BatchLoader;
import dev.graft.batch.Layout;
import dev.graft.batch.Staging;
import dev.graft.checkpoint.RunState;
import dev.graft.metrics.Metric;
import dev.graft.metrics.Metrics;
import dev.graft.model.Classifier;
import dev.graft.model.Precision;
import dev.graft.plan.Mode;
import dev.graft.plan.Phase;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import dev.graft.torch.ExitGuard;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One phase of a run, starting at its first epoch that is not done. Unfreezes the phase's layers, and owns the source
 * of its batches, its optimizer and its loss log. Used by the training thread.
 */
final class Stage implements AutoCloseable {
    private final RunContext context;
    private final Checkpoints checkpoints;
    private final BatchLoader loader;
    private final Staging staging;
    private final Phase phase;
    private final int end; // the epoch after its last, over all phases
    private final Optional<TrainingStep> step; // empty where the head is fitted at once
    private final LossLog losses;
    private final Optional<JudgedWeights> judged;
    private final BestWeights best;
    private final Endings endings;
    private RunState at;
    private Source source;
    private Optional<Evaluation> evaluation = Optional.empty();
    private Optional<String> early = Optional.empty(); // why the phase or the run ended

    /**
     * Sets what is frozen in the classifier and moves it to the device.
     *
     * @param best takes the weights of the best epoch
     * @param at the state of the run
     */
    Stage(
            RunContext context,
            Checkpoints checkpoints,
            BatchLoader loader,
            Staging staging,
            BestWeights best,
            RunState at) {
        this.context = context;
        this.checkpoints = checkpoints;
        this.loader = loader;
        this.staging = staging;
        this.best = best;
        this.at = at;
        this.endings = new Endings(context.plan().ending());
        TrainingPlan plan = context.plan();
        this.phase = plan.phases().get(at.phase());
        this.end = plan.epochsBefore(at.phase() + 1);
        Classifier classifier = context.classifier();
        classifier.freeze();
        phase.groups().forEach(g -> classifier.unfreeze(g.layer()));
        classifier.moveTo(
                context.device(),
                headAlone() ? Layout.CONTIGUOUS : plan.compute().layout());
        this.step = phase.fitsAtOnce()
                ? Optional.empty()
                : Optional.of(new TrainingStep(
                        classifier, phase, learningPrecision(), context.data().sizes(classifier)));
        try {
            String first = context.frozenOnce() ? phase.firstThatLearns() : "";
            this.judged = step.map(s -> new JudgedWeights(context, phase, s.average(), first));
            this.losses = new LossLog(context, checkpoints::lastFile);
        } catch (RuntimeException e) {
            step.ifPresent(TrainingStep::close);
            throw e;
        }
    }

    /** If only the head learns, the convolutions do not run here. Then they stay row-major, as files need them. */
    private boolean headAlone() {
        return context.frozenOnce() && phase.firstThatLearns().equals(Classifier.HEAD);
    }

    /** After frozen layers that run only once, the layers that learn compute in FP32. */
    private Precision learningPrecision() {
        return context.frozenOnce() ? Precision.FP32 : context.plan().compute().precision();
    }

    /**
     * Prepares the training.
     *
     * @param resume set if this phase resumes from a checkpoint
     * @throws Stopped when asked to stop before it is ready; a checkpoint is written
     */
    void begin(Optional<Resume> resume) throws IOException, Stopped {
        if (resume.isPresent()) resume.get().restore(step, context.orders());
        context.listeners()
                .tell(new Event.PhaseBegan(
                        phase,
                        at.phase() + 1,
                        context.plan().phases().size(),
                        context.plan().epochsBefore(at.phase()) + 1));
        prepare();
    }

    /** Makes the source of the batches. */
    void prepare() throws IOException, Stopped {
        context.team().takeFirst(context.classifier().state().values());
        try {
            source = context.frozenOnce()
                    ? new FeatureComputation(context, phase, loader, staging).source(at.epoch(), end)
                    : pictures();
        } catch (Stopped e) {
            save();
            throw e;
        }
        step.ifPresent(s -> s.divideAmong(source.dividesAmong()));
    }

    private Source pictures() throws IOException {
        Precision precision = context.plan().compute().precision();
        precision.warnIfSlow(context.device()); // fused layers log it themselves
        return new PictureSource(context, loader, staging, precision);
    }

    boolean hasEpoch() {
        return at.epoch() < end;
    }

    /** Begins the next epoch, or continues within it. */
    Epoch beginEpoch() {
        return step.isPresent()
                ? new EpochRun(context, phase, at, step.get(), source, losses, checkpoints)
                : new HeadEpoch(context, phase, at, (FeatureSource) source, checkpoints);
    }

    /**
     * Evaluates the weights after an epoch and tells the listeners.
     *
     * @throws Stopped when asked to stop; a checkpoint is written
     */
    void end(Epoch epoch) throws IOException, Stopped {
        RunState done = epoch.end();
        long trained = System.nanoTime();
        Evaluation now = judge(epoch, done);
        evaluation = Optional.of(now);
        int number = done.epoch() + 1;
        at = checkpoints.keepBest(
                now.scores(),
                number,
                learned(),
                context.orders().state(),
                next(done, now, context.team().first(epoch.seconds(System.nanoTime()))));
        if (context.plan().ending().takeBest() && at.best() != null && at.best().epoch() == number)
            best.keep(context.classifier());
        if (isThisPhase()) judged.ifPresent(JudgedWeights::hide);
        boolean last = at.epoch() == context.plan().epochs();
        boolean due = last || checkpoints.dueAfterEpoch();
        if (due) save();
        else checkpoints.leaveEarlierBehind();
        checkpoints.keepLast(number, learned(), context.orders().state(), at);
        context.listeners()
                .tell(new Event.EpochEnded(
                        number,
                        context.plan().epochs(),
                        phase.name(),
                        metrics(done, now),
                        epoch.seconds(trained),
                        (System.nanoTime() - trained) / 1e9,
                        epoch.waitedSeconds()));
        if (early.isPresent()) context.listeners().tell(new Event.EndedEarly(number, phase.name(), early.get()));
        if (!last && context.team().any(context.stop().getAsBoolean())) {
            if (!due) save();
            throw new Stopped(evaluation);
        }
    }

    private Evaluation judge(Epoch epoch, RunState done) throws IOException, Stopped {
        try {
            keepFirstStatistics();
            if (judged.isPresent()) judged.get().show(source);
            Evaluation now = evaluate();
            for (float[] logits : now.scores().logits()) requireFinite(logits, done.epoch() + 1);
            return now;
        } catch (Stopped e) {
            judged.ifPresent(JudgedWeights::hide);
            checkpoints.write(learned(), epoch.drawnFrom(), done);
            throw e;
        }
    }

    /** Ranks whose batch norms have statistics of their own end an epoch with rank 0's. */
    private void keepFirstStatistics() {
        if (context.team().usesOwnStatistics() && phase.mode() == Mode.TRAINING)
            context.team().takeFirst(context.classifier().buffers().values());
    }

    /** After the last step of an epoch there is no loss that would tell. */
    private void requireFinite(float[] logits, int epoch) {
        for (float l : logits) {
            if (!Float.isFinite(l))
                throw new TrainingException("training: the logits of the validation pictures became " + l
                        + " after epoch " + epoch + "; lower the learning rate. The model in memory is unusable; "
                        + losses.lastGood());
        }
    }

    private boolean isThisPhase() {
        return context.plan().phases().get(at.phase()) == phase;
    }

    /** The state after an epoch. After the last epoch of a phase it is the begin of the next phase, if there is one. */
    private RunState next(RunState done, Evaluation now, double seconds) {
        RunState.History history = endings.after(done.history(), now, seconds);
        int epoch = done.epoch() + 1;
        int phases = context.plan().phases().size();
        early = epoch == context.plan().epochs() ? Optional.empty() : endings.ofRun(history, seconds);
        if (early.isPresent())
            return new RunState(phases - 1, context.plan().epochs(), 0, 0, 0, null, history.nextPhase());
        early = epoch == end ? Optional.empty() : endings.ofPhase(history);
        if (early.isPresent()) epoch = end;
        return epoch == end && done.phase() + 1 < phases
                ? new RunState(done.phase() + 1, epoch, 0, 0, 0, null, history.nextPhase())
                : new RunState(done.phase(), epoch, 0, 0, 0, done.lossScale(), history);
    }

    private static final String PREFIX = "val_";

    /** Reported of a multi-label model, as few of its pictures may have all labels right. */
    private static final List<Metric> OF_LABELS =
            List.of(Metrics.averagePrecision(), Metrics.microF1(), Metrics.macroF1(), Metrics.hammingLoss());

    private Map<String, Number> metrics(RunState done, Evaluation judged) {
        Map<String, Number> metrics = new LinkedHashMap<>();
        metrics.put("mean_loss", done.lossSum() / done.step());
        metrics.put(PREFIX + "correct", judged.correct());
        metrics.put(PREFIX + "pictures", judged.samples().length);
        metrics.put(PREFIX + "accuracy", judged.accuracy());
        if (judged.scores().isMultiLabel())
            for (Metric m : OF_LABELS) metrics.put(PREFIX + m.name(), m.of(judged.scores()));
        for (Metric m : context.metrics()) metrics.putIfAbsent(PREFIX + m.name(), m.of(judged.scores()));
        return metrics;
    }

    private Evaluation evaluate() throws IOException, Stopped {
        // An exit of the JVM does not wait for a whole evaluation.
        return Evaluation.of(
                context.classifier(), context.data().validation(), source, ExitGuard::exiting, context.team());
    }

    private void save() throws IOException {
        checkpoints.write(learned(), context.orders().state(), at);
    }

    /** What the run's current phase has learned: the next phase begins with a new optimizer. */
    private Learned learned() {
        Phase now = context.plan().phases().get(at.phase());
        return now == phase && step.isPresent()
                ? step.get().learned()
                : Learned.nothing(now.optimizer().kind());
    }

    /** The current state of the run. */
    RunState state() {
        return at;
    }

    /**
     * Ends the phase with the weights that it is judged by, and gives their evaluation.
     *
     * @throws Stopped when the JVM exits during the evaluation
     */
    Evaluation evaluation() throws IOException, Stopped {
        if (judged.isPresent()) judged.get().keep(source);
        return evaluation.isPresent() ? evaluation.get() : evaluate(); // resumed after its last epoch
    }

    @Override
    public void close() {
        if (source != null) source.close();
        losses.close();
        judged.ifPresent(JudgedWeights::close);
        step.ifPresent(TrainingStep::close);
    }
}
