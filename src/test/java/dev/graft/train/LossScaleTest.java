package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.SmallRun;
import dev.graft.batch.DeviceBatch;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.checkpoint.Contents;
import dev.graft.checkpoint.Data;
import dev.graft.checkpoint.OptimizerState;
import dev.graft.checkpoint.RunState;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.model.Precision;
import dev.graft.plan.ClassSizes;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Phase;
import dev.graft.plan.TrainingPlan;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LossScaleTest {
    private static final int FEATURES = 512;
    private static final int BATCH = 4;
    private static final Phase HEAD = Phase.of("head", 1, List.of(new ParameterGroup(Classifier.HEAD, 0.001)));

    @TempDir
    static Path folder;

    private static Path weights;

    @BeforeAll
    static void write() throws IOException {
        weights = HashState.write(folder.resolve("hash.pth"), 10);
    }

    /** A head as tools/golden_loss_scale.py has it. */
    private static Classifier classifier() throws IOException {
        try (RandomSource random = new RandomSource(0)) {
            Classifier c = Classifier.graft(weights, SmallRun.CARD, random);
            float[] weight = new float[2 * FEATURES];
            for (int i = 0; i < weight.length; i++) {
                weight[i] = ((i / FEATURES * 7 + i % FEATURES * 13) % 19 - 9) / 256f;
            }
            c.replaceHead(weight, new float[2]);
            return c;
        }
    }

    /** One step of that script. */
    private static void step(Classifier c, TrainingStep optimizer, int step) {
        try (NativeScope scope = NativeScope.open()) {
            float[] features = new float[BATCH * FEATURES];
            for (int i = 0; i < features.length; i++) {
                features[i] = ((i / FEATURES * 31 + i % FEATURES * 17) % 23 - 11) / 16f;
            }
            Tensor logits = c.headForward(Tensor.create(features, BATCH, FEATURES));
            Tensor loss = torch.cross_entropy_loss(logits, Tensor.create(new long[] {0, 1, 0, 1}, BATCH));
            optimizer.follow(step == 3 || step == 4 ? loss.mul(new Scalar(1e36)) : loss);
        }
    }

    private static float scale(TrainingStep optimizer) {
        return optimizer.scaleState().scale();
    }

    private static float[] floats(Tensor t) {
        float[] values = new float[(int) t.numel()];
        try (NativeScope scope = NativeScope.open()) {
            new FloatPointer(t.detach().contiguous().data_ptr()).get(values);
        }
        return values;
    }

    /** Golden values by tools/golden_loss_scale.py: two steps that overflow, and the growth 2,000 steps later. */
    @Test
    void learn_2010Steps_equalsPyTorchsGradScaler() throws IOException {
        try (Classifier c = classifier();
                TrainingStep optimizer = new TrainingStep(
                        c, HEAD, Precision.FP32, ClassSizes.unknown(c.card().classes()), true);
                BufferedReader golden = new BufferedReader(new InputStreamReader(
                        LossScaleTest.class.getResourceAsStream("/golden/loss_scale/trace.csv"),
                        StandardCharsets.UTF_8))) {
            golden.readLine();
            int step = 0;
            float before = 65536;
            for (String line = golden.readLine(); line != null; line = golden.readLine()) {
                String[] expected = line.split(",");
                for (; step < Integer.parseInt(expected[0]); step++) {
                    step(c, optimizer, step);
                    assertEquals(before, scale(optimizer), "step " + step);
                }
                step(c, optimizer, step);
                String where = "step " + step++;
                before = Float.parseFloat(expected[1]);
                assertEquals(before, scale(optimizer), where);
                float weight = floats(c.parameters().get("fc.weight"))[0];
                assertEquals(Float.parseFloat(expected[2]), weight, 1e-6 * Math.abs(weight), where);
                float bias = floats(c.parameters().get("fc.bias"))[0];
                assertEquals(Float.parseFloat(expected[3]), bias, 1e-8, where);
            }
            assertEquals(2010, step);
        }
    }

    /** The scale that was found is the checkpoint's too. */
    @Test
    void restore_fromACheckpoint_goesOnAsIfNeverStopped() throws IOException {
        float[] straight;
        try (Classifier c = classifier();
                TrainingStep optimizer = new TrainingStep(
                        c, HEAD, Precision.FP32, ClassSizes.unknown(c.card().classes()), true);
                NativeScope scope = NativeScope.open()) {
            for (int i = 0; i < 5; i++) step(c, optimizer, i);
            RunState at = new RunState(0, 0, 5, 5, 1, optimizer.scaleState(), RunState.History.NONE);
            Checkpoint.write(
                    folder.resolve(Checkpoint.FILE),
                    new Contents(
                            c,
                            optimizer.optimizerState(),
                            Map.of(),
                            new byte[1],
                            TrainingPlan.reference(),
                            at,
                            new Data(1, "data", "")));
            for (int i = 5; i < 9; i++) step(c, optimizer, i);
            straight = floats(c.parameters().get("fc.weight"));
        }
        try (Checkpoint checkpoint = Checkpoint.open(folder);
                Classifier c = Classifier.load(checkpoint.file())) {
            c.unfreeze(Classifier.HEAD);
            try (TrainingStep optimizer = new TrainingStep(
                    c, HEAD, Precision.FP32, ClassSizes.unknown(c.card().classes()), true)) {
                OptimizerState state = checkpoint.optimizer();
                optimizer.restore(state, Map.of(), checkpoint.run().lossScale());
                state.close();
                assertEquals(16384, scale(optimizer));
                for (int i = 5; i < 9; i++) step(c, optimizer, i);
                assertArrayEquals(straight, floats(c.parameters().get("fc.weight")));
            }
        }
    }

    @Test
    void restore_somethingElse_isRefused() throws IOException {
        for (float scale : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> new RunState.LossScale(scale, 1));
        }
        assertThrows(IllegalArgumentException.class, () -> new RunState.LossScale(65536, -1));
        try (Classifier c = classifier();
                TrainingStep optimizer = new TrainingStep(
                        c, HEAD, Precision.FP32, ClassSizes.unknown(c.card().classes()), true);
                NativeScope scope = NativeScope.open()) {
            String message = assertThrows(
                            IllegalArgumentException.class,
                            () -> optimizer.restore(
                                    optimizer.optimizerState(), Map.of(), new RunState.LossScale(65536, 2000)))
                    .getMessage();
            assertTrue(message.contains("has not changed for 2000 steps, expected 0 to 1999"), message);
            String other = assertThrows(
                            IllegalArgumentException.class,
                            () -> optimizer.restore(new OptimizerState("adam", Map.of()), Map.of(), null))
                    .getMessage();
            assertTrue(other.contains("the state belongs to adam, but the plan has sgd"), other);
        }
    }

    /** The root's slope at 0 is infinite, the distance's is 0: the gradient is NaN, the loss is 0. */
    @Test
    void learn_gradientsNeverFinite_endsInsteadOfLearningNothing() throws IOException {
        try (Classifier c = classifier();
                TrainingStep optimizer = new TrainingStep(
                        c, HEAD, Precision.FP32, ClassSizes.unknown(c.card().classes()), true);
                NativeScope scope = NativeScope.open()) {
            Tensor features = Tensor.create(new float[FEATURES], 1, FEATURES);
            for (int i = 0; i < 40; i++) {
                optimizer.follow(atItself(c.headForward(features)));
            }
            assertEquals(0x1p-24f, scale(optimizer));
            String message = assertThrows(
                            TrainingException.class, () -> optimizer.follow(atItself(c.headForward(features))))
                    .getMessage();
            assertTrue(message.contains("NaN or infinite in FP16"), message);
        }
    }

    private static Tensor atItself(Tensor logits) {
        return logits.sub(logits.detach()).abs().sqrt().sum();
    }

    /** All of a network in FP16, which LibTorch computes on a processor too: the loss is FP32's, and what learns stays finite. */
    @Test
    void learn_wholeNetworkInFp16_losesAsFp32() throws IOException {
        double[] fp16 = losses(Precision.FP16);
        double[] fp32 = losses(Precision.FP32);
        assertEquals(fp32[0], fp16[0], 0.02 * fp32[0]);
        assertTrue(fp16[7] < 0.8 * fp16[0], fp16[0] + " to " + fp16[7]);
    }

    private static double[] losses(Precision precision) throws IOException {
        double[] losses = new double[8];
        try (Classifier c = classifier();
                RandomSource random = new RandomSource(1);
                NativeScope all = NativeScope.open()) {
            c.unfreeze("layer4");
            c.trainingMode(true);
            Phase both = HEAD.withGroups(List.of(HEAD.groups().get(0), new ParameterGroup("layer4", 0.01)));
            Tensor images = torch.empty(BATCH, 3, 32, 32);
            random.uniform(images, -1, 1);
            Tensor labels = Tensor.create(new long[] {0, 1, 0, 1}, BATCH);
            try (TrainingStep step = new TrainingStep(c, both, precision)) {
                for (int i = 0; i < losses.length; i++) {
                    try (NativeScope scope = NativeScope.open()) {
                        losses[i] = step.learn(new DeviceBatch(images, labels, BATCH))
                                .item_double();
                    }
                }
            }
            for (Tensor p : c.parameters().values()) {
                for (float value : floats(p)) assertFalse(Float.isNaN(value) || Float.isInfinite(value));
            }
        }
        return losses;
    }
}
