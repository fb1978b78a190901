package dev.graft.bench;

import dev.graft.head.FittedHead;
import dev.graft.head.HeadData;
import dev.graft.head.HeadFitter;
import dev.graft.torch.Threads;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.Tensor;
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
 * The head stage of the recipe auto: settings chosen by cross-validation, and the head fitted to its optimum. The features
 * are drawn: noise around a centre for each class, below 0 cut off as a ReLU does.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 3, jvmArgsAppend = "-Xmx2g")
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class HeadFitBench {
    private static final int FEATURES = 512;
    private static final int FOLDS = 5;
    private static final double APART = 0.35; // of the centres, as a fraction of the noise

    /** Pictures x classes. */
    @Param({"1120x2", "50000x100"})
    public String size;

    /** Threads that compute; 0 leaves Graft's choice. */
    @Param("0")
    public int threads;

    private Tensor features;
    private HeadData data;

    @Setup
    public void draw() {
        if (threads > 0) Threads.set(threads);
        int pictures = Integer.parseInt(size.split("x")[0]);
        int classes = Integer.parseInt(size.split("x")[1]);
        SplittableRandom random = new SplittableRandom(1);
        double[][] centres = new double[classes][FEATURES];
        for (double[] centre : centres)
            for (int f = 0; f < FEATURES; f++) centre[f] = APART * Math.abs(random.nextGaussian());
        float[] rows = new float[pictures * FEATURES];
        int[] labels = new int[pictures];
        for (int i = 0; i < pictures; i++) {
            labels[i] = i % classes;
            for (int f = 0; f < FEATURES; f++)
                rows[i * FEATURES + f] = (float) Math.max(0, centres[labels[i]][f] + random.nextGaussian());
        }
        features = Tensor.create(rows, pictures, FEATURES);
        data = new HeadData(features, List.of(), labels, classes, true);
    }

    /** The whole stage. */
    @Benchmark
    public FittedHead fit() {
        return new HeadFitter(FOLDS, 1).fit(data).orElseThrow();
    }

    @TearDown
    public void close() {
        features.close();
    }
}
