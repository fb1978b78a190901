package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ChildJvm;
import dev.graft.model.HashState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a run needs of memory, and that it does not grow. */
class MemoryTest {
    @TempDir
    static Path folder;

    private static Path weights;

    @BeforeAll
    static void writeWeights() throws IOException {
        weights = HashState.write(folder.resolve("hash.pth"), 10);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void fit_thousandSteps_holdsWhatAHundredDid() throws IOException {
        // Java's heap is touched from the start: what is measured is the native side.
        List<String> flags = List.of("-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch");
        try (ChildJvm child = ChildJvm.start(folder, flags, LongRun.class, weights, folder.resolve("long"))) {
            ChildJvm.Result result = child.await(Duration.ofMinutes(5));
            assertEquals(0, result.exit(), result.output());
            long[] early = numbers(result.output(), "100 ");
            long[] late = numbers(result.output(), "1000 ");
            assertEquals(early[1], late[1], "native objects: " + result.output());
            assertTrue(Math.abs(late[2] - early[2]) <= 0.02 * early[2], "resident memory: " + result.output());
        }
    }

    private static long[] numbers(String output, String start) {
        String line =
                output.lines().filter(l -> l.startsWith(start)).findFirst().orElseThrow();
        String[] fields = line.split(" ");
        return new long[] {Long.parseLong(fields[0]), Long.parseLong(fields[1]), Long.parseLong(fields[2])};
    }

    @Test
    void wholeRun_heapSmallerThanTheModel_isEnough() throws IOException {
        // The model's file has 45 MB: it is never whole on the heap.
        ChildJvm.Result result =
                ChildJvm.run(folder, List.of("-Xmx40m"), SmallHeap.class, weights, folder.resolve("small"));
        assertEquals(0, result.exit(), result.output());
        assertTrue(result.output().endsWith("OK\n"), result.output());
        assertTrue(!result.output().contains("WARNING"), result.output());
    }
}
