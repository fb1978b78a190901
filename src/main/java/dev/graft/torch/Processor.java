package dev.graft.torch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The processor as Linux reports it in {@code /proc/cpuinfo}; on other systems only the number of cores. Thread-safe.
 */
public final class Processor {
    /** The flags that change a network's speed or rounding, as Linux spells them. */
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

    /** Its name, the number of cores that this process may use, and the instruction sets that matter for a network. */
    public static String description() {
        return description(lines(), Runtime.getRuntime().availableProcessors());
    }

    static String description(List<String> cpuInfo, int cores) {
        Set<String> flags = flags(cpuInfo);
        String telling = TELLING.stream().filter(flags::contains).collect(Collectors.joining(" "));
        String name = first(cpuInfo, "model name").orElse("unknown processor");
        return name + ", " + cores + (cores == 1 ? " core" : " cores") + (telling.isEmpty() ? "" : ", " + telling);
    }

    /**
     * The processor's instruction flags as Linux spells them, such as {@code avx512_bf16}; empty if the system does not
     * report them.
     */
    public static Set<String> flags() {
        return flags(lines());
    }

    /** Its maker as Linux spells it, such as {@code GenuineIntel}; empty if the system does not report it. */
    public static String vendor() {
        return first(lines(), "vendor_id").orElse("");
    }

    static Set<String> flags(List<String> cpuInfo) {
        String all =
                first(cpuInfo, "flags").or(() -> first(cpuInfo, "Features")).orElse("");
        return all.isEmpty() ? Set.of() : new HashSet<>(List.of(all.split("\\s+")));
    }

    /** The value of a name in the lines of the first processor. */
    private static Optional<String> first(List<String> cpuInfo, String name) {
        return cpuInfo.stream()
                .map(line -> line.split(":", 2))
                .filter(sides -> sides.length == 2 && sides[0].strip().equals(name))
                .map(sides -> sides[1].strip())
                .findFirst();
    }

    private static List<String> lines() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) { // not Linux, or the file is hidden
            return List.of();
        }
    }
}
