package dev.graft.environment;

import java.util.Set;

/** Whether the processor has the instructions that LibTorch's fast kernels need. */
final class ProcessorCheck {
    private static final String NAME = "processor";

    private ProcessorCheck() {}

    /**
     * @param flags the instruction flags as Linux spells them; empty if the system does not report them
     * @param description the processor in words
     * @param architecture as in {@code os.arch}
     */
    static Checkup of(Set<String> flags, String description, String architecture) {
        boolean intel = architecture.equals("amd64") || architecture.equals("x86_64");
        if (intel && !flags.isEmpty() && !flags.contains("avx2"))
            return Checkup.warn(
                    NAME,
                    description + ", without AVX2: LibTorch is several times slower",
                    "use a machine, or a virtual machine's processor type, that has AVX2");
        return Checkup.ok(NAME, description);
    }
}
