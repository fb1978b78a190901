package dev.graft.environment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The limits that a container or a service manager sets for this process, from Linux's control groups, version 2 or 1.
 *
 * @param processors the limit of processor time, in processors; empty for none
 * @param bytes the limit of memory; empty for none
 * @param used the memory in use; empty if it is not known
 */
record ControlGroup(OptionalDouble processors, OptionalLong bytes, OptionalLong used) {
    /** Version 1 writes nearly the largest number for no limit. */
    private static final long NO_LIMIT = 1L << 60;

    /** Reads the limits for this process; without limits on other systems. */
    static ControlGroup read() {
        return read(Path.of("/sys/fs/cgroup"), Path.of("/proc/self/cgroup"));
    }

    /**
     * Reads the limits. The smallest one on the way from the process's group to the root holds.
     *
     * @param root of the control groups
     * @param self the file with the process's groups
     */
    static ControlGroup read(Path root, Path self) {
        OptionalDouble processors = OptionalDouble.empty();
        OptionalLong bytes = OptionalLong.empty();
        OptionalLong used = OptionalLong.empty();
        for (Path group : groups(root, self)) {
            OptionalDouble p = processors(group);
            if (p.isPresent() && (processors.isEmpty() || p.getAsDouble() < processors.getAsDouble())) processors = p;
            OptionalLong b = number(group.resolve("memory.max"), group.resolve("memory/memory.limit_in_bytes"));
            if (b.isEmpty() || bytes.isPresent() && b.getAsLong() >= bytes.getAsLong()) continue;
            bytes = b;
            used = number(group.resolve("memory.current"), group.resolve("memory/memory.usage_in_bytes"));
        }
        return new ControlGroup(processors, bytes, used);
    }

    /** The process's group of version 2 and those around it; the root last. */
    private static List<Path> groups(Path root, Path self) {
        List<Path> groups = new ArrayList<>();
        String own = lines(self).stream()
                .filter(line -> line.startsWith("0::/"))
                .map(line -> line.substring(4))
                .findFirst()
                .orElse("");
        for (Path at = root.resolve(own).normalize(); at.startsWith(root) && !at.equals(root); at = at.getParent())
            groups.add(at);
        groups.add(root);
        return groups;
    }

    private static OptionalDouble processors(Path group) {
        Optional<String> max = first(group.resolve("cpu.max"));
        String[] words = max.orElse("max").split(" ");
        if (words.length == 2) return quota(words[0], words[1]);
        Optional<String> quota = first(group.resolve("cpu/cpu.cfs_quota_us"));
        Optional<String> period = first(group.resolve("cpu/cpu.cfs_period_us"));
        return quota.isPresent() && period.isPresent() ? quota(quota.get(), period.get()) : OptionalDouble.empty();
    }

    private static OptionalDouble quota(String quota, String period) {
        try {
            double share = Double.parseDouble(quota) / Double.parseDouble(period);
            return share > 0 ? OptionalDouble.of(share) : OptionalDouble.empty();
        } catch (NumberFormatException e) { // "max"
            return OptionalDouble.empty();
        }
    }

    private static OptionalLong number(Path first, Path other) {
        try {
            Optional<String> text = first(first).or(() -> first(other));
            long n = text.isPresent() ? Long.parseLong(text.get()) : NO_LIMIT;
            return n < NO_LIMIT ? OptionalLong.of(n) : OptionalLong.empty();
        } catch (NumberFormatException e) { // "max"
            return OptionalLong.empty();
        }
    }

    private static Optional<String> first(Path file) {
        return lines(file).stream().findFirst().map(String::strip);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) { // there is no such limit
            return List.of();
        }
    }
}
