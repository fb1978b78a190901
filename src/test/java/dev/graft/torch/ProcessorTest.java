package dev.graft.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProcessorTest {
    @Test
    void description_linuxTellsIt_namesWhatMatters() {
        List<String> lines = List.of(
                "processor\t: 0",
                "model name\t: A Processor: 9",
                "flags\t\t: fpu avx2 sse avx512f avx512_bf16",
                "processor\t: 1",
                "model name\t: Another");
        assertEquals("A Processor: 9, 2 cores, avx2 avx512f avx512_bf16", Processor.description(lines, 2));
    }

    @Test
    void description_nothingIsTold_countsCores() {
        assertEquals("unknown processor, 1 core", Processor.description(List.of(), 1));
    }

    @Test
    void flags_areTheFirstProcessors_onArmToo() {
        assertEquals(Set.of("fp", "bf16"), Processor.flags(List.of("Features\t: fp bf16", "Features\t: fp")));
        assertEquals(Set.of(), Processor.flags(List.of("flags\t\t:", "model name : flags")));
    }
}
