package dev.graft.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.WeightsChoice;
import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kinds of files that people have ({@code tools/weights_kinds.py}), each read as Python reads its tensors the plain way. */
class WeightsKindsTest {
    @TempDir
    Path folder;

    @Test
    void kinds_ofPython_haveTheTensorsOfThePlainFile() throws IOException, InterruptedException {
        String python = System.getProperty("graft.python", System.getenv("GRAFT_PYTHON"));
        Assumptions.assumeTrue(python != null, "needs a Python with PyTorch (set GRAFT_PYTHON to its path)");
        Path script = WeightsFiles.repository().resolve("tools/weights_kinds.py");
        Process process = new ProcessBuilder(python, script.toString(), folder.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(120, TimeUnit.SECONDS) && process.exitValue() == 0, output);

        List<String> expected = new ArrayList<>();
        List<String> seen = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("kinds.tsv"))) {
            String[] kind = line.split("\t");
            expected.add(kind[0] + " " + kind[2]);
            seen.add(kind[0] + " " + crc(folder.resolve(kind[0]), kind[1]));
        }
        assertEquals(String.join("\n", expected), String.join("\n", seen));
        assertTrue(seen.size() > 40, "only " + seen.size() + " kinds");
    }

    /** The CRC of the tensors; of a file that is refused a dash. */
    private static String crc(Path file, String key) throws IOException {
        try (WeightsFile open = WeightsFile.open(file, key.isEmpty() ? WeightsChoice.ANY : WeightsChoice.key(key))) {
            return Verdict.digest(open, ScalarKind::dtype);
        } catch (WeightsException refused) {
            return "-";
        }
    }
}
