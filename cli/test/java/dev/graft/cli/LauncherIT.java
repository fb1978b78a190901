package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code graft} as a user types it, from a folder that is not the checkout; one run is shared by what comes after it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LauncherIT {
    private static final Path SCRIPT = Path.of("..", "graft").toAbsolutePath().normalize();
    private static final int PATIENCE_SECONDS = 300;

    @TempDir
    static Path folder;

    private static Path pictures;
    private static Path weights;

    @BeforeAll
    static void draw() throws Exception {
        pictures = DotsAndBars.draw(folder.resolve("shapes"), 12, 4);
        weights = Typed.weights(folder);
        graft("--version"); // the first start after a build says that it keeps its classes
    }

    private static Typed graft(Object... words) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        Process process = start(out, err, words);
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it goes on: " + List.of(words));
        return new Typed(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private static Process start(Path out, Path err, Object... words) throws IOException {
        List<String> command = new ArrayList<>();
        if (OS.LINUX.isCurrentOs()) command.addAll(List.of("env", "--default-signal=INT"));
        command.add(SCRIPT.toString());
        Stream.of(words).map(Object::toString).forEach(command::add);
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("GRAFT_CACHE", folder.resolve("cache").toString());
        return builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    }

    @Test
    @Order(1)
    void version_isOneLine() throws Exception {
        Typed typed = graft("--version");
        assertEquals(ExitStatus.DONE, typed.status(), typed.err());
        assertTrue(typed.out().matches("graft \\d.* \\(libtorch \\d.*\\)\n"), typed.out());
    }

    @Test
    @Order(1)
    void wrongUse_isStatus2_andOneLine() throws Exception {
        for (List<Object> words : List.<List<Object>>of(
                List.of("trian"),
                List.of("train"),
                List.of("train", "x", "y"),
                List.of("train", "x", "--eppochs", 3))) {
            Typed typed = graft(words.toArray());
            assertEquals(ExitStatus.USAGE, typed.status(), words + ": " + typed.err());
            assertEquals(1, typed.err().lines().count(), typed.err());
            assertEquals("", typed.out());
        }
    }

    @Test
    @Order(1)
    void noWords_isTheHelp() throws Exception {
        Typed typed = graft();
        assertEquals(ExitStatus.USAGE, typed.status());
        assertTrue(typed.out().contains("usage: graft VERB"), typed.out());
    }

    @Test
    @Order(2)
    void train_makesARunOfItsOwn() throws Exception {
        Typed typed = graft("train", pictures, "--weights", weights, "--cache", "off");
        assertEquals(ExitStatus.DONE, typed.status(), typed.err());
        Path run = run();
        assertTrue(run.getFileName().toString().matches("\\d{4}-\\d\\d-\\d\\d-1"), run.toString());
        for (String file : List.of("model.pt", "run.json", "console.log", "metrics.jsonl", "predictions.csv"))
            assertTrue(Files.exists(run.resolve(file)), file);
    }

    /** The only run. */
    private static Path run() throws IOException {
        try (Stream<Path> runs = Files.list(folder.resolve("runs"))) {
            List<Path> all = runs.toList();
            assertEquals(1, all.size(), all.toString());
            return all.get(0);
        }
    }

    @Test
    @Order(3)
    void predict_isALineForEachPicture_andSaysWhatItSaved() throws Exception {
        Path overlays = folder.resolve("overlays");
        Typed typed = graft("predict", run(), pictures.resolve("val/dot"), "--explain", overlays);
        assertEquals(ExitStatus.DONE, typed.status(), typed.err());
        assertEquals("saved 4 pictures in " + overlays + "\n", typed.err());
        assertEquals(4, typed.out().lines().count(), typed.out());
        try (Stream<Path> drawn = Files.list(overlays)) {
            assertEquals(4, drawn.count());
        }
    }

    @Test
    @Order(3)
    void predict_unreadable_isStatus3() throws Exception {
        Path broken = Files.writeString(folder.resolve("broken.png"), "no picture");
        Typed typed = graft("predict", run(), broken, pictures.resolve("val/dot/0.png"), "--format", "csv");
        assertEquals(ExitStatus.SOME_UNREADABLE, typed.status(), typed.err());
        assertEquals(3, typed.out().lines().count(), typed.out());
    }

    @Test
    @Order(3)
    void evaluate_belowTheWanted_isStatus4() throws Exception {
        assertEquals(
                ExitStatus.DONE, graft("evaluate", run(), pictures, "--quiet").status());
        Path swapped = folder.resolve("swapped");
        copy(pictures.resolve("val/dot"), swapped.resolve("bar"));
        copy(pictures.resolve("val/bar"), swapped.resolve("dot"));
        Typed typed = graft("evaluate", run(), swapped, "--fail-below", "accuracy=0.9");
        assertEquals(ExitStatus.BELOW, typed.status(), typed.err());
        assertTrue(typed.err().contains("accuracy is "), typed.err());
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) Files.copy(file, to.resolve(file.getFileName()));
        }
    }

    @Test
    @Order(3)
    void export_toAFullDisk_leavesNothing() throws Exception {
        Path out = folder.resolve("exports");
        Path told = Files.createTempFile(folder, "full", ".txt");
        Process process = new ProcessBuilder(
                        "bash",
                        "-c",
                        "ulimit -f 20000; exec \"$0\" \"$@\"",
                        SCRIPT.toString(),
                        "export",
                        run().toString(),
                        "--format",
                        "state-dict",
                        "--out",
                        out.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(told.toFile())
                .start();
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(ExitStatus.ERROR, process.exitValue(), Files.readString(told));
        assertTrue(Files.readString(told).startsWith("graft export: " + out), Files.readString(told));
        try (Stream<Path> left = Files.exists(out) && Files.isDirectory(out) ? Files.list(out) : Stream.of()) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    @Order(3)
    void export_report_inspect_weights_doAsTheySay() throws Exception {
        Typed export = graft("export", run(), "--format", "onnx", "--out", folder.resolve("m.onnx"));
        assertEquals(ExitStatus.DONE, export.status(), export.err());
        assertTrue(Files.size(folder.resolve("m.onnx")) > 1_000_000);
        Typed report = graft("report", run(), "--out", folder.resolve("r.html"));
        assertEquals(ExitStatus.DONE, report.status(), report.err());
        assertTrue(Files.readString(folder.resolve("r.html")).contains("</html>"));
        Typed inspect = graft("inspect", run(), "--json");
        assertEquals(ExitStatus.DONE, inspect.status(), inspect.err());
        assertTrue(inspect.out().startsWith("{"), inspect.out());
        Typed weights = graft("weights", "list");
        assertEquals(ExitStatus.DONE, weights.status(), weights.err());
        assertTrue(weights.out().contains("RESNET18_IMAGENET1K_V1"), weights.out());
    }

    @Test
    @Order(3)
    void whatIsNotThere_isNamedByEachVerb() throws Exception {
        for (String verb : List.of("evaluate", "predict", "inspect", "export", "report")) {
            Object[] words = verb.equals("export")
                    ? new Object[] {verb, folder.resolve("nowhere"), "--format", "onnx"}
                    : verb.equals("evaluate") || verb.equals("predict")
                            ? new Object[] {verb, folder.resolve("nowhere"), pictures}
                            : new Object[] {verb, folder.resolve("nowhere")};
            Typed typed = graft(words);
            assertEquals(ExitStatus.ERROR, typed.status(), verb + ": " + typed.err());
            assertEquals(1, typed.err().lines().count(), typed.err());
            assertTrue(typed.err().contains("nowhere"), typed.err());
        }
    }

    @Test
    @Order(1)
    void help_ofEachVerb_isStatus0() throws Exception {
        for (String verb :
                List.of("train", "evaluate", "predict", "inspect", "export", "report", "weights", "doctor")) {
            Typed typed = graft(verb, "--help");
            assertEquals(ExitStatus.DONE, typed.status(), typed.err());
            assertTrue(typed.out().contains("usage: graft " + verb), typed.out());
        }
    }

    @Test
    @Order(1)
    void doctor_testsThisMachine() throws Exception {
        Typed typed = graft("doctor", "--json");
        assertEquals(ExitStatus.DONE, typed.status(), typed.out() + typed.err());
        assertTrue(typed.out().contains("\"verdict\""), typed.out());
        assertFalse(typed.out().contains("\"fail\""), typed.out());
    }

    @Test
    @Order(1)
    void weightsVerify_aWrongFile_isStatus1() throws Exception {
        Path cache = Files.createDirectories(folder.resolve("cache"));
        Path wrong = Files.writeString(cache.resolve("resnet18-f37072fd.pth"), "not what it says");
        Typed verify = graft("weights", "verify");
        assertEquals(ExitStatus.ERROR, verify.status(), verify.out() + verify.err());
        assertTrue(verify.out().contains("NOT the published digest"), verify.out());
        Typed remove = graft("weights", "remove", wrong.getFileName());
        assertEquals(ExitStatus.DONE, remove.status(), remove.err());
        assertFalse(Files.exists(wrong));
        assertEquals(ExitStatus.DONE, graft("weights", "verify").status());
    }

    @Test
    @Order(3)
    void stacktrace_saysMoreThanALine() throws Exception {
        Typed typed = graft("inspect", folder.resolve("nowhere"), "--stacktrace");
        assertEquals(ExitStatus.ERROR, typed.status());
        assertTrue(typed.err().contains("\tat dev.graft."), typed.err());
    }

    @Test
    @Order(2)
    void weights_damaged_areAnErrorAndLeaveNothing() throws Exception {
        Path broken = Files.writeString(folder.resolve("broken.pth"), "no weights");
        Typed typed = graft("train", pictures, "--weights", broken, "--out", folder.resolve("none"));
        assertEquals(ExitStatus.ERROR, typed.status(), typed.err());
        assertTrue(typed.err().startsWith("graft train: --weights: " + broken), typed.err());
        assertEquals(1, typed.err().lines().count(), typed.err());
        assertFalse(Files.exists(folder.resolve("none")));
    }

    @Test
    @Order(2)
    void sigterm_whileTraining_leavesWholeFilesAndTellsHowToGoOn() throws Exception {
        stopped("stopped", "TERM", 143);
    }

    /** Where tests run in the background they ignore Ctrl-C, and so would what they start. */
    @Test
    @Order(2)
    @EnabledOnOs(OS.LINUX)
    void sigint_whileTraining_leavesWholeFilesAndTellsHowToGoOn() throws Exception {
        stopped("interrupted", "INT", 130);
    }

    private static void stopped(String name, String signal, int status) throws Exception {
        Path out = Files.createFile(folder.resolve(name + ".txt"));
        Path err = folder.resolve(name + ".err");
        Path run = folder.resolve(name);
        Process process = start(
                out,
                err,
                "train",
                pictures,
                "--weights",
                weights,
                "--cache",
                "off",
                "--out",
                run,
                "--recipe",
                "reference",
                "--epochs",
                500);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!Files.readString(out).contains("Epoch 1/500") && System.nanoTime() < until) Thread.sleep(50);
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it goes on");
        assertEquals(status, process.exitValue(), Files.readString(err));
        assertTrue(Files.readString(out).contains("stopped; go on with: " + SCRIPT + " train "), Files.readString(out));
        assertTrue(Files.exists(run.resolve("checkpoint/checkpoint.pt")));
        assertFalse(Files.exists(run.resolve("model.pt")));
        assertTrue(Files.readString(run.resolve("run.json")).contains("\"state\" : \"stopped\""));
    }
}
