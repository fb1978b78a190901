package dev.graft.distributed;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Which of how many processes this one is, and where they meet. A rank is one process of a run.
 *
 * @param rank of this process, from 0
 * @param size number of processes, at least 1
 * @param localRank of this process among those of this machine, from 0
 * @param localSize number of processes of this machine, at least 1
 * @param meeting where the processes find each other; empty for one process
 */
public record World(int rank, int size, int localRank, int localSize, Optional<Meeting> meeting) {
    /** Where the processes of a run find each other. */
    public sealed interface Meeting permits AtAddress, InFile {}

    /**
     * A port on the machine of rank 0, which anybody who reaches it may use: for networks that are trusted.
     *
     * @param host name or address
     * @param port 1..65535
     * @param served whether the program that starts the ranks listens there (torchrun); otherwise rank 0 does
     * @param attempt tells the starts of one run apart, so that a new one does not read what an earlier one left
     * @param networkInterface for the traffic between ranks, such as {@code eth0}; empty for the one that leads to the host
     */
    public record AtAddress(String host, int port, boolean served, String attempt, Optional<String> networkInterface)
            implements Meeting {
        /** Checks the port. */
        public AtAddress {
            Objects.requireNonNull(host, "host");
            if (port < 1 || port > 65535)
                throw new IllegalArgumentException("world: a port must be 1 to 65535, was " + port);
        }
    }

    /**
     * An empty file that all processes of one machine can write. No port is opened for it, and the ranks' traffic stays on the machine.
     *
     * @param file exists, in a folder that only this user can enter
     */
    public record InFile(Path file) implements Meeting {}

    /** One process: nothing is opened, and nothing is exchanged. */
    public static final World ONE = new World(0, 1, 0, 1, Optional.empty());

    /** Checks the ranges. */
    public World {
        Objects.requireNonNull(meeting, "meeting");
        if (size < 1) throw new IllegalArgumentException("world: the size must be at least 1, was " + size);
        if (rank < 0 || rank >= size)
            throw new IllegalArgumentException(
                    "world: the rank must be 0 to " + (size - 1) + " in a world of " + size + ", was " + rank);
        if (localSize < 1 || localSize > size)
            throw new IllegalArgumentException("world: the local size must be 1 to " + size + ", was " + localSize);
        if (localRank < 0 || localRank >= localSize)
            throw new IllegalArgumentException(
                    "world: the local rank must be 0 to " + (localSize - 1) + ", was " + localRank);
        if (size > 1 && meeting.isEmpty())
            throw new IllegalArgumentException("world: " + size + " processes need a place to meet");
    }

    /** One of several processes of this machine that meet in a file. */
    public static World inFile(int rank, int size, Path file) {
        return new World(rank, size, rank, size, Optional.of(new InFile(file)));
    }

    /**
     * What the program that started this process says in its environment: torchrun or another that sets {@code RANK} and {@code
     * WORLD_SIZE}, SLURM's srun, or an indexed job of Kubernetes. {@link #ONE} where there is none of them.
     *
     * @throws IllegalArgumentException when the variables contradict each other; the message names the variable
     */
    public static World fromEnvironment() {
        return fromEnvironment(System.getenv());
    }

    /** The same for a given environment. */
    public static World fromEnvironment(Map<String, String> environment) {
        return new WorldEnvironment(environment).world();
    }

    /**
     * The variables that make {@link #fromEnvironment} give this world in a process that is started with them.
     *
     * @throws IllegalStateException for a world that does not meet in a file
     */
    public Map<String, String> toEnvironment() {
        return WorldEnvironment.of(this);
    }

    /** Whether there is one process only. */
    public boolean isAlone() {
        return size == 1;
    }
}
