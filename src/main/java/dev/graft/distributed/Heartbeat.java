package dev.graft.distributed;

import dev.graft.files.Lasting;
import dev.graft.torch.ExitGuard;
import java.time.Duration;
import java.util.Arrays;

/**
 * Looks once a second whether another rank has failed, so that a rank learns of it also where it computes alone for long. Over a network each
 * rank writes a sign of life too. One thread; close it.
 */
final class Heartbeat implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration SILENCE = Duration.ofSeconds(15);

    private final RankStore store;
    private final Witness witness;
    private final int rank;
    private final boolean overNetwork;
    private final String[] last;
    private final long[] changed;
    private final Thread thread;
    private volatile RankException failed;
    private boolean over; // guarded by this

    Heartbeat(RankStore store, Witness witness, World world) {
        this.store = store;
        this.witness = witness;
        this.rank = world.rank();
        this.overNetwork = world.meeting().orElseThrow() instanceof World.AtAddress;
        this.last = new String[world.size()];
        this.changed = new long[world.size()];
        Arrays.fill(changed, System.nanoTime());
        this.thread = Lasting.thread(this::run, "graft-ranks");
        thread.start();
    }

    /** Throws what was noticed about another rank, if anything was. */
    void check() {
        RankException why = failed;
        if (why != null) throw why;
    }

    private synchronized void run() {
        long beats = 0;
        try {
            while (!over && failed == null) {
                try (ExitGuard.Part part = ExitGuard.enter()) {
                    look(beats++);
                }
                wait(EVERY.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) { // the store is gone: the next exchange says why
            failed = new RankException(witness.at() + ": " + witness.name(0) + " stopped answering", e);
        }
    }

    private void look(long beat) {
        failed = witness.confessed();
        if (failed == null) failed = witness.dead();
        if (!overNetwork || failed != null) return;
        store.set("beat/" + rank, Long.toString(beat));
        for (int r = 0; r < last.length; r++) {
            if (r == rank || store.get("done/" + r) != null) continue;
            String now = store.get("beat/" + r);
            if (now != null && !now.equals(last[r])) {
                last[r] = now;
                changed[r] = System.nanoTime();
            } else if (System.nanoTime() - changed[r] > SILENCE.toNanos()) {
                failed = new RankException(witness.at() + ": " + witness.name(r) + " has given no sign of life for "
                        + SILENCE.toSeconds() + " s");
            }
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            over = true;
            notifyAll();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
