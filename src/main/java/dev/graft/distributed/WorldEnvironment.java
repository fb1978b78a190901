package dev.graft.distributed;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a {@link World} from environment variables. */
record WorldEnvironment(Map<String, String> variables) {
    /** Set by {@code graft train --ranks}: the file in which the ranks meet. */
    static final String FILE = "GRAFT_RANKS_FILE";

    /** PyTorch's default. */
    private static final int PORT = 29500;

    /** Ports that a job's number chooses from, so that two jobs on one machine rarely take the same one. */
    private static final int PORTS = 1000;

    /** The first name of a list such as {@code gpu[003-005,009],cpu1}. */
    private static final Pattern FIRST_NODE = Pattern.compile("([^,\\[]+)(?:\\[(\\d+)[^\\]]*\\])?.*");

    static Map<String, String> of(World world) {
        if (!(world.meeting().orElse(null) instanceof World.InFile in))
            throw new IllegalStateException("world: only one that meets in a file is passed on, was " + world);
        return Map.of(
                "RANK",
                Integer.toString(world.rank()),
                "WORLD_SIZE",
                Integer.toString(world.size()),
                "LOCAL_RANK",
                Integer.toString(world.localRank()),
                "LOCAL_WORLD_SIZE",
                Integer.toString(world.localSize()),
                FILE,
                in.file().toString());
    }

    World world() {
        if (has("RANK") || has("WORLD_SIZE") && !has("JOB_COMPLETION_INDEX")) return ofRank();
        if (has("SLURM_PROCID") && has("SLURM_STEP_NUM_TASKS")) return ofSlurm();
        if (has("JOB_COMPLETION_INDEX") && has("WORLD_SIZE")) return ofIndexedJob();
        return World.ONE;
    }

    private boolean has(String name) {
        return !variables.getOrDefault(name, "").isEmpty();
    }

    /** torchrun, a PyTorchJob of Kubeflow, and our own launcher. */
    private World ofRank() {
        int size = number("WORLD_SIZE");
        int rank = below("RANK", number("RANK"), size);
        if (size == 1) return World.ONE;
        int localSize = has("LOCAL_WORLD_SIZE") ? number("LOCAL_WORLD_SIZE") : 1;
        int localRank = has("LOCAL_RANK") && localSize > 1 ? number("LOCAL_RANK") : 0;
        return new World(rank, size, localRank, localSize, Optional.of(meeting()));
    }

    private World.Meeting meeting() {
        if (has(FILE)) return new World.InFile(Path.of(variables.get(FILE)));
        boolean agent = "True".equalsIgnoreCase(variables.get("TORCHELASTIC_USE_AGENT_STORE"));
        String attempt = variables.getOrDefault("TORCHELASTIC_RESTART_COUNT", "0");
        return address(required("MASTER_ADDR"), number("MASTER_PORT"), agent, attempt);
    }

    private World.AtAddress address(String host, int port, boolean agent, String attempt) {
        if (port < 1 || port > 65535)
            throw new IllegalArgumentException(
                    "environment: MASTER_PORT is " + port + ", allowed are 1 to 65535; give another one");
        return new World.AtAddress(
                host, port, agent, attempt, Optional.ofNullable(variables.get("GLOO_SOCKET_IFNAME")));
    }

    /** A step of SLURM. A batch script itself has no {@code SLURM_STEP_NUM_TASKS}: it is one process. */
    private World ofSlurm() {
        int size = number("SLURM_STEP_NUM_TASKS");
        int rank = below("SLURM_PROCID", number("SLURM_PROCID"), size);
        if (size == 1) return World.ONE;
        int localRank = has("SLURM_LOCALID") ? number("SLURM_LOCALID") : 0;
        int localSize = Math.max(localRank + 1, tasksOfThisNode());
        String host = has("MASTER_ADDR") ? variables.get("MASTER_ADDR") : firstNode();
        int port = has("MASTER_PORT") ? number("MASTER_PORT") : PORT + number("SLURM_JOB_ID") % PORTS;
        return new World(
                rank,
                size,
                localRank,
                localSize,
                Optional.of(address(host, port, false, variables.getOrDefault("SLURM_STEP_ID", "0"))));
    }

    /** From {@code SLURM_STEP_TASKS_PER_NODE}, such as {@code 2(x3),1}: 2 on three nodes, then 1. */
    private int tasksOfThisNode() {
        int node = has("SLURM_NODEID") ? number("SLURM_NODEID") : 0;
        for (String part :
                variables.getOrDefault("SLURM_STEP_TASKS_PER_NODE", "").split(",")) {
            Matcher m = Pattern.compile("(\\d{1,6})(?:\\(x(\\d{1,6})\\))?").matcher(part);
            if (!m.matches()) return 1;
            node -= m.group(2) == null ? 1 : Integer.parseInt(m.group(2));
            if (node < 0) return Integer.parseInt(m.group(1));
        }
        return 1;
    }

    private String firstNode() {
        String list =
                has("SLURM_STEP_NODELIST") ? variables.get("SLURM_STEP_NODELIST") : required("SLURM_JOB_NODELIST");
        Matcher m = FIRST_NODE.matcher(list);
        if (!m.matches())
            throw new IllegalArgumentException(
                    "environment: the list of nodes is '" + list + "', which names no node; set MASTER_ADDR");
        return m.group(1) + (m.group(2) == null ? "" : m.group(2));
    }

    /** An indexed job of Kubernetes says its index only. Size and host are set in the job's file. */
    private World ofIndexedJob() {
        int size = number("WORLD_SIZE");
        int rank = below("JOB_COMPLETION_INDEX", number("JOB_COMPLETION_INDEX"), size);
        if (size == 1) return World.ONE;
        int port = has("MASTER_PORT") ? number("MASTER_PORT") : PORT;
        return new World(rank, size, 0, 1, Optional.of(address(required("MASTER_ADDR"), port, false, "0")));
    }

    private String required(String name) {
        if (has(name)) return variables.get(name);
        throw new IllegalArgumentException(
                "environment: " + name + " is not set, but this is one of several ranks; start"
                        + " all of them with torchrun, srun or graft train --ranks, or unset RANK and WORLD_SIZE");
    }

    private int number(String name) {
        String text = required(name);
        try {
            int n = Integer.parseInt(text);
            if (n >= 0) return n;
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException(
                "environment: " + name + " is '" + text + "', which is not a number of 0 or more; correct it");
    }

    private static int below(String name, int rank, int size) {
        if (rank < size) return rank;
        throw new IllegalArgumentException("environment: " + name + " is " + rank + " in a world of " + size
                + ", allowed are 0 to " + (size - 1) + "; correct one of them");
    }
}
