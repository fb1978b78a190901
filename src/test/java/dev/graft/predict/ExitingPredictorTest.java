package dev.graft.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ChildJvm;
import dev.graft.model.HashState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Predictors of a JVM that exits. */
class ExitingPredictorTest {
    private static final Pattern COUNTS = Pattern.compile("of (\\d+) accepted: (\\d+) answered, (\\d+) failed");

    @TempDir
    static Path folder;

    private static Path weights;

    @BeforeAll
    static void writeWeights() throws IOException {
        weights = HashState.write(folder.resolve("hash.pth"), 10);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it knows no SIGTERM")
    void sigterm_serverWithSixteenCallers_answersWhatItAccepted() throws IOException {
        answersAll(folder.resolve("closing"), true);
        answersAll(folder.resolve("leaving"), false);
    }

    private static void answersAll(Path place, boolean closes) throws IOException {
        Files.createDirectories(place);
        try (ChildJvm child = ChildJvm.start(place, List.of(), StoppingServer.class, weights, place, closes)) {
            child.awaitOutput("serving");
            child.terminate();
            ChildJvm.Result result = child.await(Duration.ofMinutes(1));
            assertEquals(143, result.exit(), result.output());
            Matcher counts = COUNTS.matcher(result.output());
            assertTrue(counts.find(), result.output());
            assertEquals("0", counts.group(3), result.output());
            assertEquals(counts.group(1), counts.group(2), result.output());
            assertFalse(result.output().contains("with 0 requests"), result.output());
        }
    }

    @Test
    void exit_whileInt8IsCalibrated_givesItUp() throws IOException {
        ChildJvm.Result result = ChildJvm.run(folder, List.of(), ExitWhileCalibrating.class, weights, folder);
        assertEquals(3, result.exit(), result.output());
        assertTrue(result.output().contains("open: predictor: the JVM is exiting"), result.output());
    }
}
