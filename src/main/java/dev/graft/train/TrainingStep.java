package dev.graft.train;

import dev.graft.batch.DeviceBatch;
import dev.graft.checkpoint.OptimizerState;
import dev.graft.checkpoint.RunState;
import dev.graft.model.BatchMemory;
import dev.graft.model.Classifier;
import dev.graft.model.Precision;
import dev.graft.plan.CrossEntropy;
import dev.graft.plan.LossSpec;
import dev.graft.plan.Phase;
import dev.graft.torch.Autocast;
import dev.graft.torch.Tf32;
import java.util.Optional;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The step that {@link Trainer} repeats, for a loop of one's own: forward, loss, backward, what happens to the gradients, the
 * optimizer's step. Owns native memory: close it. One thread; the classifier stays the caller's, who also moves it to its device, says
 * what learns and sets its mode, before the first step.
 */
public final class TrainingStep implements AutoCloseable {
    private final Classifier classifier;
    private final LossSpec loss;
    private final Precision precision;
    private final TorchOptimizer optimizer;
    private final Optional<LossScale> scale;
    private double rates = 1; // what they are multiplied with

    /**
     * Prepares the optimizer.
     *
     * @param phase what learns and how; its parameters must not be frozen
     * @param precision of the forward pass and the loss; parameters and their steps stay in FP32
     */
    public TrainingStep(Classifier classifier, Phase phase, Precision precision) {
        this(classifier, phase, precision, precision.scalesLoss());
    }

    TrainingStep(Classifier classifier, Phase phase, Precision precision, boolean scalesLoss) {
        this.classifier = classifier;
        this.loss = phase.loss();
        this.precision = precision;
        this.optimizer = new TorchOptimizer(classifier, phase);
        this.scale = scalesLoss ? Optional.of(new LossScale()) : Optional.empty();
    }

    /**
     * Learns from one batch.
     *
     * @return the batch's mean loss before the step, still on the device, belonging to the open scope
     * @throws dev.graft.torch.OutOfMemoryException saying what such a batch takes
     */
    public Tensor learn(DeviceBatch batch) {
        return learn(() -> classifier.forward(batch.images()), batch.labels());
    }

    /**
     * Lets the head learn from the features that frozen layers gave, see {@link dev.graft.model.Trunk#features}.
     *
     * @param features float32 [n, features], on the classifier's device, not made in inference mode
     * @param target int64 [n], class indices, or float32 [n, classes], rows of probabilities; there too
     * @return the batch's mean loss before the step, still on the device, belonging to the open scope
     * @throws dev.graft.torch.OutOfMemoryException saying what such a batch takes
     */
    public Tensor learnFromFeatures(Tensor features, Tensor target) {
        return learn(() -> classifier.headForward(features), target);
    }

    /** The same of whatever gives logits. */
    Tensor learn(Supplier<Tensor> logits, Tensor target) {
        try (Tf32 products = precision.products()) {
            Tensor value = forward(logits, target);
            follow(value);
            return value;
        } catch (RuntimeException e) {
            throw BatchMemory.explain(e, classifier, target.size(0), true);
        }
    }

    private Tensor forward(Supplier<Tensor> logits, Tensor target) {
        try (Autocast forward = precision.autocast(classifier.device())) {
            return loss(logits.get(), target);
        }
    }

    /** The mean loss; of class indices where the target is int64, of probabilities where it is float32. */
    private Tensor loss(Tensor logits, Tensor target) {
        if (loss instanceof CrossEntropy) return torch.cross_entropy_loss(logits, target);
        throw new IllegalStateException("plan: no loss is known for " + loss);
    }

    /** Goes down a loss by one step. */
    void follow(Tensor value) {
        optimizer.zeroGrad();
        backward(value);
        if (gradientsCount()) optimizer.step();
    }

    private void backward(Tensor value) {
        Tensor from = scale.isPresent() ? scale.get().scaled(value) : value;
        from.backward();
    }

    /** What happens to the gradients; whether they make a step. */
    private boolean gradientsCount() {
        return scale.isEmpty() || scale.get().takeOut(optimizer.parameters().values());
    }

    /** Multiplies every learning rate as planned with {@code factor} from the next step on. */
    void scaleLearningRates(double factor) {
        if (factor != rates) optimizer.scaleLearningRates(factor);
        rates = factor;
    }

    /** What the optimizer remembers; the tensors belong to the caller's scope. */
    OptimizerState optimizerState() {
        return optimizer.state();
    }

    /** The loss scale's state; null where there is none. */
    RunState.LossScale scaleState() {
        return scale.map(LossScale::state).orElse(null);
    }

    /**
     * Continues from another one's state.
     *
     * @param scaling null where there is none
     * @throws IllegalArgumentException when it belongs to another plan
     */
    void restore(OptimizerState state, RunState.LossScale scaling) {
        optimizer.restore(state);
        if (scaling != null) scale.ifPresent(s -> s.restore(scaling));
    }

    @Override
    public void close() {
        optimizer.close();
    }
}
