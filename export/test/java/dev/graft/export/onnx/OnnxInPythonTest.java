package dev.graft.export.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.graft.export.onnx.OnnxOptions.Norms;
import dev.graft.export.onnx.OnnxOptions.Output;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files under onnx.checker and ONNX Runtime in Python, beside the TorchScript of the same classifier. */
class OnnxInPythonTest {
    private static final String PYTHON = System.getenv("GRAFT_PYTHON");
    /** Finds, and loads nothing that takes seconds to load. */
    private static final String LOOK = """
            import importlib.util as i
            for m in ("onnx", "onnxruntime", "torch"):
                if not i.find_spec(m): print("No module named", m)
            """;

    @TempDir
    static Path folder;

    @BeforeAll
    static void findOnnx() throws Exception {
        assumeTrue(PYTHON != null, "needs a Python with PyTorch and onnx (set GRAFT_PYTHON to its path)");
        assumeTrue(
                said(List.of(PYTHON, "-c", LOOK)).isEmpty(),
                "needs onnx and onnxruntime beside PyTorch: pip install onnx onnxruntime");
    }

    /** Groups and bottlenecks; -Dgraft.whole=true takes all seven. */
    static Stream<Architecture> architectures() {
        return Boolean.getBoolean("graft.whole")
                ? Arrays.stream(Architecture.values())
                : Stream.of(Architecture.RESNEXT50_32X4D);
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void write_allOptions_passTheChecker_andGiveTheScriptsLogits(Architecture architecture) throws Exception {
        Path script = folder.resolve("model.pt");
        Path check = Path.of("..").resolve("tools/check_onnx.py").toAbsolutePath();
        List<String> command = new ArrayList<>(List.of(PYTHON, check.toString(), script.toString()));
        try (Classifier classifier = DrawnWeights.classifier(architecture, folder)) {
            classifier.save(script);
            for (OnnxOptions options : List.of(
                    OnnxOptions.STANDARD,
                    OnnxOptions.STANDARD.withNorms(Norms.KEPT),
                    OnnxOptions.STANDARD.withOutput(Output.PROBABILITIES))) {
                Path file = folder.resolve(options.norms() + "-" + options.output() + ".onnx");
                OnnxExport.write(classifier, file, options);
                command.add(file.toString());
            }
        }
        String said = said(command);
        assertEquals(3, said.lines().filter(line -> line.contains("differs by")).count(), said);
        Files.delete(folder.resolve(architecture.title() + ".pth"));
    }

    private static String said(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = process.waitFor();
        assertTrue(exit == 0 || said.contains("No module named"), said);
        return said.strip();
    }
}
