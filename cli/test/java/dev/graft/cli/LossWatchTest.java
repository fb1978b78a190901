package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The warning of a loss that rose. */
class LossWatchTest {
    private static String told(double first, double last, Optional<Event.Resumed> resumed) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LossWatch watch = new LossWatch(new PrintStream(out, true, StandardCharsets.UTF_8));
        watch.on(new Event.RunBegan(TrainingPlan.fast(), 8, 2, resumed));
        watch.on(new Event.StepsTaken(1, 0, new double[] {first, 5 * first}));
        watch.on(new Event.EpochEnded(1, 1, "head", Map.of("mean_loss", last), 1, 1, 0));
        watch.on(new Event.RunEnded(false, Map.of()));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aLossThatRose_isOneLine() {
        String said = told(0.7, 34.5, Optional.empty());
        assertEquals(1, said.lines().count(), said);
        assertTrue(said.contains("rose from 0.7000 in the first step to 34.50") && said.contains("--find-lr"), said);
    }

    @Test
    void aLossThatFell_orIsSmall_orOfAResumedRun_saysNothing() {
        assertEquals("", told(0.7, 0.9, Optional.empty()));
        assertEquals("", told(0.01, 0.15, Optional.empty()));
        assertEquals("", told(0.01, 9, Optional.of(new Event.Resumed(1, 0))));
    }
}
