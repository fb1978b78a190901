package dev.graft.bench;

import dev.graft.weights.SafetensorsWriter;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.BytePointer;
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
 * Two ways of a tensor from a safetensors file in the system's cache into native memory: read there, or copied out of a
 * mapping.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(3)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
public class ReadWeightsBench {
    /** Of the one tensor. */
    @Param({"1", "100"})
    public int mebibytes;

    private Path file;
    private WeightsFile weights;
    private StoredTensor tensor;
    private BytePointer memory;

    @Setup
    public void write() throws IOException {
        file = Files.createTempFile("read-weights", ".safetensors");
        byte[] bytes = new byte[mebibytes << 20];
        SafetensorsWriter writer = new SafetensorsWriter(Map.of());
        writer.add("tensor", ScalarKind.F32, List.of(bytes.length / 4L), ByteBuffer.wrap(bytes));
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            writer.write(out);
        }
        weights = WeightsFile.open(file);
        tensor = weights.tensors().get("tensor");
        memory = new BytePointer((long) bytes.length);
    }

    @Benchmark
    public ByteBuffer read() throws IOException {
        ByteBuffer into = memory.asByteBuffer();
        weights.readStorage(tensor, into);
        return into;
    }

    @Benchmark
    public ByteBuffer map() throws IOException {
        return memory.asByteBuffer().put(weights.view(tensor));
    }

    @TearDown
    public void remove() throws IOException {
        weights.close();
        memory.close();
        Files.deleteIfExists(file);
    }
}
