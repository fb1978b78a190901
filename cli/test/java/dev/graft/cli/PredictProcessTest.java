package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code graft predict} as a process of its own, with a list that does not end. */
@Timeout(180)
@DisabledOnOs(OS.WINDOWS)
class PredictProcessTest {
    @TempDir
    static Path folder;

    private static Path model;
    private static Path picture;

    @BeforeAll
    static void train() throws IOException {
        model = ColourModel.save(folder);
        picture = ColourModel.red(folder.resolve("a.png"), 3);
    }

    private static Process start(Path errors) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Graft.class.getName(),
                        "predict",
                        model.toString(),
                        "-",
                        "--format",
                        "jsonl")
                .redirectError(errors.toFile())
                .start();
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static void ask(OutputStream list) throws IOException {
        list.write((picture + "\n").getBytes(StandardCharsets.UTF_8));
        list.flush();
    }

    private static void assertEnds(int status, Process process, Path errors) throws Exception {
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it still runs");
        assertEquals(status, process.exitValue(), Files.readString(errors));
        assertEquals("", Files.readString(errors));
    }

    /** As {@code graft predict ... | head -1}. Each line of the list has its answer before the next one is written. */
    @Test
    void readerThatLeaves_endsItQuietly() throws Exception {
        Path errors = folder.resolve("head.err");
        Process process = start(errors);
        try (OutputStream list = process.getOutputStream()) {
            BufferedReader answers = reader(process);
            for (int i = 0; i < 3; i++) {
                ask(list);
                assertTrue(answers.readLine().contains("\"red\""));
            }
            answers.close();
            ask(list);
            assertEnds(ExitStatus.DONE, process, errors);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void sigterm_endsItWithItsStatus() throws Exception {
        Path errors = folder.resolve("term.err");
        Process process = start(errors);
        try (OutputStream list = process.getOutputStream();
                BufferedReader answers = reader(process)) {
            ask(list);
            answers.readLine();
            process.destroy();
            assertEnds(143, process, errors);
        } finally {
            process.destroyForcibly();
        }
    }
}
