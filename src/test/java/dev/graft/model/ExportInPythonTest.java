package dev.graft.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Exports beside torchvision's models in Python. Two of them: the other five take the same paths, and half a minute. */
class ExportInPythonTest {
    @TempDir
    static Path folder;

    @ParameterizedTest
    @EnumSource(names = {"RESNET34", "RESNEXT50_32X4D"})
    void export_equalsTorchvisionsModel_andItsStateComesBack(Architecture architecture) throws Exception {
        String python = System.getenv("GRAFT_PYTHON");
        assumeTrue(python != null, "needs a Python with PyTorch (set GRAFT_PYTHON to its path)");
        Path weights = HashState.write(folder.resolve(architecture.title() + ".pth"), architecture, 10);
        Path export = folder.resolve("export.pt");
        Path state = folder.resolve("state.pth");
        try (Classifier c = HashClassifier.load(weights, architecture)) {
            c.save(export);
        }
        Path script = Path.of("..").resolve("tools/check_network.py").toAbsolutePath();
        Process p = new ProcessBuilder(
                        python, script.toString(), export.toString(), architecture.title(), state.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(p.waitFor(60, TimeUnit.SECONDS));
        assertEquals("difference 0.0", said.strip());
        Path again = folder.resolve("again.pt");
        try (Classifier c = HashClassifier.load(state, architecture)) {
            c.save(again);
        }
        assertEquals(-1, Files.mismatch(export, again));
    }
}
