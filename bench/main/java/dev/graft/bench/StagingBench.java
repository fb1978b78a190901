package dev.graft.bench;

import dev.graft.batch.DeviceBatch;
import dev.graft.batch.HostBatch;
import dev.graft.batch.Layout;
import dev.graft.batch.Staging;
import dev.graft.image.Preprocessing;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.Threads;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
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
import org.openjdk.jmh.annotations.Warmup;

/** 32 pictures of 224 x 224 from bytes to a normalised batch on one core: by the kernel, by LibTorch, and a bare copy. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class StagingBench {
    /** Who normalises: Graft's kernel, or LibTorch's operations. */
    @Param({"native", "java"})
    public String kernels;

    /** How the batch's numbers lie in memory. */
    @Param({"CONTIGUOUS", "CHANNELS_LAST"})
    public Layout layout;

    private Staging staging;
    private HostBatch host;
    private Tensor batch;
    private Tensor copy;

    @Setup
    public void draw() {
        System.setProperty("graft.kernels", kernels); // each value has a process of its own
        Threads.set(1);
        byte[] bytes = new byte[32 * 3 * 224 * 224];
        new Random(1).nextBytes(bytes);
        staging = new Staging(ComputeDevice.CPU, layout, Preprocessing.standard());
        Tensor pixels = torch.from_blob(
                new BytePointer(bytes), new long[] {32, 224, 224, 3}, new TensorOptions(torch.ScalarType.Byte));
        host = new HostBatch(pixels.clone(), new long[32], new int[32], 32);
        batch = torch.ones(32, 3, 224, 224);
        copy = torch.empty_like(batch);
    }

    @Benchmark
    public DeviceBatch stage() {
        try (NativeScope step = NativeScope.open()) {
            return staging.toDevice(host);
        }
    }

    /** What the batch's bytes cost to write at all. */
    @Benchmark
    public Tensor copy() {
        return copy.copy_(batch);
    }
}
