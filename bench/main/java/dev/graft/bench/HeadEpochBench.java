package dev.graft.bench;

import dev.graft.image.Preprocessing;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.plan.TrainingPlan;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import dev.graft.train.TrainingStep;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One epoch of the recipe fast once the features are there: rows of random features in a random order, batch by batch, and
 * the head learns from each.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 3, jvmArgsAppend = "-Xmx1g")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class HeadEpochBench {
    /** Pictures, a row of 512 features each. */
    @Param("1120")
    public int pictures;

    /** Pictures a step. */
    @Param("32")
    public int batch;

    /** Where the head learns: cpu, cuda, cuda:N or auto. */
    @Param("cpu")
    public String device;

    /** Threads that compute on the processor; 0 leaves Graft's choice. */
    @Param("0")
    public int threads;

    private ComputeDevice where;
    private RandomSource random;
    private Classifier classifier;
    private TrainingStep step;
    private Tensor features;

    @Setup
    public void graft() throws IOException {
        if (threads > 0) Threads.set(threads);
        where = ComputeDevice.of(device);
        random = new RandomSource(0);
        TrainingPlan plan = TrainingPlan.fast();
        ModelCard card = new ModelCard(Architecture.RESNET18, List.of("cat", "dog"), Preprocessing.standard());
        classifier = RandomWeights.graft(card);
        classifier.moveTo(where, plan.compute().layout());
        step = new TrainingStep(classifier, plan.phases().get(0), plan.compute().precision());
        try (NativeScope scope = NativeScope.open()) {
            Tensor values = torch.empty(pictures, card.network().features());
            random.uniform(values, 0, 2);
            features = NativeScope.own(values.to(where.toTorch(), torch.ScalarType.Float));
        }
    }

    @Benchmark
    public float epoch() {
        return pass(true);
    }

    /** Baseline: the batches are gathered, and nothing learns. */
    @Benchmark
    public float gather() {
        return pass(false);
    }

    private float pass(boolean learning) {
        int[] order = random.permutation(pictures);
        float last = 0;
        for (int start = 0; start < pictures; start += batch) {
            try (NativeScope scope = NativeScope.open()) {
                IntStream rows = Arrays.stream(order, start, Math.min(pictures, start + batch));
                long[] samples = rows.asLongStream().toArray();
                long[] labels = Arrays.stream(samples).map(s -> s % 2).toArray();
                Tensor input = features.index_select(0, onDevice(samples));
                Tensor targets = onDevice(labels);
                Tensor result = learning ? step.learnFromFeatures(input, targets) : input;
                if (start + batch >= pictures) last = Wait.forDevice(result);
            }
        }
        return last;
    }

    private Tensor onDevice(long[] numbers) {
        return Tensor.create(numbers, numbers.length).to(where.toTorch(), torch.ScalarType.Long);
    }

    @TearDown
    public void close() {
        features.close();
        step.close();
        classifier.close();
        random.close();
    }
}
