package dev.graft.train;

import dev.graft.checkpoint.RunState;
import dev.graft.mix.Mixer;
import dev.graft.plan.Phase;
import dev.graft.plan.Schedule;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The training part of one epoch of steps, or the rest of it after a resume. Used by the training thread, which closes it. */
final class EpochRun implements Epoch {
    private final RunContext context;
    private final Phase phase;
    private final RunState from;
    private final TrainingStep step;
    private final Source source;
    private final Mixer mixer;
    private final LossLog losses;
    private final Checkpoints checkpoints;
    private final byte[] drawnFrom;
    private final int[] order;
    private final Source.Batches batches;
    private final long start = System.nanoTime();
    private final int accumulate;
    private final long stepsBefore; // in earlier epochs of this phase
    private final long stepsOfPhase;
    private int steps;
    private boolean hasNext = true;
    private boolean stopTogether; // a rank was asked to

    EpochRun(
            RunContext context,
            Phase phase,
            RunState from,
            TrainingStep step,
            Source source,
            LossLog losses,
            Checkpoints checkpoints) {
        this.context = context;
        this.phase = phase;
        this.from = from;
        this.step = step;
        this.source = source;
        this.mixer = new Mixer(
                context.plan().input().mixing(),
                context.classifier().card().classes().size());
        this.losses = losses;
        this.checkpoints = checkpoints;
        this.drawnFrom = context.orders().state();
        this.order = context.orders().next(from.epoch());
        this.steps = from.step();
        this.accumulate = phase.updates().accumulate();
        int first = context.plan().epochsBefore(from.phase());
        this.stepsBefore = steps(first, from.epoch());
        this.stepsOfPhase = stepsBefore + steps(from.epoch(), first + phase.epochs());
        NormRules.require(context, phase, order.length);
        losses.begin(from.epoch(), from.step(), from.lossSum());
        source.mode(phase.mode());
        this.batches = source.train(from.epoch(), order, from.batch());
    }

    private long steps(int firstEpoch, int end) {
        long sum = 0;
        for (int e = firstEpoch; e < end; e++) {
            sum += (context.orders().batches(e, context.batchSize()) + accumulate - 1) / accumulate;
        }
        return sum;
    }

    @Override
    public boolean hasNext() {
        return hasNext;
    }

    /** Learns from the next batch, if there is one. */
    @Override
    public void step() throws IOException, Stopped {
        context.team().at(from.epoch(), steps);
        try (NativeScope scope = NativeScope.open()) {
            int first = context.plan().epochsBefore(from.phase());
            step.scaleLearningRates(phase.schedule()
                    .factor(new Schedule.At(
                            from.epoch() - first,
                            phase.epochs(),
                            stepsBefore + batches.taken() / accumulate,
                            stepsOfPhase,
                            from.history().losses())));
            if (!makeStep()) {
                hasNext = false;
                return;
            }
        }
        hasNext = (long) batches.taken() * context.batchSize() < order.length;
        boolean due = checkpoints.dueAfterStep();
        if (due) save();
        if (asksToStop() && hasNext) {
            if (!due) save();
            throw new Stopped();
        }
    }

    /** Ranks that share a step stop after the same one; those that train alike do at the end of an epoch. */
    private boolean asksToStop() {
        return context.team().isAlone() ? context.stop().getAsBoolean() : stopTogether;
    }

    /** The same for this rank's parts of the batches. A step of which no rank has a picture is none. */
    private boolean makeStepTogether() throws IOException {
        step.begin();
        int first = batches.taken();
        while (batches.taken() - first < accumulate) {
            try (NativeScope scope = NativeScope.open()) {
                Source.InputBatch next = batches.next();
                if (next == null) break;
                if (!next.isEmpty()) learn(next);
            }
        }
        if (batches.taken() == first) return false;
        GradientAverage.Step all = step.endTogether(context.stop().getAsBoolean());
        stopTogether |= all.stop();
        if (all.weight() == 0) return true;
        int from = first * context.batchSize();
        int[] samples = Arrays.copyOfRange(
                order, from, Math.min(order.length, from + context.batchSize() * (batches.taken() - first)));
        try (StepLoss loss = new StepLoss()) {
            loss.add(torch.full(new long[] {}, new Scalar(all.loss())), samples);
            losses.add(loss);
        }
        steps++;
        return true;
    }

    /** Learns from as many batches as make a step. Returns whether there was one. */
    private boolean makeStep() throws IOException {
        if (!source.dividesAmong().isAlone()) return makeStepTogether();
        step.begin();
        try (StepLoss loss = new StepLoss()) {
            while (loss.batches() < accumulate) {
                try (NativeScope scope = NativeScope.open()) {
                    Source.InputBatch next = batches.next();
                    if (next == null) break;
                    loss.add(learn(next), next.samples());
                }
            }
            if (loss.batches() == 0) return false;
            step.end();
            losses.add(loss);
            steps++;
            return true;
        }
    }

    /**
     * Graft's own networks draw random numbers only in a head with dropout; others may have dropout anywhere. The numbers depend only on
     * the seed, the epoch and the step.
     */
    private Tensor learn(Source.InputBatch batch) {
        if (batch.samples().length == 1) NormRules.requireMore(context, phase); // others could not be read
        Mixer.Batch mixed = mixed(new Mixer.Batch(batch.input(), batch.target()));
        Supplier<Tensor> learned = () -> step.add(() -> source.logits(mixed.images()), mixed.target());
        if (!context.classifier().card().drawsNumbers()) return learned.get();
        try (RandomSource numbers = new RandomSource(seed("network"))) {
            return numbers.asDefault(learned);
        }
    }

    private Mixer.Batch mixed(Mixer.Batch batch) {
        return mixer.mixes() ? mixer.mix(batch, seed("mixing")) : batch;
    }

    private long seed(String purpose) {
        return Draws.seed(context.plan().seed(), source.dividesAmong().purpose(purpose), from.epoch(), batches.taken());
    }

    private void save() throws IOException {
        losses.flush();
        checkpoints.write(step.learned(), drawnFrom, state());
    }

    private RunState state() {
        return new RunState(
                from.phase(), from.epoch(), steps, batches.taken(), losses.sum(), step.scaleState(), from.history());
    }

    @Override
    public RunState end() throws IOException {
        batches.close();
        losses.flush();
        if (steps == 0) {
            throw new IOException("training: none of the epoch's " + order.length
                    + " pictures could be read, for example "
                    + source.skipped().values().stream().findFirst().orElse("none at all") + "; check the data");
        }
        return state();
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
        return batches.waitedNanos() / 1e9;
    }

    @Override
    public void close() {
        batches.close();
    }
}
