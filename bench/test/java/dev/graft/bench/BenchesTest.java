package dev.graft.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.javacpp.KernelLibrary;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every bench runs once, as small as its parameters go: the times mean nothing. */
class BenchesTest {
    private static final List<String> METHODS = List.of(
            "DecodeBench.graft",
            "DecodeBench.imageIo",
            "DecodeBench.openCv",
            "ForwardBench.fused",
            "ForwardBench.plain",
            "HeadEpochBench.epoch",
            "HeadEpochBench.gather",
            "HeadFitBench.fit",
            "LoaderBench.deviceBatches",
            "LoaderBench.files",
            "LoaderBench.hostBatches",
            "ReadWeightsBench.map",
            "ReadWeightsBench.read",
            "ResizeBench.resize",
            "StagingBench.copy",
            "StagingBench.stage",
            "StartBench.firstPrediction",
            "StartBench.nothing",
            "TrainingStepBench.step");

    @TempDir
    Path folder;

    @Test
    void everyBench_runs() throws Exception {
        System.setProperty("jmh.ignoreLock", "true"); // benches that measure hold it
        Options options = new OptionsBuilder()
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(1))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .param("kernels", KernelLibrary.here() ? "native" : "java") // one for the whole process
                .param("architecture", "RESNET18")
                .param("precision", "FP32")
                .param("layout", "CHANNELS_LAST")
                .param("threads", "1")
                .param("side", "32")
                .param("size", "60x2")
                .param("batch", "2")
                .param("workers", "2")
                .param("folder", "drawn:64x48")
                .param("most", "3")
                .param("pictures", "5")
                .param("mebibytes", "1")
                .param("cache", "WARM")
                .output(folder.resolve("jmh.txt").toString())
                .build();
        Collection<RunResult> results = new Runner(options).run();

        Set<String> ran = new TreeSet<>();
        for (RunResult result : results) {
            ran.add(result.getParams().getBenchmark().replace("dev.graft.bench.", ""));
            double score = result.getPrimaryResult().getScore();
            assertTrue(score > 0, result.getParams() + ": " + score);
        }
        assertEquals(new TreeSet<>(METHODS), ran);
    }
}
