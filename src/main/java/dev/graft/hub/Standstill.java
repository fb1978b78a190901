package dev.graft.hub;

import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/** Tells a wait for somebody else's download that goes on from one that has no end. */
final class Standstill {
    private final Supplier<Map<String, Long>> parts;
    private final Duration limit;
    private Map<String, Long> seen;
    private long since = System.nanoTime();

    /**
     * Begins to watch.
     *
     * @param parts names and lengths of all that is being fetched
     * @param limit how long nothing of it may change; up to twice that passes until it is noticed
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
