package dev.graft.hub;

import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/** Detects whether another process's download still makes progress. */
final class Standstill {
    private final Supplier<Map<String, Long>> parts;
    private final Duration limit;
    private Map<String, Long> seen;
    private long since = System.nanoTime();

    /**
     * Begins to watch.
     *
     * @param parts gives names and lengths of all parts being downloaded
     * @param limit how long they may stay unchanged; it may take up to twice this time to be noticed
     */
    Standstill(Supplier<Map<String, Long>> parts, Duration limit) {
        this.parts = parts;
        this.limit = limit;
        this.seen = parts.get();
    }

    boolean isReached() {
        if (System.nanoTime() - since < limit.toNanos()) {
            return false;
        }
        Map<String, Long> now = parts.get();
        boolean still = now.equals(seen);
        seen = now;
        since = System.nanoTime();
        return still;
    }
}
