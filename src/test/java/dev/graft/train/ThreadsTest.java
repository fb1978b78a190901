package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.graft.BusyThreads;
import dev.graft.ChildJvm;
import dev.graft.model.HashState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The one setting reaches all: counted are the threads that the kernel gave processor time. */
@Tag("alone")
class ThreadsTest {
    @TempDir
    static Path folder;

    private static Path weights;

    @BeforeAll
    static void writeWeights() throws IOException {
        weights = HashState.write(folder.resolve("hash.pth"), 10);
    }

    private static Map<String, String> busy(int threads) throws IOException {
        assumeTrue(BusyThreads.canSee(), "skipped: this system does not tell which threads worked");
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "skipped: needs two processors");
        Path run = folder.resolve("run" + threads);
        try (ChildJvm child = ChildJvm.start(folder, List.of("-Xmx256m"), ThreadsRun.class, weights, run, threads)) {
            ChildJvm.Result result = child.await(Duration.ofMinutes(5));
            assertEquals(0, result.exit(), result.output());
            assertTrue(result.output().endsWith("OK\n"), result.output());
            return result.output()
                    .lines()
                    .filter(line -> line.contains(": "))
                    .collect(Collectors.toMap(line -> line.split(": ")[0], line -> withoutHashing(line, threads)));
        }
    }

    /** Files are hashed before they are decoded, in threads of their own. */
    private static String withoutHashing(String line, int threads) {
        Matcher hashing = Pattern.compile("graft-hash=(\\d+), ").matcher(line.split(": ")[1]);
        if (hashing.find()) {
            assertTrue(Integer.parseInt(hashing.group(1)) <= threads, line);
        }
        return hashing.replaceFirst("");
    }

    @Test
    void runs_oneThread_oneComputesAndOneDecodes() throws IOException {
        Map<String, String> busy = busy(1);
        assertEquals("{graft-decode=1, training=1}", busy.get("fast"));
        assertEquals("{graft-decode=1, training=1}", busy.get("reference"));
        assertEquals("{graft-predict=1, training=1}", busy.get("predict")); // who asks decodes
        // And the count would tell of a part that was left out.
        assertEquals("{graft-decode=1, training=2}", busy.get("fast, OpenBLAS at 2"));
        assertEquals("{graft-decode=2, training=1}", busy.get("fast, OpenCV at 2"));
        assertEquals("{graft-decode=1, training=2}", busy.get("reference, LibTorch at 2"));
    }

    /** OpenMP and OpenBLAS have a second thread each, and one sleeps while the other computes. */
    @Test
    void runs_twoThreads_twoComputeAndTwoDecode() throws IOException {
        Map<String, String> busy = busy(2);
        assertEquals("{graft-decode=2, training=3}", busy.get("fast"));
        assertEquals("{graft-decode=2, training=3}", busy.get("reference"));
        assertTrue(busy.get("predict").startsWith("{graft-predict=2,"), busy.get("predict"));
    }
}
