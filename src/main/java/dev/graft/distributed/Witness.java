package dev.graft.distributed;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Finds out which rank is to blame. Each writes who it is when it joins, and why it fails before it ends. Who sees the others' connections
 * break writes that it has left; who has written neither has died or hangs. Thread-safe.
 */
final class Witness {
    /** How long to wait for what the others write. They notice a broken connection within a fifth of a second. */
    private static final Duration HEARING = Duration.ofMillis(2500);

    /** Long enough for all that notice a failure together. */
    private static final Duration TOGETHER = Duration.ofMillis(500);

    private static final Duration LINGERING = Duration.ofMillis(1500);

    private static final long LOOK_MILLIS = 50;

    private final RankStore store;
    private final int rank;
    private final String[] who; // by rank; null where it is not known
    private final boolean serves; // the store is in this process
    private final boolean local; // all ranks are processes of this machine
    private final Set<Integer> lost = ConcurrentHashMap.newKeySet(); // will not read anything any more
    private volatile String at = "start";

    Witness(RankStore store, World world) {
        this.store = store;
        this.rank = world.rank();
        this.who = new String[world.size()];
        this.serves = rank == 0 && world.meeting().orElseThrow() instanceof World.AtAddress at && !at.served();
        this.local = world.meeting().orElseThrow() instanceof World.InFile;
    }

    /** Notes who a rank is. */
    void met(int other, String name) {
        who[other] = name;
    }

    /** Sets the step of this rank, for messages. */
    void at(String step) {
        at = step;
    }

    String at() {
        return at;
    }

    /** A rank with its machine and process, as far as they are known. */
    String name(int other) {
        return "rank " + other + (who[other] == null ? "" : " (" + who[other] + ")");
    }

    String names(IntStream ranks) {
        return ranks.mapToObj(this::name).collect(Collectors.joining(", "));
    }

    /** Says why this rank ends, so that the others can. */
    void confess(String why) {
        write("err/" + rank, at + "\t" + why);
    }

    private void write(String name, String text) {
        try {
            store.set(name, text);
        } catch (RuntimeException e) { // the store is gone too, and with it who would have read this
            System.getLogger("dev.graft").log(System.Logger.Level.DEBUG, "ranks: the store is gone", e);
        }
    }

    /** The failure that another rank has written, if there is one, as an exception of this rank. */
    RankException confessed() {
        for (int r = 0; r < who.length; r++) {
            String said = store.get((r == rank ? "twice/" : "err/") + r);
            if (said == null) continue;
            String[] parts = said.split("\t", 2);
            return new RankException(parts[0] + ": " + name(r) + " failed: " + parts[parts.length - 1]);
        }
        return null;
    }

    /** A rank of this machine whose process has ended, as an exception; null if there is none, or nobody can tell. */
    RankException dead() {
        for (int r = 0; local && r < who.length; r++) {
            if (r == rank || who[r] == null) continue;
            long process = Long.parseLong(who[r].replaceAll(".* ", ""));
            boolean alive =
                    ProcessHandle.of(process).map(ProcessHandle::isAlive).orElse(false);
            if (!alive && store.get("done/" + r) == null) {
                RankException why = confessed();
                return why != null ? why : new RankException(at + ": " + name(r) + " has ended");
            }
        }
        return null;
    }

    /** Explains why an exchange between the ranks broke. Takes up to three seconds. */
    RankException explain(RuntimeException broken) {
        write("left/" + rank, at);
        long began = System.nanoTime();
        try {
            while (true) {
                RankException why = confessed();
                if (why != null) return caused(why, broken);
                List<Integer> silent = silent();
                long passed = System.nanoTime() - began;
                boolean one = silent.size() == 1 && passed > TOGETHER.toNanos();
                if (one || passed > HEARING.toNanos()) return silent(silent, broken);
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new RankException(at + ": interrupted while another rank was failing", broken);
        } catch (RuntimeException e) { // the store is gone, which is rank 0's
            String server = rank == 0 ? "the store of the ranks" : name(0);
            return new RankException(at + ": " + server + " stopped answering", broken);
        }
    }

    /** The store ends with the rank that serves it: that one waits a while until the others have read why. */
    void linger() {
        if (!serves) return;
        long began = System.nanoTime();
        try {
            while (System.nanoTime() - began < LINGERING.toNanos() && !allHaveEnded()) Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean allHaveEnded() {
        return IntStream.range(0, who.length)
                .filter(r -> r != rank && !lost.contains(r))
                .allMatch(r -> store.get("left/" + r) != null || store.get("done/" + r) != null);
    }

    private static RankException caused(RankException why, RuntimeException broken) {
        why.initCause(broken);
        return why;
    }

    private List<Integer> silent() {
        return IntStream.range(0, who.length)
                .filter(r -> r != rank && store.get("left/" + r) == null)
                .boxed()
                .toList();
    }

    private RankException silent(List<Integer> silent, RuntimeException broken) {
        if (silent.isEmpty())
            return new RankException(
                    at + ": the ranks lost each other, though each still runs: " + firstLine(broken), broken);
        lost.addAll(silent);
        String names = names(silent.stream().mapToInt(r -> r));
        return new RankException(at + ": " + names + " stopped answering", broken);
    }

    static String firstLine(Throwable e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
