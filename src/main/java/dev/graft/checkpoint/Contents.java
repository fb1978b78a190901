package dev.graft.checkpoint;

import dev.graft.model.Classifier;
import dev.graft.plan.TrainingPlan;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * What a checkpoint holds; all of it stays the caller's.
 *
 * @param averaged averaged weights by their names in {@code state_dict()}; empty where none are kept
 * @param generator the random source's state before the order of the epoch that is on, or of the next, was drawn
 */
public record Contents(
        Classifier classifier,
        OptimizerState optimizer,
        Map<String, Tensor> averaged,
        byte[] generator,
        TrainingPlan plan,
        RunState run,
        Data data) {}
