package dev.graft.bench;

import dev.graft.batch.BatchLoader;
import dev.graft.batch.BatchStream;
import dev.graft.batch.HostBatch;
import dev.graft.batch.Layout;
import dev.graft.batch.Staging;
import dev.graft.batch.Unreadable;
import dev.graft.data.Sample;
import dev.graft.image.Engine;
import dev.graft.image.Preprocessing;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
import org.openjdk.jmh.infra.Blackhole;

/** The loader end to end, one pass over picture files an invocation: read, decode, resize to 224 x 224, collate. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
public class LoaderBench {
    /** The files. */
    @State(Scope.Benchmark)
    public static class Source {
        /** The pictures: drawn:WIDTHxHEIGHT, or a folder of JPEGs. */
        @Param("drawn:500x375")
        public String folder;

        /** How many of them at most. */
        @Param("200")
        public int most;

        private PictureFiles pictures;

        @Setup
        public void find() throws IOException {
            pictures = PictureFiles.of(folder, most);
        }

        @TearDown
        public void remove() throws IOException {
            pictures.close();
        }
    }

    /** The loader. */
    @State(Scope.Benchmark)
    public static class Loading {
        /** Decoding threads. */
        @Param({"1", "2"})
        public int workers;

        /** Pictures a batch. */
        @Param("32")
        public int batch;

        /** What resizes: EXACT as torchvision does, or OPENCV, which also normalises. */
        @Param({"EXACT", "OPENCV"})
        public Engine engine;

        /** Where the normalised floats go: cpu, cuda, cuda:N or auto. */
        @Param("cpu")
        public String device;

        private Staging staging;
        private BatchLoader loader;
        private List<Sample> samples;
        private int[] order;

        @Setup
        public void start(Source source) {
            Preprocessing preprocessing = Preprocessing.standard().withEngine(engine);
            staging = new Staging(ComputeDevice.of(device), Layout.CHANNELS_LAST, preprocessing);
            loader = new BatchLoader(preprocessing, staging, batch, workers, Unreadable.FAIL);
            samples =
                    source.pictures.files().stream().map(f -> new Sample(f, 0)).toList();
            order = IntStream.range(0, samples.size()).toArray();
        }

        @TearDown
        public void stop() {
            loader.close();
            staging.close();
        }
    }

    /** To batches in host memory. */
    @Benchmark
    public void hostBatches(Loading l, PictureCount count) throws IOException {
        try (BatchStream stream = l.loader.stream(l.samples, l.order, 0)) {
            for (HostBatch host = stream.next(); host != null; host = stream.next()) count.pictures += host.size();
        }
    }

    /** The same, and on to normalised floats on the device. */
    @Benchmark
    public void deviceBatches(Loading l, PictureCount count) throws IOException {
        try (BatchStream stream = l.loader.stream(l.samples, l.order, 0)) {
            for (HostBatch host = stream.next(); host != null; host = stream.next()) {
                try (NativeScope step = NativeScope.open()) {
                    Wait.forDevice(l.staging.toDevice(host).images());
                }
                count.pictures += host.size();
            }
        }
    }

    /** Baseline: the files' bytes alone, by one thread. */
    @Benchmark
    public void files(Source source, PictureCount count, Blackhole sink) throws IOException {
        for (Path file : source.pictures.files()) sink.consume(Files.readAllBytes(file));
        count.pictures += source.pictures.files().size();
    }
}
