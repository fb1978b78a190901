package dev.graft.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComputeDeviceTest {
    @Test
    void of_gpuThatIsNotThere_saysWhatIsAndWhatToDo() {
        Natives.load();
        assumeFalse(torch.cuda_is_available(), "skipped: this machine has a GPU");
        for (String name : new String[] {"cuda", "cuda:0", "cuda:999"}) {
            Exception e = assertThrows(IllegalArgumentException.class, () -> ComputeDevice.of(name));
            String seen = name.equals("cuda") ? "cuda:0" : name;
            assertTrue(
                    e.getMessage()
                            .startsWith("device: " + seen + " is not available, LibTorch sees 0 GPUs; use cpu or auto"),
                    e.getMessage());
        }
        assertEquals(ComputeDevice.CPU, ComputeDevice.of("auto"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "CPU", "gpu", "cuda:", "cuda:-1", "cuda:1000", "cuda:0x1", "cpu:0", " cpu", "mps"})
    void of_badName_listsTheGoodOnes(String name) {
        Exception e = assertThrows(IllegalArgumentException.class, () -> ComputeDevice.of(name));
        assertEquals("device: '" + name + "' is unknown; use auto, cpu, cuda or cuda:N", e.getMessage());
    }

    @Test
    void constructor_indexThatCannotBe_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> new ComputeDevice(ComputeDevice.Kind.CPU, 1));
        assertThrows(IllegalArgumentException.class, () -> new ComputeDevice(ComputeDevice.Kind.CUDA, -1));
    }

    @Test
    void threads_belowOne_isRefused() {
        int before = Threads.get();
        for (int count : new int[] {0, -1, Integer.MIN_VALUE}) {
            Exception e = assertThrows(IllegalArgumentException.class, () -> Threads.set(count));
            assertEquals("threads: must be at least 1, was " + count, e.getMessage());
        }
        assertEquals(before, Threads.get());
    }
}
