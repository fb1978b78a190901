package dev.graft.environment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;

/** The limits of the container, and the memory that is free. */
final class MemoryCheck {
    private static final long LEAST = 1L << 30;

    private MemoryCheck() {}

    /** @param machine the processors that Java counts */
    static Checkup container(ControlGroup group, int machine) {
        String name = "container";
        String seen = (group.processors().isPresent()
                        ? String.format(
                                Locale.ROOT,
                                "%.1f processors",
                                group.processors().getAsDouble())
                        : "no limit of processors")
                + (group.bytes().isPresent()
                        ? ", " + mebibytes(group.bytes().getAsLong()) + " of memory"
                        : ", no limit of memory");
        if (group.processors().isPresent() && group.processors().getAsDouble() < 1)
            return Checkup.warn(name, seen + ": less than one", "give the container at least one processor (--cpus 2)");
        if (group.bytes().isPresent() && group.bytes().getAsLong() < LEAST)
            return Checkup.warn(name, seen, "give the container at least 1 GiB (--memory 2g), or use small batches");
        return Checkup.ok(name, seen + "; Java counts " + machine);
    }

    /**
     * @param info Linux's {@code /proc/meminfo}
     * @param heap the largest heap of Java, in bytes
     */
    static Checkup memory(Path info, ControlGroup group, long heap) {
        String name = "memory";
        OptionalLong total = value(info, "MemTotal:");
        OptionalLong free = value(info, "MemAvailable:");
        String ofJava = "Java's heap at most " + mebibytes(heap);
        if (total.isEmpty() || free.isEmpty()) return Checkup.ok(name, ofJava);
        long available = free.getAsLong();
        if (group.bytes().isPresent())
            available =
                    Math.min(available, group.bytes().getAsLong() - group.used().orElse(0));
        String seen = mebibytes(available) + " available of "
                + mebibytes(Math.min(total.getAsLong(), group.bytes().orElse(Long.MAX_VALUE))) + ", " + ofJava;
        return available < LEAST
                ? Checkup.warn(name, seen, "end other programs, or use a smaller --batch-size")
                : Checkup.ok(name, seen);
    }

    private static OptionalLong value(Path info, String name) {
        try {
            for (String line : Files.readAllLines(info, StandardCharsets.ISO_8859_1)) {
                if (!line.startsWith(name)) continue;
                String[] words = line.substring(name.length()).strip().split("\\s+");
                return OptionalLong.of(Long.parseLong(words[0]) << 10);
            }
        } catch (IOException | NumberFormatException e) { // not Linux, or the file is hidden
            return OptionalLong.empty();
        }
        return OptionalLong.empty();
    }

    private static String mebibytes(long bytes) {
        return (bytes >> 20) + " MiB";
    }
}
