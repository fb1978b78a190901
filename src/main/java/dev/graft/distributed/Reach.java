package dev.graft.distributed;

import dev.graft.files.Lasting;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Opens the store at an address where another process listens, or will. LibTorch's store waits for one too, but fills the error stream with
 * stack traces meanwhile, and waits for ever for the answer of one that is no store.
 */
final class Reach {
    private static final int TRY_MILLIS = 2000;
    private static final long PAUSE_MILLIS = 100;

    private Reach() {}

    /** @throws IOException when nobody listens there in time, or somebody who does not answer */
    static RankStore store(World world, World.AtAddress at, Duration patience) throws IOException {
        require(at, patience);
        FutureTask<RankStore> opening = new FutureTask<>(() -> RankStore.open(world, patience));
        Lasting.thread(opening, "graft-ranks-meeting").start();
        try {
            return opening.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) { // the thread stays: nothing wakes it
            throw new IOException("somebody listens there who does not answer as rank 0", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private static void require(World.AtAddress at, Duration patience) throws IOException {
        long begun = System.nanoTime();
        IOException last;
        do {
            last = reach(at);
            if (last == null) return;
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
        } while (System.nanoTime() - begun < patience.toNanos());
        throw last;
    }

    private static IOException reach(World.AtAddress at) {
        try (Socket socket = new Socket()) {
            InetSocketAddress place = new InetSocketAddress(at.host(), at.port()); // looks the name up anew
            if (place.isUnresolved()) return new UnknownHostException(at.host() + " is unknown");
            socket.connect(place, TRY_MILLIS);
            return null;
        } catch (IOException e) {
            return e;
        }
    }
}
