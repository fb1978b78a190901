package dev.graft.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The environments as torchrun, srun and Kubernetes set them. None of the last two was run. */
class WorldTest {
    private static final Map<String, String> TORCHRUN = Map.of(
            "RANK", "3",
            "WORLD_SIZE", "4",
            "LOCAL_RANK", "1",
            "LOCAL_WORLD_SIZE", "2",
            "MASTER_ADDR", "node-a",
            "MASTER_PORT", "29400",
            "TORCHELASTIC_USE_AGENT_STORE", "True",
            "TORCHELASTIC_RESTART_COUNT", "2");

    private static final Map<String, String> SLURM = Map.of(
            "SLURM_PROCID", "5",
            "SLURM_STEP_NUM_TASKS", "7",
            "SLURM_LOCALID", "1",
            "SLURM_NODEID", "2",
            "SLURM_STEP_TASKS_PER_NODE", "2(x3),1",
            "SLURM_STEP_NODELIST", "gpu[003-005,009],cpu1",
            "SLURM_JOB_ID", "123456",
            "SLURM_STEP_ID", "1");

    private static final Map<String, String> INDEXED_JOB =
            Map.of("JOB_COMPLETION_INDEX", "1", "WORLD_SIZE", "2", "MASTER_ADDR", "train-0.train");

    private static Map<String, String> with(Map<String, String> all, String name, String value) {
        Map<String, String> changed = new HashMap<>(all);
        if (value == null) changed.remove(name);
        else changed.put(name, value);
        return changed;
    }

    private static World.AtAddress address(World world) {
        return (World.AtAddress) world.meeting().orElseThrow();
    }

    @Test
    void nothing_isOneProcess() {
        assertEquals(
                World.ONE, World.fromEnvironment(Map.of("PATH", "/bin", "SLURM_JOB_ID", "7", "SLURM_PROCID", "0")));
        assertEquals(World.ONE, World.fromEnvironment(Map.of("RANK", "0", "WORLD_SIZE", "1")));
        assertTrue(World.ONE.isAlone());
    }

    @Test
    void torchrun_isRead() {
        World world = World.fromEnvironment(TORCHRUN);
        assertEquals(
                new World(3, 4, 1, 2, Optional.of(new World.AtAddress("node-a", 29400, true, "2", Optional.empty()))),
                world);
        World own = World.fromEnvironment(
                with(with(TORCHRUN, "TORCHELASTIC_USE_AGENT_STORE", null), "GLOO_SOCKET_IFNAME", "eth0"));
        assertEquals(new World.AtAddress("node-a", 29400, false, "2", Optional.of("eth0")), address(own));
    }

    @Test
    void slurm_isRead() {
        World world = World.fromEnvironment(SLURM);
        assertEquals(
                new World(
                        5,
                        7,
                        1,
                        2,
                        Optional.of(new World.AtAddress("gpu003", 29500 + 456, false, "1", Optional.empty()))),
                world);
        assertEquals(
                1,
                World.fromEnvironment(
                                with(with(with(SLURM, "SLURM_PROCID", "6"), "SLURM_LOCALID", "0"), "SLURM_NODEID", "3"))
                        .localSize());
        assertEquals(
                "cpu1",
                address(World.fromEnvironment(with(SLURM, "SLURM_STEP_NODELIST", "cpu1")))
                        .host());
        assertEquals(
                "head",
                address(World.fromEnvironment(with(SLURM, "MASTER_ADDR", "head")))
                        .host());
    }

    @Test
    void indexedJob_isRead() {
        assertEquals(
                new World(
                        1,
                        2,
                        0,
                        1,
                        Optional.of(new World.AtAddress("train-0.train", 29500, false, "0", Optional.empty()))),
                World.fromEnvironment(INDEXED_JOB));
    }

    @ParameterizedTest
    @CsvSource({
        "RANK, 4, RANK is 4 in a world of 4",
        "RANK, one, RANK is 'one'",
        "RANK, -1, RANK is '-1'",
        "WORLD_SIZE, , WORLD_SIZE is not set",
        "RANK, , RANK is not set",
        "MASTER_ADDR, , MASTER_ADDR is not set",
        "MASTER_PORT, 0, MASTER_PORT is 0",
        "MASTER_PORT, 70000, MASTER_PORT is 70000",
        "LOCAL_RANK, 2, local rank must be 0 to 1"
    })
    void contradiction_namesTheVariable(String name, String value, String said) {
        Map<String, String> wrong = with(TORCHRUN, name, value);
        String message = assertThrows(IllegalArgumentException.class, () -> World.fromEnvironment(wrong))
                .getMessage();
        assertTrue(message.contains(said), message);
    }
}
