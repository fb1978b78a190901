package dev.graft.environment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.javacpp.KernelLibrary;
import dev.graft.torch.Threads;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EnvironmentReportTest {
    @Test
    void read_thisMachine_tellsEveryFact() {
        EnvironmentReport report = EnvironmentReport.read();
        String names = report.facts().keySet().stream().collect(Collectors.joining(" "));
        assertEquals("graft java system processor libtorch onednn openblas opencv kernels threads gpus", names);
        assertTrue(report.facts().get("libtorch").matches("2\\.\\d+\\.\\d+-.* kernels for \\w+"), report::toString);
        assertTrue(report.facts().get("onednn").matches("\\d+\\.\\d+.*|none"), report::toString);
        assertTrue(report.facts().get("opencv").matches("4\\.\\d+\\.\\d+-.*"), report::toString);
        assertEquals(
                Threads.get() + " compute, " + Threads.decoders() + " decode: " + Threads.origin(),
                report.facts().get("threads"));
        assertEquals(11, report.toString().lines().count());
    }

    @Test
    void read_saysWhichEngineIsInUse() {
        String kernels = EnvironmentReport.read().facts().get("kernels");
        assertEquals(
                KernelLibrary.here()
                        ? "Graft's native kernels, " + KernelLibrary.instructions()
                        : KernelLibrary.description(),
                kernels);
    }
}
