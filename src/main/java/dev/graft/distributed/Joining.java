package dev.graft.distributed;

import dev.graft.torch.ComputeDevice;
import dev.graft.torch.Natives;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.global.torch;

/** The ranks of a world find each other in the store. */
record Joining(World world, RankStore store, Witness witness, Duration patience) {
    private static final long LOOK_MILLIS = 20;

    /** See {@link RankGroup#join}. */
    static RankGroup group(World world, ComputeDevice device, Duration patience) {
        Natives.load();
        torch.initLogging(); // takes TORCH_CPP_LOG_LEVEL, which only Python does otherwise
        RankStore store = open(world, patience);
        Witness witness = new Witness(store, world);
        boolean whole = false;
        try {
            new Joining(world, store, witness, patience).run();
            Backend group = connected(world, store, witness, device, patience);
            RankGroup made = new RankGroup(world, device, store, witness, group);
            whole = true;
            return made;
        } finally {
            if (!whole) {
                witness.linger();
                store.close();
            }
        }
    }

    private static RankStore open(World world, Duration patience) {
        try {
            if (world.meeting().orElseThrow() instanceof World.AtAddress at && (world.rank() > 0 || at.served()))
                return Reach.store(world, at, patience);
            return RankStore.open(world, patience);
        } catch (IOException | RuntimeException e) {
            String me = "start: rank " + world.rank() + " (" + me() + ") ";
            if (!(world.meeting().orElseThrow() instanceof World.AtAddress at))
                throw new RankException(me + "cannot use the file of the ranks: " + Witness.firstLine(e), e);
            String place = at.host() + ":" + at.port();
            boolean taken = String.valueOf(e.getMessage()).contains("EADDRINUSE");
            throw new RankException(
                    taken
                            ? me + "cannot listen at " + place + ": the port is taken; choose another MASTER_PORT"
                            : me + "found no rank 0 at " + place + " within " + patience.toMillis() / 1000.0
                                    + " s; check MASTER_ADDR and MASTER_PORT, and that rank 0 was started",
                    e);
        }
    }

    private static Backend connected(
            World world, RankStore store, Witness witness, ComputeDevice device, Duration patience) {
        try {
            return Transport.connect(store, world, device, patience);
        } catch (RankException e) {
            throw e;
        } catch (RuntimeException e) {
            throw witness.explain(e);
        }
    }

    /** Machine and process of this rank. */
    static String me() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "unknown host";
        }
        return host.replace('\t', ' ') + " pid " + ProcessHandle.current().pid();
    }

    /** @throws RankException when one does not come, is there twice or has another idea of the world */
    void run() {
        String me = me();
        int rank = world.rank();
        if (store.count("claim/" + rank) > 1) refuseTwice(me);
        witness.met(rank, me);
        store.set("who/" + rank, me + "\t" + world.size());
        boolean[] there = new boolean[world.size()];
        there[rank] = true;
        long begun = System.nanoTime();
        try {
            while (IntStream.range(0, there.length).anyMatch(r -> !there[r])) {
                for (int r = 0; r < there.length; r++) there[r] |= meets(r);
                requireGood();
                if (System.nanoTime() - begun > patience.toNanos()) throw absent(there);
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RankException("start: interrupted while waiting for the other ranks", e);
        } catch (RankException e) {
            throw e;
        } catch (RuntimeException e) {
            throw witness.explain(e);
        }
    }

    private void refuseTwice(String me) {
        String other = store.get("who/" + world.rank());
        String both = "rank " + world.rank() + " is there twice: "
                + (other == null ? "another process" : other.split("\t")[0]) + " and " + me
                + "; give each process another RANK";
        store.set("twice/" + world.rank(), "start\t" + both);
        store.set("err/" + world.rank(), "start\t" + both);
        throw new RankException("start: " + both);
    }

    private boolean meets(int other) {
        String said = other == world.rank() ? null : store.get("who/" + other);
        if (said == null) return false;
        String[] parts = said.split("\t");
        witness.met(other, parts[0]);
        if (Integer.parseInt(parts[1]) == world.size()) return true;
        throw new RankException("start: " + witness.name(other) + " has a WORLD_SIZE of " + parts[1] + ", "
                + witness.name(world.rank()) + " one of " + world.size() + "; give all ranks the same");
    }

    private void requireGood() {
        RankException failed = witness.confessed();
        if (failed != null) throw failed;
        RankException dead = witness.dead();
        if (dead != null) throw dead;
    }

    private RankException absent(boolean[] there) {
        String who = witness.names(IntStream.range(0, there.length).filter(r -> !there[r])) + " of " + there.length
                + " has not come within " + patience.toMillis() / 1000.0 + " s; there are "
                + witness.names(IntStream.range(0, there.length).filter(r -> there[r]));
        witness.confess(who);
        return new RankException("start: " + who);
    }
}
