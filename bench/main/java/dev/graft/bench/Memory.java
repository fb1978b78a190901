package dev.graft.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.javacpp.Pointer;

/**
 * What this process holds after a full collection.
 *
 * @param heapBytes live on Java's heap
 * @param pointers native objects that JavaCPP knows of
 * @param residentKilobytes in memory, by Linux's count
 * @param mostKilobytes ever resident
 */
record Memory(long heapBytes, long pointers, long residentKilobytes, long mostKilobytes) {
    static Memory look() throws IOException {
        long heap = liveHeap();
        String status = Files.readString(Path.of("/proc/self/status"));
        return new Memory(heap, Pointer.totalCount(), kilobytes(status, "VmRSS:"), kilobytes(status, "VmHWM:"));
    }

    /** What one collection finds unreachable a later one frees, and threads clear up between them: collects until no more goes. */
    private static long liveHeap() {
        long least = Long.MAX_VALUE;
        for (int unchanged = 0; unchanged < 3; ) {
            ManagementFactory.getMemoryMXBean().gc();
            long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            unchanged = used < 0.999 * least ? 0 : unchanged + 1;
            least = Math.min(least, used);
        }
        return least;
    }

    private static long kilobytes(String status, String name) {
        String line = status.lines().filter(l -> l.startsWith(name)).findFirst().orElseThrow();
        return Long.parseLong(line.replaceAll("\\D", ""));
    }

    /** As one line that {@link #in} finds. */
    String line(String name) {
        return "memory " + name + " " + heapBytes + " " + pointers + " " + residentKilobytes + " " + mostKilobytes;
    }

    /** The look of that name in what a child wrote. */
    static Memory in(String said, String name) {
        String start = "memory " + name + " ";
        long[] n = said.lines()
                .filter(l -> l.startsWith(start))
                .flatMapToLong(l ->
                        Arrays.stream(l.substring(start.length()).split(" ")).mapToLong(Long::parseLong))
                .toArray();
        if (n.length != 4) throw new IllegalStateException("the child did not tell of " + name + ": " + said);
        return new Memory(n[0], n[1], n[2], n[3]);
    }

    @Override
    public String toString() {
        return String.format(
                "heap %.2f MB, %d native objects, resident %.1f MB (at most %.1f)",
                heapBytes / 1e6, pointers, residentKilobytes / 1e3, mostKilobytes / 1e3);
    }
}
