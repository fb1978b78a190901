package dev.graft.environment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The processor as Linux tells it in {@code /proc/cpuinfo}; elsewhere only how many cores there are. */
final class Processor {
    /** What makes a difference to a network's speed or rounding, as Linux spells it. */
    private static final List<String> TELLING = List.of(
            "avx2",
            "fma",
            "avx_vnni",
            "avx512f",
            "avx512_vnni",
            "avx512_bf16",
            "avx512_fp16",
            "amx_tile",
            "amx_bf16",
            "amx_int8",
            "asimd",
            "asimddp",
            "bf16",
            "i8mm",
            "sve");

    private Processor() {}

    static String description() {
        return description(lines(), Runtime.getRuntime().availableProcessors());
    }

    static String description(List<String> cpuInfo, int cores) {
        Map<String, String> first = new LinkedHashMap<>();
        for (String line : cpuInfo) {
            String[] sides = line.split(":", 2);
            if (sides.length == 2) first.putIfAbsent(sides[0].strip(), sides[1].strip());
        }
        String all = first.getOrDefault("flags", first.getOrDefault("Features", ""));
        Set<String> flags = new HashSet<>(List.of(all.split("\\s+")));
        String telling = TELLING.stream().filter(flags::contains).collect(Collectors.joining(" "));
        String name = first.getOrDefault("model name", "of a name that the system does not tell");
        return name + ", " + cores + (cores == 1 ? " core" : " cores") + (telling.isEmpty() ? "" : ", " + telling);
    }

    private static List<String> lines() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) { // not Linux, or hidden: the report says less
            return List.of();
        }
    }
}
