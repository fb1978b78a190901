package dev.graft.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoresTest {
    @TempDir
    Path folder;

    /** Eight processors as Linux shows them, two on each core. */
    private Cores read(String allowed, int processors) throws IOException {
        for (int cpu = 0; cpu < 8; cpu++) {
            Path topology = folder.resolve("cpu" + cpu + "/topology");
            Files.createDirectories(topology);
            Files.writeString(topology.resolve("thread_siblings_list"), cpu % 4 + "," + (cpu % 4 + 4) + "\n");
        }
        Path status = folder.resolve("status");
        Files.writeString(
                status, "Name:\tjava\nCpus_allowed:\tff\nCpus_allowed_list:\t" + allowed + "\nMems_allowed:\t1\n");
        return Cores.read(folder, status, processors);
    }

    @Test
    void threads_twoHardwareThreadsACore_areCores() throws IOException {
        assertEquals(4, read("0-7", 8).threads());
        assertEquals("the physical cores of 8 processors", read("0-7", 8).origin());
    }

    @Test
    void threads_affinityToTwoOfOneCore_areOne() throws IOException {
        assertEquals(1, read("1,5", 2).threads());
        assertEquals(3, read("0-1,4,6", 4).threads());
    }

    @Test
    void threads_containerLeavesLess_areThat() throws IOException {
        assertEquals(2, read("0-7", 2).threads());
        assertEquals(
                "the processors that Java counts, fewer than the 4 cores",
                read("0-7", 2).origin());
    }

    @Test
    void threads_systemDoesNotTell_areProcessors() throws IOException {
        assertEquals(new Cores(6, 0), Cores.read(folder.resolve("none"), folder.resolve("none"), 6));
        assertEquals(new Cores(16, 0), read("0-15", 16)); // nothing is said of the upper eight
        assertEquals(16, read("0-15", 16).threads());
        assertEquals(new Cores(8, 0), read("x", 8));
    }

    @Test
    void read_thisMachine_isInRange() {
        int threads = Cores.read().threads();
        assertTrue(threads >= 1 && threads <= Runtime.getRuntime().availableProcessors(), "" + threads);
    }
}
