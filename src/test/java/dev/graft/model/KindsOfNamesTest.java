package dev.graft.model;

import static dev.graft.model.ClassifierTest.assertClose;
import static dev.graft.model.ClassifierTest.floats;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.graft.batch.Layout;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bytedeco.pytorch.NoGradGuard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The kinds of files that tools/weights_kinds_names.py makes: each gives the logits of the same tensors saved the plain way, or
 * is refused with a reason, and what that says to do gives a file that is read. In every build those that only PyTorch can make; all with {@code -Dgraft.kinds=all}, or
 * {@code -Dgraft.kinds=KIND,...}.
 */
class KindsOfNamesTest {
    private static final String SOME = "weight_norm_old,spectral_norm_new,exported,frozen,frozen_trace,optimized";

    @TempDir
    static Path folder;

    private final Map<Path, float[]> plain = new HashMap<>();

    @Test
    void kinds_ofPython_giveTheLogitsOfThePlainTensors() throws Exception {
        String python = System.getenv("GRAFT_PYTHON");
        assumeTrue(python != null, "needs a Python with PyTorch (set GRAFT_PYTHON to its path)");
        String wanted = System.getProperty("graft.kinds", SOME);
        Path script = Stream.of("tools", "../tools")
                .map(tools -> Path.of(tools, "weights_kinds_names.py").toAbsolutePath())
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
        List<String> command = new ArrayList<>(List.of(python, script.toString(), folder.toString()));
        if (!wanted.equals("all")) command.addAll(List.of("--only", wanted));
        Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(p.waitFor(600, TimeUnit.SECONDS));
        assertEquals(0, p.exitValue(), said);
        try (Threads.One asThePython = new Threads.One()) { // a norm's last bits depend on the threads that sum
            assertEquals("", String.join("\n", wrong()));
        }
    }

    private List<String> wrong() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("kinds.tsv"))) {
            String[] kind = line.split("\t");
            try {
                check(folder.resolve(kind[1]), kind[2], kind[3], folder.resolve(kind[4]));
                if (!kind[5].equals("-")) check(folder.resolve(kind[5]), "read", "", folder.resolve(kind[4]));
            } catch (IOException | RuntimeException | AssertionError e) {
                wrong.add(kind[0] + ": " + e);
            }
        }
        return wrong;
    }

    private void check(Path file, String does, String word, Path same) throws IOException {
        if (does.equals("refused")) {
            String told = assertThrows(WeightsException.class, () -> logits(file, new ArrayList<>()))
                    .getMessage();
            assertTrue(told.contains(word), told + " lacks " + word);
            return;
        }
        List<String> notes = new ArrayList<>();
        float[] logits = logits(file, notes);
        assertTrue(notes.toString().contains(word), notes + " lacks " + word);
        if (!plain.containsKey(same)) plain.put(same, logits(same, new ArrayList<>()));
        assertClose(file.toString(), logits, plain.get(same));
    }

    /** The same new head on each. */
    private static float[] logits(Path file, List<String> notes) throws IOException {
        Architecture architecture;
        try (WeightsFile open = WeightsFile.open(file)) {
            architecture = Architecture.recognise(open).orElse(Architecture.RESNET18);
        }
        ModelCard card = new ModelCard(architecture, HashClassifier.TEN, HashClassifier.SMALL);
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(file, card, random);
                NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            notes.addAll(c.notes());
            c.moveTo(ComputeDevice.CPU, Layout.CONTIGUOUS);
            return floats(c.forward(HashClassifier.twoPictures(folder, Layout.CONTIGUOUS)));
        }
    }
}
