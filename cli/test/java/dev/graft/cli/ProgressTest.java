package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();

    private static PrintStream stream(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream of) {
        return of.toString(StandardCharsets.UTF_8);
    }

    private static void run(Progress progress) {
        progress.on(new Event.RunBegan(TrainingPlan.fast(), 70, 10, Optional.empty()));
        progress.on(new Event.PicturesPassed(40, 80));
        progress.on(new Event.PicturesPassed(80, 80));
        progress.on(new Event.FeaturesReady(80, 0, 80, 0, 1, 0));
        progress.on(new Event.StepsTaken(1, 0, new double[] {0.7, 0.5}));
        progress.on(new Event.StepsTaken(1, 2, new double[] {0.25}));
    }

    @Test
    void terminal_showsPicturesAndTheLoss() {
        try (Progress progress = new Progress(stream(lines), stream(terminal))) {
            run(progress);
        }
        assertTrue(text(terminal).contains("80/80 pictures"), text(terminal));
        assertTrue(text(terminal).contains("3/3 steps") && text(terminal).contains("loss 0.2500"), text(terminal));
        assertEquals("", text(lines));
    }

    @Test
    void noTerminal_showsNoBar_andNoLineWithinSeconds() {
        try (Progress progress = new Progress(stream(lines), null)) {
            run(progress);
        }
        assertEquals("", text(lines));
    }
}
