package dev.graft.train;

import dev.graft.batch.DeviceBatch;
import dev.graft.checkpoint.OptimizerState;
import dev.graft.checkpoint.RunState;
import dev.graft.loss.BatchLoss;
import dev.graft.model.BatchMemory;
import dev.graft.model.Classifier;
import dev.graft.model.Precision;
import dev.graft.plan.ClassSizes;
import dev.graft.plan.Phase;
import dev.graft.torch.Autocast;
import dev.graft.torch.Tf32;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * One training step, for your own loop: forward, loss, backward, checks of the gradients, the optimizer's step. {@link
 * Trainer} uses it too. Owns native memory: close it. Not thread-safe. The caller keeps the classifier and, before the
 * first step, moves it to its device, unfreezes what learns and sets its mode.
 */
public final class TrainingStep implements AutoCloseable {
    private final Classifier classifier;
    private final BatchLoss loss;
    private final Precision precision;
    private final TorchOptimizer optimizer;
    private final Optional<LossScale> scale;
    private final Gradients gradients;
    private final WeightAverage average;
    private final int accumulate;
    private Optional<GradientAverage> divided = Optional.empty(); // where ranks have a part of each batch
    private long pictures; // whose gradients are added up for the next step
    private double rates = 1; // the current factor of the learning rates

    /**
     * Prepares the optimizer and the loss.
     *
     * @param phase the groups of layers that learn, optimizer and loss; their parameters must not be frozen
     * @param precision of the forward pass and the loss; parameters and optimizer stay in FP32
     * @throws IllegalArgumentException when the loss has balanced weights: give the sizes of the classes for these
     */
    public TrainingStep(Classifier classifier, Phase phase, Precision precision) {
        this(classifier, phase, precision, ClassSizes.unknown(classifier.card().classes()));
    }

    /**
     * The same for a loss with weights of classes.
     *
     * @param sizes the classes of the training pictures, which are the classifier's
     * @throws IllegalArgumentException when weights cannot be made for these classes
     */
    public TrainingStep(Classifier classifier, Phase phase, Precision precision, ClassSizes sizes) {
        this(classifier, phase, precision, sizes, precision.scalesLoss());
    }

    TrainingStep(Classifier classifier, Phase phase, Precision precision, ClassSizes sizes, boolean scalesLoss) {
        this.classifier = classifier;
        this.loss = BatchLoss.of(phase.loss(), sizes);
        this.precision = precision;
        this.optimizer = new TorchOptimizer(classifier, phase);
        this.scale = scalesLoss ? Optional.of(new LossScale()) : Optional.empty();
        this.gradients =
                new Gradients(optimizer.parameters().values(), phase.updates().clipping());
        this.average = new WeightAverage(optimizer.parameters(), phase.updates().averaging());
        this.accumulate = phase.updates().accumulate();
    }

    /**
     * Trains on one batch.
     *
     * @return float32 scalar, the batch's mean loss before the step, still on the device, owned by the open scope
     * @throws dev.graft.torch.OutOfMemoryException with an estimate of the memory that such a batch needs
     */
    public Tensor learn(DeviceBatch batch) {
        return learn(() -> classifier.forward(batch.images()), batch.labels());
    }

    /**
     * Trains the head on features of the frozen layers, see {@link dev.graft.model.fuse.FusedTrunk#features}.
     *
     * @param features float32 [n, features], on the classifier's device, not an inference tensor
     * @param target int64 [n], class indices, or float32 [n, classes], rows of probabilities; on the same device
     * @return float32 scalar, the batch's mean loss before the step, still on the device, owned by the open scope
     * @throws dev.graft.torch.OutOfMemoryException with an estimate of the memory that such a batch needs
     * @throws IllegalArgumentException when the network is not one of Graft's own
     */
    public Tensor learnFromFeatures(Tensor features, Tensor target) {
        return learn(() -> classifier.headForward(features), target);
    }

    /** From now on, each rank of a team has a part of every batch. */
    void divideAmong(Team team) {
        if (!team.isAlone())
            divided =
                    Optional.of(new GradientAverage(team, optimizer.parameters().values()));
    }

    private Tensor learn(Supplier<Tensor> logits, Tensor target) {
        begin();
        Tensor value = add(logits, target);
        end();
        return value;
    }

    /** Begins a step of one or more batches. */
    void begin() {
        optimizer.zeroGrad();
        pictures = 0;
        divided.ifPresent(GradientAverage::begin);
    }

    /**
     * Adds a batch's gradients to the step.
     *
     * @return float32 scalar, the batch's mean loss, still on the device, owned by the open scope
     */
    Tensor add(Supplier<Tensor> logits, Tensor target) {
        try (Tf32 products = precision.products()) {
            Tensor value = forward(logits, target);
            if (divided.isPresent()) addPart(value, target);
            else backward(accumulate == 1 ? value : value.mul(new Scalar((double) target.size(0))));
            pictures += target.size(0);
            return value;
        } catch (RuntimeException e) {
            throw BatchMemory.explain(e, classifier, target.size(0), true);
        }
    }

    private void addPart(Tensor value, Tensor target) {
        double weight = loss.weight(target);
        backward(value.mul(new Scalar(weight)));
        divided.orElseThrow().add(value, weight);
    }

    /**
     * Makes the step of all ranks' parts.
     *
     * @param stop whether this rank was asked to stop
     * @return what the step was; without weight, there was none
     */
    GradientAverage.Step endTogether(boolean stop) {
        GradientAverage.Step all = divided.orElseThrow().exchange(stop);
        if (all.weight() > 0) apply();
        return all;
    }

    /** Makes the step: what happens to the gradients, the optimizer, what happens to the weights. */
    void end() {
        if (accumulate > 1) gradients.divide(pictures);
        apply();
    }

    private void apply() {
        if (!gradientsCount()) return;
        gradients.clip();
        optimizer.step();
        average.update();
    }

    private Tensor forward(Supplier<Tensor> logits, Tensor target) {
        try (Autocast forward = precision.autocast(classifier.device())) {
            return loss.of(logits.get(), target);
        }
    }

    /** One optimizer step for a loss. */
    void follow(Tensor value) {
        begin();
        backward(value);
        end();
    }

    private void backward(Tensor value) {
        Tensor from = scale.isPresent() ? scale.get().scaled(value) : value;
        from.backward();
    }

    /** Unscales the gradients if there is a loss scale; false if the step must be skipped. */
    private boolean gradientsCount() {
        return scale.isEmpty() || scale.get().takeOut(optimizer.parameters().values());
    }

    /** Sets every learning rate to the planned one times {@code factor}, from the next step on. */
    void scaleLearningRates(double factor) {
        if (factor != rates) optimizer.scaleLearningRates(factor);
        rates = factor;
    }

    /** The optimizer's state. The open scope owns the tensors. */
    OptimizerState optimizerState() {
        return optimizer.state();
    }

    /** For a checkpoint. */
    Learned learned() {
        return new Learned(this::optimizerState, average::state);
    }

    /** The loss scale's state; null if there is none. */
    RunState.LossScale scaleState() {
        return scale.map(LossScale::state).orElse(null);
    }

    /**
     * Continues from a saved state.
     *
     * @param averaged weights; empty if there are none
     * @param scaling null if there is none
     * @throws IllegalArgumentException when it belongs to another plan
     */
    void restore(OptimizerState state, Map<String, Tensor> averaged, RunState.LossScale scaling) {
        optimizer.restore(state);
        average.restore(averaged);
        if (scaling != null) scale.ifPresent(s -> s.restore(scaling));
    }

    /** The average of the weights. */
    WeightAverage average() {
        return average;
    }

    @Override
    public void close() {
        average.close();
        divided.ifPresent(GradientAverage::close);
        optimizer.close();
        loss.close();
    }
}
