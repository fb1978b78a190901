package dev.graft.hub;

import java.time.Duration;

/**
 * The timeouts and retries of a download.
 *
 * @param connect timeout for a connection to the server or proxy, above 0
 * @param stall timeout without a single byte, above 0; a slow download that makes progress is never ended
 * @param retries how many attempts in a row may receive nothing, after the first, 0 to 20
 * @param pause before the first retry, at least 0; doubled for each following retry
 */
public record Patience(Duration connect, Duration stall, int retries, Duration pause) {
    /** 20 seconds to connect, 60 without a byte, three retries after 1, 2 and 4 seconds. */
    public static final Patience STANDARD =
            new Patience(Duration.ofSeconds(20), Duration.ofSeconds(60), 3, Duration.ofSeconds(1));

    private static final int MOST_RETRIES = 20;
    private static final double DAY_SECONDS = 86_400;

    /** Checks the ranges. */
    public Patience {
        if (connect.isZero() || connect.isNegative() || stall.isZero() || stall.isNegative() || pause.isNegative()) {
            throw new IllegalArgumentException("patience: connect and stall must be above 0 and pause at least 0,"
                    + " were " + connect + ", " + stall + " and " + pause);
        }
        if (retries < 0 || retries > MOST_RETRIES) {
            throw new IllegalArgumentException("patience: retries must be 0 to " + MOST_RETRIES + ", was " + retries);
        }
    }

    /** The longest time of all attempts in a row that receive nothing, at most a day. */
    Duration inVain() {
        double pauses = seconds(pause) * ((1L << retries) - 1);
        double seconds = (retries + 1) * (seconds(connect) + seconds(stall)) + pauses;
        return Duration.ofMillis((long) (Math.min(seconds, DAY_SECONDS) * 1000));
    }

    private static double seconds(Duration d) {
        return d.getSeconds() + d.getNano() / 1e9;
    }

    /** The pause before the retry of this number, counted from 1. */
    Duration before(int retry) {
        return pause.multipliedBy(1L << (retry - 1));
    }
}
