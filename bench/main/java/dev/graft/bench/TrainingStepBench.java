package dev.graft.bench;

import dev.graft.batch.DeviceBatch;
import dev.graft.batch.HostBatch;
import dev.graft.batch.Layout;
import dev.graft.batch.Staging;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.model.Precision;
import dev.graft.model.fuse.FusedTrunk;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Phase;
import dev.graft.plan.TrainingPlan;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.Threads;
import dev.graft.train.TrainingStep;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a training run of a ResNet18 repeats, by recipe. The pictures are decoded already (random bytes): a
 * training run decodes in other threads, beside the steps.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@Warmup(iterations = 2, time = 10)
@Measurement(iterations = 5, time = 10)
public class TrainingStepBench {
    /** As many steps as the reference plan takes from one look at the losses, which waits for the device, to the next. */
    private static final int STEPS = 10;

    private static final ParameterGroup HEAD =
            TrainingPlan.reference().phases().get(0).groups().get(0);

    /** What a step is. */
    public enum Recipe {
        /** The tutorial's: pixels to the device, the whole network with batch statistics, the head learns. */
        REFERENCE(true, HEAD),
        /** The fast one's after the pictures' one pass: features that are on the device already, and the head learns. */
        HEAD_ONLY(false, HEAD),
        /** Fine-tuning: pixels to the device, the network in evaluation mode, layer4 and the head learn. */
        LAYER4(false, new ParameterGroup("layer4", HEAD.learningRate() / 10), HEAD);

        private final boolean batchStatistics;
        private final List<ParameterGroup> groups;

        Recipe(boolean batchStatistics, ParameterGroup... groups) {
            this.batchStatistics = batchStatistics;
            this.groups = List.of(groups);
        }
    }

    /** What a step is. */
    @Param
    public Recipe recipe;

    /** Pictures a step. */
    @Param({"8", "32"})
    public int batch;

    /** Height and width of a picture. */
    @Param("224")
    public int side;

    /** How the pictures and the weights of convolutions lie in memory. */
    @Param({"CONTIGUOUS", "CHANNELS_LAST"})
    public Layout layout;

    /** What the network computes with; parameters and what is learnt stay in FP32. */
    @Param("FP32")
    public Precision precision;

    /** Where the network runs: cpu, cuda, cuda:N or auto. */
    @Param("cpu")
    public String device;

    /** Threads that compute on the processor; 0 leaves Graft's choice. */
    @Param("0")
    public int threads;

    private Classifier classifier;
    private Staging staging;
    private TrainingStep step;
    private HostBatch pictures;
    private DeviceBatch features; // instead of pictures, for a head alone
    private Tensor losses;

    /** Grafts a head of two classes onto random weights. */
    @Setup
    public void graft() throws IOException {
        if (threads > 0) {
            Threads.set(threads);
        }
        Preprocessing preprocessing = Preprocessing.standard().withResize(new Resize.Stretch(side, side));
        ModelCard card = new ModelCard(Architecture.RESNET18, List.of("cat", "dog"), preprocessing);
        ComputeDevice where = ComputeDevice.of(device);
        classifier = RandomWeights.graft(card);
        recipe.groups.forEach(g -> classifier.unfreeze(g.layer()));
        classifier.moveTo(where, layout);
        classifier.trainingMode(recipe.batchStatistics);
        staging = new Staging(where, layout, preprocessing);
        step = new TrainingStep(classifier, Phase.of("bench", 1, recipe.groups), precision);
        pictures = RandomBatch.draw(batch, staging, where);
        features = recipe == Recipe.HEAD_ONLY ? throughTrunk(where) : null;
        losses = zeroOn(where);
    }

    private DeviceBatch throughTrunk(ComputeDevice where) {
        try (FusedTrunk trunk = FusedTrunk.of(classifier, precision, where);
                NativeScope scope = NativeScope.open()) {
            DeviceBatch batch = staging.toDevice(pictures);
            Tensor made =
                    NativeScope.own(trunk.features(batch.images()).detach().clone());
            return new DeviceBatch(made, NativeScope.own(batch.labels()), batch.size());
        }
    }

    private static Tensor zeroOn(ComputeDevice where) {
        try (NativeScope scope = NativeScope.open()) {
            return NativeScope.own(torch.zeros(1).to(where.toTorch(), torch.ScalarType.Float));
        }
    }

    /** Ten steps, then one look at the losses. */
    @Benchmark
    @OperationsPerInvocation(STEPS)
    public float step(PictureCount count) {
        for (int i = 0; i < STEPS; i++) {
            try (NativeScope scope = NativeScope.open()) {
                Tensor loss = features == null
                        ? step.learn(staging.toDevice(pictures))
                        : step.learnFromFeatures(features.images(), features.labels());
                losses.add_(loss.detach());
            }
            count.pictures += batch;
        }
        return losses.item_float(); // waits for the device
    }

    /** Frees what is native. */
    @TearDown
    public void close() {
        losses.close();
        if (features != null) {
            features.images().close();
            features.labels().close();
        }
        pictures.pixels().close();
        step.close();
        staging.close();
        classifier.close();
    }
}
