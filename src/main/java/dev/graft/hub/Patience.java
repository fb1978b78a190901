package dev.graft.hub;

import java.time.Duration;

/**
 * How long a download waits, and how often it tries again.
 *
 * @param connect for a connection to the server or proxy, above zero
 * @param stall without a single byte, above zero; a slow download that goes on is never ended
 * @param retries attempts in a row that may bring nothing, after the first, 0 to 20
 * @param pause before the first retry, zero or more; doubled for each that follows
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
            throw new IllegalArgumentException("patience: connect and stall must be above zero and pause not below,"
                    + " were " + connect + ", " + stall + " and " + pause);
        }
        if (retries < 0 || retries > MOST_RETRIES) {
            throw new IllegalArgumentException("patience: retries must be 0 to " + MOST_RETRIES + ", was " + retries);
        }
    }

    /** What attempts in a row that all bring nothing take at most, and never more than a day. */
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
