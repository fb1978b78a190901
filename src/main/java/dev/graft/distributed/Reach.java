package dev.graft.distributed;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;

/** Waits until somebody listens at an address. LibTorch's store waits too, but fills the error stream with stack traces meanwhile. */
final class Reach {
    private static final int TRY_MILLIS = 2000;
    private static final long PAUSE_MILLIS = 100;

    private Reach() {}

    /** @throws IOException when nobody listens there in time */
    static void require(World.AtAddress at, Duration patience) throws IOException {
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
