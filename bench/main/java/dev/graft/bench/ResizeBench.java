package dev.graft.bench;

import dev.graft.image.Pixels;
import dev.graft.javacpp.KernelLibrary;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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

/** 500 x 375 random pixels to 224 x 224 as Pillow does it, on one core: by the native kernel and in Java. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ResizeBench {
    /** Who does it. */
    @Param({"native", "java"})
    public String kernels;

    private Pixels source;

    @Setup
    public void draw() {
        System.setProperty("graft.kernels", kernels);
        if (KernelLibrary.here() != kernels.equals("native"))
            throw new IllegalStateException(
                    "kernels=" + kernels
                            + " is not in use: build with g++ on the path, and run with -f 1 or more, a process for each value");
        byte[] rgb = new byte[3 * 500 * 375];
        new Random(1).nextBytes(rgb);
        source = new Pixels(500, 375, rgb);
    }

    @Benchmark
    public Pixels resize() {
        return source.resized(224, 224);
    }
}
