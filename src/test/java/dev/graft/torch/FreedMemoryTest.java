package dev.graft.torch;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.graft.HeldMemory;
import dev.graft.javacpp.KernelLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FreedMemoryTest {
    private static final int TENSORS = 2_000;
    private static final long FLOATS = 16 << 10; // 64 KB: too little for a mapping of its own

    @BeforeAll
    static void linux() {
        assumeTrue(Files.exists(Path.of("/proc/self/status")), "skipped: resident memory is read from /proc");
        assumeTrue(KernelLibrary.here(), "skipped: no kernels of Graft here");
    }

    @Test
    void service_thatCloses_givesFreedMemoryBack() throws Exception {
        ExitGuard.Service service = ExitGuard.serve();
        long[] resident = new long[2];
        Thread thread = new Thread(() -> {
            try {
                Tensor last;
                try (NativeScope scope = NativeScope.open()) {
                    for (int i = 0; i < TENSORS; i++) torch.ones(FLOATS);
                    last = NativeScope.own(
                            torch.ones(FLOATS)); // on top: the C library itself gives back what lies above
                }
                resident[0] = HeldMemory.residentBytes();
                service.close();
                resident[1] = HeldMemory.residentBytes();
                last.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        thread.start();
        thread.join();
        long given = resident[0] - resident[1];
        assertTrue(given > TENSORS * FLOATS * 4 / 2, "given back: " + (given >> 20) + " MB of 125");
    }
}
