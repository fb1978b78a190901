package dev.graft.train;

import dev.graft.batch.Batch;
import dev.graft.model.BatchMemory;
import dev.graft.model.Classifier;
import dev.graft.model.Precision;
import dev.graft.torch.Autocast;
import dev.graft.torch.Tf32;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The step that {@link Trainer} repeats, for a loop of one's own. Owns native memory: close it. One thread; the
 * classifier stays the caller's, who also moves it to its device and sets its mode, before the first step.
 */
public final class TrainingStep implements AutoCloseable {
    private final Classifier classifier;
    private final Precision precision;
    private final Optimizer optimizer;

    /**
     * Prepares the optimizer.
     *
     * @param groups what learns and how; their parameters must not be frozen
     * @param precision of the forward pass and the loss; parameters and their steps stay in FP32
     */
    public TrainingStep(Classifier classifier, List<ParameterGroup> groups, Precision precision) {
        this.classifier = classifier;
        this.precision = precision;
        this.optimizer = new Optimizer(classifier, List.copyOf(groups));
    }

    /**
     * Learns from one batch.
     *
     * @return the batch's mean loss before the step, still on the device, belonging to the open scope
     * @throws dev.graft.torch.OutOfMemoryException saying what such a batch takes
     */
    public Tensor learn(Batch batch) {
        return learn(classifier, optimizer, () -> classifier.forward(batch.images()), batch.labels(), precision);
    }

    /**
     * Lets the head learn from what lies before it, as {@link dev.graft.model.fuse.FusedTrunk#features} gives it.
     *
     * @param features float32 [n, features], on the classifier's device, not made in inference mode
     * @param labels int64 [n], class indices, there too
     * @return the batch's mean loss before the step, still on the device, belonging to the open scope
     * @throws dev.graft.torch.OutOfMemoryException saying what such a batch takes
     * @throws IllegalArgumentException when the network is not one of Graft's own
     */
    public Tensor learnFromFeatures(Tensor features, Tensor labels) {
        return learn(classifier, optimizer, () -> classifier.headForward(features), labels, Precision.FP32);
    }

    static Tensor learn(
            Classifier classifier, Optimizer optimizer, Supplier<Tensor> logits, Tensor labels, Precision precision) {
        try (Tf32 products = precision.products()) {
            optimizer.zeroGrad();
            Tensor loss;
            try (Autocast forward = precision.autocast(classifier.device())) {
                loss = torch.cross_entropy_loss(logits.get(), labels);
            }
            optimizer.learn(loss, precision.scalesLoss());
            return loss;
        } catch (RuntimeException e) {
            throw BatchMemory.explain(e, classifier, labels.size(0), true);
        }
    }

    @Override
    public void close() {
        optimizer.close();
    }
}
