package dev.graft.environment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.javacpp.KernelLibrary;
import dev.graft.torch.Threads;
import java.util.List;
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
                        ? "Graft's native ones, " + KernelLibrary.instructions()
                        : KernelLibrary.description(),
                kernels);
    }

    @Test
    void processor_linuxTellsIt_namesWhatMatters() {
        List<String> lines = List.of(
                "processor\t: 0",
                "model name\t: A Processor: 9",
                "flags\t\t: fpu avx2 sse avx512f avx512_bf16",
                "processor\t: 1",
                "model name\t: Another");
        assertEquals("A Processor: 9, 2 cores, avx2 avx512f avx512_bf16", Processor.description(lines, 2));
    }

    @Test
    void processor_nothingIsTold_countsCores() {
        assertEquals("of a name that the system does not tell, 1 core", Processor.description(List.of(), 1));
    }
}
