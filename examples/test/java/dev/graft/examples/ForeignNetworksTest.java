package dev.graft.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks that Graft does not write, made by Python on the spot: grafted, trained, saved, and run in Python again. */
class ForeignNetworksTest {
    private static final Pattern LOSS = Pattern.compile("Epoch \\d/2, Loss: ([0-9.E-]+)");

    @TempDir
    static Path folder;

    private static Path data;
    private static String python;

    @BeforeAll
    static void make() throws Exception {
        python = System.getenv("GRAFT_PYTHON");
        assumeTrue(python != null, "needs a Python with PyTorch (set GRAFT_PYTHON to its path)");
        data = folder.resolve("drawn");
        DrawnPictures.write(data, 32, 8, 3);
        python("tools/make_scripts.py", folder.toString(), data.toString());
    }

    private static String python(String script, String... args) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(python, Path.of("..").resolve(script).toAbsolutePath().toString()));
        command.addAll(List.of(args));
        Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, p.waitFor(), said);
        return said;
    }

    /** What CatDog prints; it must end well. */
    private static String train(String network, Path out, Object... more) {
        List<String> args = new ArrayList<>(List.of(
                "--data", data.toString(), "--weights", folder.resolve(network).toString(), "--out", out.toString()));
        for (Object word : more) {
            args.add(word.toString());
        }
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int status = CatDog.run(
                args.toArray(String[]::new),
                new PrintStream(said, true, StandardCharsets.UTF_8),
                new PrintStream(errors, true, StandardCharsets.UTF_8));
        assertEquals(0, status, errors.toString(StandardCharsets.UTF_8));
        return said.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "efficientnet_b0.traced.pt",
                "mobilenet_v3_small.scripted.pt",
                "mobilenet_v3_small.traced.pt",
                "convnext_tiny.scripted.pt",
                "convnext_tiny.traced.pt"
            })
    void trusted_twoEpochs_lossFalls_andPythonNamesTheSame(String network) throws Exception {
        Path out = folder.resolve(network + ".out");
        // ConvNeXt's features are normalised and many: a tenth of the step is enough.
        double rate = network.startsWith("convnext") ? 0.0005 : 0.02;
        String said = train(network, out, "--trusted", "--epochs", 2, "--batch-size", 8, "--lr", rate);
        Matcher losses = LOSS.matcher(said);
        assertTrue(losses.find(), said);
        assertTrue(said.contains(network + ", SHA-256 "), said);
        assertTrue(said.contains(": its code runs"), said);
        double first = Double.parseDouble(losses.group(1));
        assertTrue(losses.find(), said);
        double second = Double.parseDouble(losses.group(1));
        assertTrue(second < first, first + " -> " + second);
        String checked = python("tools/check_export.py", out.toString(), data.toString());
        assertTrue(checked.contains("8 pictures, 0 named otherwise"), checked);
    }

    @Test
    void resume_withDropout_givesTheSameBytes() throws IOException {
        String network = "mobilenet_v3_small.scripted.pt";
        Path straight = folder.resolve("straight");
        train(network, straight, "--trusted", "--epochs", 2, "--batch-size", 8);
        Path halted = folder.resolve("halted");
        train(network, halted, "--trusted", "--epochs", 1, "--batch-size", 8);
        String said = train(
                network,
                halted,
                "--trusted",
                "--epochs",
                2,
                "--resume",
                halted.resolve("checkpoint"),
                "--head",
                "classifier.3");
        assertTrue(said.contains("resume: not used: --head; "), said);
        assertTrue(said.contains("in epoch 2 after 0 steps"), said);
        assertEquals(-1, Files.mismatch(straight.resolve("model.pt"), halted.resolve("model.pt")));
    }
}
