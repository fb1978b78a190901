package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.graft.SmallRun;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.model.Precision;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Phase;
import dev.graft.plan.Sgd;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a step learns from. */
class TrainingStepTest {
    private static final Phase HEAD =
            Phase.of("head", 1, List.of(new ParameterGroup(Classifier.HEAD, 0.5, new Sgd(0, 0))));
    private static final int FEATURES = 512;

    @TempDir
    Path folder;

    /** The head after a step on two rows of features, and the loss before it, last. */
    private float[] learned(Tensor target) throws IOException {
        Path weights = HashState.write(folder.resolve("hash.pth"), 10);
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.CARD, random);
                TrainingStep step = new TrainingStep(c, HEAD, Precision.FP32);
                NativeScope scope = NativeScope.open()) {
            float[] features = new float[2 * FEATURES];
            for (int i = 0; i < features.length; i++) features[i] = (i * 7 % 11 - 5) / 8f;
            float loss = step.learnFromFeatures(Tensor.create(features, 2, FEATURES), target)
                    .item_float();
            float[] head = new float[2 * FEATURES + 1];
            new FloatPointer(c.parameters().get("fc.weight").data_ptr()).get(head, 0, 2 * FEATURES);
            head[2 * FEATURES] = loss;
            return head;
        }
    }

    @Test
    void target_rowsOfOneClass_learnAsItsIndices() throws IOException {
        float[] byIndex = learned(Tensor.create(new long[] {1, 0}, 2));
        float[] byRows = learned(Tensor.create(new float[] {0, 1, 1, 0}, 2, 2));
        assertArrayEquals(byIndex, byRows, 1e-6f);
    }

    /** Cross-entropy is linear in its target, and so is its gradient: a half of each gives the mean of both. */
    @Test
    void target_softRows_learnTheMeanOfTheirClasses() throws IOException {
        float[] ones = learned(Tensor.create(new long[] {1, 1}, 2));
        float[] zeros = learned(Tensor.create(new long[] {0, 0}, 2));
        float[] soft = learned(Tensor.create(new float[] {0.25f, 0.75f, 0.25f, 0.75f}, 2, 2));
        for (int i = 0; i < soft.length; i++) assertEquals(0.75f * ones[i] + 0.25f * zeros[i], soft[i], 1e-6f);
    }

    /** What is drawn for a step depends on nothing but what it is for. */
    @Test
    void draws_haveASeedForEachPurposeEpochAndStep() {
        long one = Draws.seed(7, "network", 2, 3);
        assertEquals(one, Draws.seed(7, "network", 2, 3));
        for (long other : new long[] {
            Draws.seed(8, "network", 2, 3),
            Draws.seed(7, "views", 2, 3),
            Draws.seed(7, "network", 3, 3),
            Draws.seed(7, "network", 2, 4)
        }) assertNotEquals(one, other);
    }
}
