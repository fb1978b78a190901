package dev.graft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.Pointer;

/** What a child's process holds of memory. */
public final class HeldMemory {
    private HeldMemory() {}

    /** A number, and behind it native objects, resident kilobytes and bytes of live heap, after a full collection. */
    public static String line(long number) throws IOException {
        long live = liveHeap();
        return number + " " + Pointer.totalCount() + " " + residentBytes() / 1024 + " " + live;
    }

    /** What one collection finds unreachable a later one frees, and threads clear up between them: collects until no more goes. */
    private static long liveHeap() {
        long least = Long.MAX_VALUE;
        for (int unchanged = 0; unchanged < 3; ) {
            System.gc();
            long used =
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            unchanged = used < 0.999 * least ? 0 : unchanged + 1;
            least = Math.min(least, used);
        }
        return least;
    }

    /** What of this process lies in memory. */
    public static long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElseThrow();
    }
}
