package dev.graft.bench;

import dev.graft.batch.HostBatch;
import dev.graft.batch.Layout;
import dev.graft.batch.Staging;
import dev.graft.image.Preprocessing;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import dev.graft.train.TrainingPlan;
import dev.graft.train.TrainingStep;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.AuxCounters;
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
 * One step of the reference recipe: pixels to the device, forward through ResNet18, loss, gradients of the head, SGD. The
 * pictures are decoded already (224 x 224, random bytes): a training run decodes in other threads, beside the steps.
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

    /** Pictures a step. */
    @Param({"8", "32"})
    public int batch;

    /** How the pictures and the weights of convolutions lie in memory. */
    @Param({"CONTIGUOUS", "CHANNELS_LAST"})
    public Layout layout;

    /** Where the network runs: cpu, cuda, cuda:N or auto. */
    @Param("cpu")
    public String device;

    /** Threads that compute on the processor; 0 leaves Graft's choice. */
    @Param("0")
    public int threads;

    private RandomSource random;
    private Classifier classifier;
    private Staging staging;
    private TrainingStep step;
    private HostBatch pictures;
    private Tensor losses;

    /** Counts what the steps have learnt from, so that JMH reports pictures a second. */
    @AuxCounters
    @State(Scope.Thread)
    public static class Counter {
        /** Pictures learnt from. */
        public long pictures;
    }

    /** Grafts a head of two classes onto random weights. */
    @Setup
    public void graft() throws IOException {
        if (threads > 0) {
            Threads.set(threads);
        }
        TrainingPlan plan = TrainingPlan.reference();
        ModelCard card = new ModelCard(Architecture.RESNET18, List.of("cat", "dog"), Preprocessing.standard());
        ComputeDevice where = ComputeDevice.of(device);
        random = new RandomSource(0);
        Path weights = Files.createTempFile("graft-bench", ".pth");
        try {
            RandomWeights.write(weights);
            classifier = Classifier.graft(weights, card, random);
        } finally {
            Files.delete(weights);
        }
        classifier.moveTo(where, layout);
        classifier.trainingMode(plan.batchStatistics());
        staging = new Staging(where, layout, card.preprocessing());
        step = new TrainingStep(classifier, plan.groups());
        pictures = drawn(card.preprocessing(), where);
        losses = zeroOn(where);
    }

    private static Tensor zeroOn(ComputeDevice where) {
        try (NativeScope scope = NativeScope.open()) {
            return NativeScope.own(torch.zeros(1).to(where.toTorch(), torch.ScalarType.Float));
        }
    }

    /** Random pixels in a buffer of the kind that the loader fills: page-locked for a GPU. */
    private HostBatch drawn(Preprocessing preprocessing, ComputeDevice where) {
        Random source = new Random(0);
        byte[] bytes = new byte[batch * preprocessing.height() * preprocessing.width() * 3];
        source.nextBytes(bytes);
        long[] labels = source.longs(batch, 0, 2).toArray();
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        try (NativeScope scope = NativeScope.open()) {
            Tensor pixels = staging.wrap(direct, batch);
            Tensor own = NativeScope.own(where.isCuda() ? pixels.pin_memory() : pixels.clone());
            return new HostBatch(own, labels, new int[batch], batch);
        }
    }

    /** Ten steps, then one look at the losses. */
    @Benchmark
    @OperationsPerInvocation(STEPS)
    public float step(Counter counter) {
        for (int i = 0; i < STEPS; i++) {
            try (NativeScope scope = NativeScope.open()) {
                Tensor loss = step.learn(staging.toDevice(pictures));
                losses.add_(loss.detach());
            }
            counter.pictures += batch;
        }
        return losses.item_float(); // waits for the device
    }

    /** Frees what is native. */
    @TearDown
    public void close() {
        losses.close();
        pictures.pixels().close();
        step.close();
        staging.close();
        classifier.close();
        random.close();
    }
}
