package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ChildJvm;
import dev.graft.Slice;
import dev.graft.model.HashState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run needs of memory, and that it does not grow. */
class MemoryTest {
    @TempDir
    static Path folder;

    private static Path weights;

    @BeforeAll
    static void writeWeights() throws IOException {
        weights = HashState.write(folder.resolve("hash.pth"), 10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "fast"})
    @EnabledOnOs(OS.LINUX)
    void fit_allSteps_holdsWhatHalfOfThemDid(String recipe) throws IOException {
        // Java's heap is touched from the start: what is resident is the native side. Caches that go when the collector
        // finds them old go at every collection: what is left is alive.
        List<String> flags = List.of("-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch", "-XX:SoftRefLRUPolicyMSPerMB=0");
        Path pictures = folder.resolve("long-" + recipe);
        int steps = recipe.equals("fast") ? 2000 : Slice.of(2000, 600);
        try (ChildJvm child = ChildJvm.start(folder, flags, LongRun.class, weights, pictures, recipe, steps)) {
            ChildJvm.Result result = child.await(Duration.ofMinutes(5));
            assertEquals(0, result.exit(), result.output());
            long[] early = numbers(result.output(), steps / 2 + " ");
            long[] late = numbers(result.output(), steps + " ");
            assertEquals(early[1], late[1], "native objects: " + result.output());
            assertTrue(Math.abs(late[2] - early[2]) <= 0.02 * early[2], "resident memory: " + result.output());
            assertTrue(Math.abs(late[3] - early[3]) <= 0.02 * early[3], "live heap: " + result.output());
        }
    }

    private static long[] numbers(String output, String start) {
        String line =
                output.lines().filter(l -> l.startsWith(start)).findFirst().orElseThrow();
        return Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "fast"})
    void wholeRun_heapSmallerThanTheModel_isEnough(String recipe) throws IOException {
        // The model's file has 45 MB: it is never whole on the heap.
        ChildJvm.Result result = ChildJvm.run(
                folder,
                ChildJvm.digesting("-Xmx40m"),
                SmallHeap.class,
                weights,
                folder.resolve("small-" + recipe),
                recipe);
        assertEquals(0, result.exit(), result.output());
        assertTrue(result.output().endsWith("OK\n"), result.output());
        assertTrue(!result.output().contains("WARNING"), result.output());
    }
}
