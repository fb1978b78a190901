package dev.graft.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports beside torchvision's models in Python. Two of them: the other five take the same paths, and half a minute. */
class ExportInPythonTest {
    private static final List<Architecture> NETWORKS = List.of(Architecture.RESNET34, Architecture.RESNEXT50_32X4D);

    @TempDir
    static Path folder;

    /** Both networks in one run: Python takes longer to start than to look. */
    @Test
    void export_equalsTorchvisionsModel_andItsStateComesBack() throws Exception {
        String python = System.getenv("GRAFT_PYTHON");
        assumeTrue(python != null, "needs a Python with PyTorch (set GRAFT_PYTHON to its path)");
        Path script = Path.of("..").resolve("tools/check_network.py").toAbsolutePath();
        List<String> command = new ArrayList<>(List.of(python, script.toString()));
        for (Architecture architecture : NETWORKS) {
            Path weights = HashState.write(file(architecture, ".pth"), architecture, 10);
            try (Classifier c = HashClassifier.load(weights, architecture)) {
                c.save(file(architecture, ".pt"));
            }
            command.add(file(architecture, ".pt").toString());
            command.addAll(List.of(
                    architecture.title(), file(architecture, ".state.pth").toString()));
        }
        Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(p.waitFor(60, TimeUnit.SECONDS));
        assertEquals("difference 0.0\ndifference 0.0", said.strip());
        for (Architecture architecture : NETWORKS) {
            Path again = file(architecture, ".again.pt");
            try (Classifier c = HashClassifier.load(file(architecture, ".state.pth"), architecture)) {
                c.save(again);
            }
            assertEquals(-1, Files.mismatch(file(architecture, ".pt"), again), architecture.title());
        }
    }

    private Path file(Architecture architecture, String suffix) {
        return folder.resolve(architecture.title() + suffix);
    }
}
