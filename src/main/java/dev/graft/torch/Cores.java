package dev.graft.torch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The processors that this process may use.
 *
 * @param processors the number that Java reports: hardware threads, without those that the container, the CPU affinity
 *     or a JVM flag takes away
 * @param physical the physical cores of those hardware threads; 0 if the system does not report them
 */
record Cores(int processors, int physical) {
    private static final String ALLOWED = "Cpus_allowed_list:";

    /** Reads the values for this process. Only Linux reports physical cores. */
    static Cores read() {
        return read(
                Path.of("/sys/devices/system/cpu"),
                Path.of("/proc/self/status"),
                Runtime.getRuntime().availableProcessors());
    }

    static Cores read(Path system, Path status, int processors) {
        try {
            Set<String> cores = new HashSet<>();
            for (String line : Files.readAllLines(status, StandardCharsets.ISO_8859_1)) {
                if (!line.startsWith(ALLOWED)) continue;
                for (String range : line.substring(ALLOWED.length()).strip().split(",")) {
                    String[] ends = range.split("-");
                    int last = Integer.parseInt(ends[ends.length - 1]);
                    for (int cpu = Integer.parseInt(ends[0]); cpu <= last; cpu++) {
                        cores.add(Files.readString(system.resolve("cpu" + cpu + "/topology/thread_siblings_list")));
                    }
                }
            }
            return new Cores(processors, cores.size());
        } catch (IOException | NumberFormatException e) { // not Linux, or the files are hidden
            return new Cores(processors, 0);
        }
    }

    /** The best number of threads that compute: one for each physical core, because two on one core share its units. */
    int threads() {
        return physical == 0 ? processors : Math.min(physical, processors);
    }

    /** Where the result of {@link #threads} comes from, in words. */
    String origin() {
        if (physical == 0) return "the processors that Java counts";
        if (processors < physical) return "the processors that Java counts, fewer than the " + physical + " cores";
        return "the physical cores" + (processors > physical ? " of " + processors + " processors" : "");
    }
}
