package dev.graft.torch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * What this process may compute on.
 *
 * @param processors what Java counts: hardware threads, less what the container, the affinity or a flag of Java's takes away
 * @param physical the physical cores that those hardware threads lie on, 0 where the system does not tell
 */
record Cores(int processors, int physical) {
    private static final String ALLOWED = "Cpus_allowed_list:";

    /** Of this process. Only Linux tells of physical cores. */
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
        } catch (IOException | NumberFormatException e) { // another system, or hidden
            return new Cores(processors, 0);
        }
    }

    /** Threads that compute without getting in each other's way: two on one core take turns. */
    int threads() {
        return physical == 0 ? processors : Math.min(physical, processors);
    }

    /** Where that number comes from. */
    String origin() {
        if (physical == 0) return "the processors that Java counts";
        if (processors < physical) return "the processors that Java counts, fewer than the " + physical + " cores";
        return "the physical cores" + (processors > physical ? " of " + processors + " processors" : "");
    }
}
