package dev.graft.checkpoint;

import dev.graft.model.Classifier;
import dev.graft.plan.TrainingPlan;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * The contents of a checkpoint. The caller keeps all of it.
 *
 * @param averaged averaged weights by their names in {@code state_dict()}; empty if none are kept
 * @param generator the random source's state before the order of the current or the next epoch was drawn
 */
public record Contents(
        Classifier classifier,
        OptimizerState optimizer,
        Map<String, Tensor> averaged,
        byte[] generator,
        TrainingPlan plan,
        RunState run,
        Data data) {}
