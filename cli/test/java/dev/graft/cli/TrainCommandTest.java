package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that has no demonstration: its user names pictures and weights. */
class TrainCommandTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(Object... args) {
        String[] words = new String[args.length];
        for (int i = 0; i < args.length; i++) words[i] = args[i].toString();
        return new TrainCommand("train", List.of("Trains."), Optional.empty())
                .run(
                        words,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8).strip();
    }

    @Test
    void help_hasItsThemes_andNoDemonstrationsDefaults() {
        assertEquals(0, run("--help"));
        String told = out.toString(StandardCharsets.UTF_8);
        assertTrue(told.startsWith("Trains.\n\nusage: train [options]\n\nPictures\n  --data PLACE  "), told);
        for (String theme : List.of("\n\nNetwork\n  --weights", "\n\nTraining\n", "\n\nMachine\n", "\n\nRun\n"))
            assertTrue(told.contains(theme), theme);
        assertFalse(told.contains("embedded"), told);
        assertTrue(told.lines().allMatch(l -> l.length() <= 100 || !l.contains(" ")), told);
    }

    @Test
    void data_missing_isAskedFor() {
        assertEquals(2, run("--epochs", 1));
        assertEquals("--data: is missing; give the folder of your pictures", err());
    }

    @Test
    void recipe_auto_makesNoSteps_soTheirSettingsAreRefused() {
        for (String option : List.of("epochs", "lr", "momentum")) {
            err.reset();
            assertEquals(2, run("--data", folder, "--recipe", "auto", "--" + option, "1"));
            assertEquals(
                    "--" + option
                            + ": the recipe auto makes no steps, so there is nothing to set; leave it out, or take"
                            + " --recipe fast",
                    err());
        }
        err.reset();
        assertEquals(2, run("--data", folder, "--recipe", "auto", "--unfreeze", "layer4"));
        assertTrue(err().contains("give --time-budget instead (auto then tries whether it pays that layer4"), err());
        assertTrue(err().endsWith("or take --recipe fast"), err());
    }

    @Test
    void weights_missing_areAskedFor_andNothingIsWritten() throws Exception {
        for (String place : List.of("train/cat", "train/dog", "val/cat", "val/dog")) {
            Files.write(
                    Files.createDirectories(folder.resolve("pets").resolve(place))
                            .resolve("a.jpg"),
                    new byte[1]);
        }
        assertEquals(1, run("--data", folder.resolve("pets"), "--out", folder.resolve("out")));
        assertEquals("weights: none are named; give a file or a known name with --weights", err());
        assertFalse(Files.exists(folder.resolve("out")));
    }

    /** Its checkpoint holds the weights. */
    @Test
    void weightsKey_ofAResumedRun_isNotUsed() {
        TrainOptions options = TrainOptions.parse(
                new String[] {"--data", "pets", "--resume", "out", "--weights-key", "ema"}, Optional.empty());
        assertEquals(List.of("--weights-key"), options.unused());
    }

    @Test
    void resumeCommand_leavesOutWhatTheCheckpointHolds_andQuotes() {
        ResumeCommand command = new ResumeCommand(
                "bin/train",
                List.of(
                        "--weights=a b.pth",
                        "--weights-key",
                        "ema",
                        "--data",
                        "my pets",
                        "--overwrite",
                        "--resume",
                        "x",
                        "--lr",
                        "0.1"));
        Path checkpoint = Path.of("out", "checkpoint");
        String end = "--data 'my pets' --lr 0.1 --resume " + checkpoint;
        assertEquals("bin/train " + end, command.from(checkpoint, true));
        assertEquals("bin/train '--weights=a b.pth' --weights-key ema " + end, command.from(checkpoint, false));
    }
}
