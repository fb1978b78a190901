package dev.graft.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ChildJvm;
import dev.graft.Slice;
import dev.graft.model.HashState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExitGuardTest {
    @TempDir
    Path folder;

    /** Without the guard most of these crash in LibTorch. */
    @Test
    void exit_whileThreadsTrainAndPredict_waitsForThem() throws IOException {
        Path weights = HashState.write(folder.resolve("hash.pth"), 10);
        for (int delay : List.of(0, 150, 70).subList(0, Slice.of(3, 2))) {
            Path place = Files.createDirectories(folder.resolve("exit-" + delay));
            ChildJvm.Result result =
                    ChildJvm.run(place, ChildJvm.digesting(), ExitWhileWorking.class, weights, place, delay, false);
            assertEquals(3, result.exit(), result.output());
            assertTrue(result.output().contains("train: stopped, true"), result.output());
            assertFalse(result.output().contains("SIG"), result.output());
        }
    }

    /** It never asks whether the JVM exits: it is refused after ten seconds, not cut off within LibTorch. */
    @Test
    void exit_whileALoopPredicts_refusesItAndEnds() throws IOException {
        Path weights = HashState.write(folder.resolve("hash.pth"), 10);
        ChildJvm.Result result =
                ChildJvm.run(folder, ChildJvm.digesting(), ExitWhileWorking.class, weights, folder, 0, true);
        assertEquals(3, result.exit(), result.output());
        assertTrue(result.output().contains("train: stopped, true"), result.output());
        assertTrue(result.output().contains("predict: torch: the JVM is exiting"), result.output());
    }

    /** The exit must not wait for the thread that waits for the exit. */
    @Test
    void exit_fromWithinTraining_endsAtOnce() throws IOException {
        Path weights = HashState.write(folder.resolve("hash.pth"), 10);
        long start = System.nanoTime();
        ChildJvm.Result result =
                ChildJvm.run(folder, ChildJvm.digesting(), ExitWhileWorking.class, weights, folder, -1, false);
        assertEquals(3, result.exit(), result.output());
        assertTrue(Duration.ofNanos(System.nanoTime() - start).toSeconds() < 40, "it waited");
    }
}
