package dev.graft.bench;

import dev.graft.image.Preprocessing;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** From the start of a JVM to its end, with one prediction by a saved ResNet18 on the way. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
public class StartBench {
    /** Where JavaCPP unpacks the native libraries. */
    public enum Cache {
        /** They lie there from an earlier start. */
        WARM,
        /** A new folder at each start: 450 MB are unpacked. */
        COLD
    }

    /** The model, the picture and the cache. */
    @State(Scope.Benchmark)
    public static class Program {
        /** Whether the native libraries are unpacked already. */
        @Param
        public Cache cache;

        /** Where the network runs: cpu, cuda, cuda:N or auto. */
        @Param("cpu")
        public String device;

        private Path folder;
        private Path natives;

        @Setup
        public void prepare() throws IOException {
            folder = Files.createTempDirectory("graft-bench");
            ModelCard card = new ModelCard(Architecture.RESNET18, List.of("cat", "dog"), Preprocessing.standard());
            try (Classifier classifier = RandomWeights.graft(card)) {
                classifier.save(folder.resolve("model.pt"));
            }
            Files.write(folder.resolve("picture.jpg"), PictureFiles.jpeg(500, 375, 0));
        }

        @Setup(Level.Iteration)
        public void chooseCache() throws IOException {
            natives = cache == Cache.COLD ? Files.createTempDirectory("graft-bench-natives") : null;
        }

        private List<String> flags() {
            return natives == null ? List.of() : List.of("-Dorg.bytedeco.javacpp.cachedir=" + natives);
        }

        @TearDown(Level.Iteration)
        public void emptyCache() throws IOException {
            if (natives != null) delete(natives);
        }

        @TearDown
        public void remove() throws IOException {
            delete(folder);
        }
    }

    @Benchmark
    public String firstPrediction(Program program) throws IOException {
        return Child.run(
                program.flags(),
                FirstPrediction.class,
                program.folder.resolve("model.pt"),
                program.folder.resolve("picture.jpg"),
                program.device);
    }

    /** Baseline: a JVM that does nothing. */
    @Benchmark
    public String nothing() throws IOException {
        return Child.run(List.of(), FirstPrediction.Nothing.class);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
