package dev.graft.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ThreadsSettingTest {
    private final int before = Threads.get();

    @AfterEach
    void restore() {
        Threads.set(before);
    }

    @Test
    void set_reachesLibTorchAndOpenBlas_alsoInAThreadThatWasThereBefore() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            for (int count : new int[] {3, 1, 2}) {
                Threads.set(count);
                assertEquals(count, torch.get_num_threads());
                assertEquals(count, BlasThreads.now());
                assertEquals(count, other.submit(ThreadsSettingTest::inScope).get());
            }
        } finally {
            other.shutdown();
        }
    }

    /** What OpenMP gives the calling thread. */
    private static int inScope() {
        try (NativeScope scope = NativeScope.open()) {
            return torch.get_num_threads();
        }
    }

    @Test
    void set_saysWhereTheNumberComesFrom_andDecodersFollow() {
        Threads.set(2);
        assertEquals("as the program set it", Threads.origin());
        assertEquals(2, Threads.decoders());
        Threads.set(64);
        assertEquals(8, Threads.decoders());
    }

    @Test
    void load_forksOfScripts_haveOneThread() {
        Natives.load();
        assertEquals(1, torch.get_num_interop_threads());
    }
}
