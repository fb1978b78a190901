package dev.graft.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class RankGroupTest {
    /** For what nobody answers: it passes in full. */
    private static final Duration SHORT = Duration.ofSeconds(1);

    /** How long after that a rank may take to say who it was. */
    private static final double SAID = 3.5;

    private static float[] values(Tensor t) {
        float[] all = new float[(int) t.numel()];
        new FloatPointer(t.contiguous().data_ptr()).get(all);
        return all;
    }

    private static Tensor filled(float value, long... shape) {
        return torch.full(shape, new Scalar(value));
    }

    @Test
    void exchanges_giveAllRanksTheSame() throws Exception {
        List<float[]> all = InThreads.run(3, group -> {
            try (NativeScope scope = NativeScope.open()) {
                Tensor sum = filled(group.rank() + 1, 2);
                group.sum(sum);
                Tensor first = filled(group.rank() + 7, 2, 2);
                group.takeFirst(first.t());
                float[] parts = new float[group.size()];
                List<Tensor> gathered = group.gather(filled(group.rank(), group.rank(), 2));
                for (int r = 0; r < parts.length; r++)
                    parts[r] = gathered.get(r).numel() == 0
                            ? -1
                            : values(gathered.get(r))[0] * 100 + gathered.get(r).size(0);
                List<String> texts = group.exchange("t" + group.rank());
                return new float[] {
                    values(sum)[1],
                    values(first)[3],
                    parts[0],
                    parts[1],
                    parts[2],
                    texts.equals(List.of("t0", "t1", "t2")) ? 1 : 0,
                    group.any(group.rank() == 2) ? 1 : 0,
                    group.any(false) ? 1 : 0,
                    (float) group.first(group.rank() + 0.5)
                };
            }
        });
        for (float[] one : all) assertArrayEquals(new float[] {6, 7, -1, 101, 202, 1, 1, 0, 0.5f}, one);
    }

    @Test
    void requireAgreement_anotherPlan_isRefusedByNameOnAllRanks() throws Exception {
        List<InThreads.End<Object>> ends = InThreads.ends(InThreads.worlds(3), InThreads.PATIENCE, group -> {
            group.requireAgreement(Map.of("the plan", "epochs " + (group.rank() == 2 ? 4 : 3)));
            return null;
        });
        for (InThreads.End<Object> end : ends)
            assertTrue(
                    end.message()
                            .matches("handshake: rank 2 \\(.+ pid \\d+\\) differs from rank 0 \\(.+\\) in the plan:"
                                    + " 'epochs 4', not 'epochs 3'; .*"),
                    end::message);
    }

    @Test
    void thrown_isToldByAllRanksWithItsMessage() throws Exception {
        List<InThreads.End<Object>> ends = InThreads.ends(InThreads.worlds(3), InThreads.PATIENCE, group -> {
            group.at("epoch 1, step 3");
            if (group.rank() == 1) throw new IllegalStateException("no room\nwith a second line");
            try (NativeScope scope = NativeScope.open()) {
                group.sum(filled(1, 4));
            }
            return null;
        });
        for (int r : new int[] {0, 2}) {
            InThreads.End<Object> end = ends.get(r);
            assertTrue(
                    end.message().matches("epoch 1, step 3: rank 1 \\(.+ pid \\d+\\) failed: no room"), end::message);
            assertTrue(end.seconds() < SAID, () -> end + " took long");
        }
    }

    /** Threads share their process, so the one that hangs is asleep, and not dead. */
    @Test
    void hanging_isNamedAfterThePatience() throws Exception {
        List<InThreads.End<Object>> ends = InThreads.ends(InThreads.worlds(3), SHORT, group -> {
            group.at("epoch 2, step 1");
            if (group.rank() == 2) Thread.sleep(5500);
            try (NativeScope scope = NativeScope.open()) {
                group.sum(filled(1, 4));
            }
            return null;
        });
        for (InThreads.End<Object> end : ends.subList(0, 2)) {
            assertTrue(
                    end.message().matches("epoch 2, step 1: rank 2 \\(.+ pid \\d+\\) stopped answering"), end::message);
            assertTrue(end.seconds() < SHORT.toSeconds() + SAID, () -> end + " took long");
        }
    }

    @Test
    void absent_isNamed() throws Exception {
        List<InThreads.End<Object>> ends = InThreads.ends(InThreads.worlds(3).subList(0, 2), SHORT, group -> null);
        for (InThreads.End<Object> end : ends)
            assertTrue(
                    end.message()
                            .matches(
                                    "start: (rank . \\(.+\\) failed: )?rank 2 of 3 has not come within 1\\.0 s; there are rank 0 \\(.+\\), rank 1"
                                            + " \\(.+\\)"),
                    end::message);
    }

    /** The store ends with rank 0, which gives up first. */
    @Test
    void absent_isNamedAlsoWhereRankZeroServesTheStore() throws Exception {
        int free = freePort();
        List<World> worlds =
                IntStream.range(0, 2).mapToObj(r -> at(r, 3, "127.0.0.1", free)).toList();
        for (InThreads.End<Object> end : InThreads.ends(worlds, SHORT, group -> null))
            assertTrue(end.message().contains("rank 2 of 3 has not come within"), end::message);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void twice_isSaidByAllRanks() throws Exception {
        List<World> worlds = new ArrayList<>(InThreads.worlds(3));
        worlds.set(2, worlds.get(1));
        for (InThreads.End<Object> end : InThreads.ends(worlds, InThreads.PATIENCE, group -> null)) {
            assertTrue(end.message().matches("start: .*rank 1 is there twice: .+ and .+"), end::message);
            assertTrue(end.seconds() < SAID, () -> end + " took long");
        }
    }

    @Test
    void anotherWorldSize_isSaidByAllRanks() throws Exception {
        List<World> worlds = new ArrayList<>(InThreads.worlds(3));
        World one = worlds.get(1);
        worlds.set(1, new World(1, 2, 1, 2, one.meeting()));
        for (InThreads.End<Object> end : InThreads.ends(worlds, InThreads.PATIENCE, group -> null))
            assertTrue(
                    end.message().matches("start: rank . .*has a WORLD_SIZE of ., .*one of ..*|start: .*stopped.*"),
                    end::message);
    }

    @Test
    void port_thatIsTaken_isSaid() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            World world = at(0, 2, "127.0.0.1", taken.getLocalPort());
            String said = assertThrows(RankException.class, () -> join(world)).getMessage();
            assertTrue(said.matches("start: rank 0 \\(.+\\) cannot listen at .*the port is taken; .*"), said);
            World other = at(1, 2, "127.0.0.1", taken.getLocalPort());
            String waited = assertThrows(RankException.class, () -> join(other)).getMessage();
            assertTrue(waited.matches("start: rank 1 \\(.+\\) found no rank 0 at 127.0.0.1:\\d+ within .*"), waited);
        }
    }

    @Test
    void host_thatIsWrong_isSaid() throws Exception {
        int free = freePort();
        World world = at(1, 2, "127.0.0.1", free);
        String said = assertThrows(RankException.class, () -> join(world)).getMessage();
        assertTrue(said.matches("start: rank 1 \\(.+\\) found no rank 0 at 127.0.0.1:\\d+ within 1.0 s; .*"), said);
    }

    private static void join(World world) {
        RankGroup.join(world, ComputeDevice.CPU, Duration.ofSeconds(1)).close();
    }

    private static World at(int rank, int size, String host, int port) {
        return new World(
                rank, size, rank, size, Optional.of(new World.AtAddress(host, port, false, "0", Optional.empty())));
    }

    @Test
    void ranks_meetAtAnAddressToo() throws Exception {
        int free = freePort();
        List<World> worlds =
                IntStream.range(0, 2).mapToObj(r -> at(r, 2, "127.0.0.1", free)).toList();
        for (InThreads.End<Integer> end :
                InThreads.ends(worlds, InThreads.PATIENCE, g -> g.exchange("").size()))
            assertEquals(2, end.value(), end::message);
    }

    /** D4 in small: what an exchange makes goes with it. */
    @Test
    void exchanges_leaveNothingBehind() throws Exception {
        InThreads.run(2, group -> {
            try (NativeScope scope = NativeScope.open()) {
                Tensor flat = torch.zeros(100);
                for (int i = 0; i < 500; i++) group.sum(flat);
                long before = resident();
                for (int i = 0; i < 1500; i++) group.sum(flat);
                long more = resident() - before;
                assertTrue(more < 4 << 20, () -> "grew by " + more + " bytes");
            }
            return null;
        });
    }

    private static long resident() throws Exception {
        String pages = Files.readString(Path.of("/proc/self/statm")).split(" ")[1];
        return 4096 * Long.parseLong(pages);
    }
}
