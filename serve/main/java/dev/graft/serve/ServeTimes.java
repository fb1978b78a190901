package dev.graft.serve;

import java.time.Duration;

/**
 * How long a {@link GraftServer} waits. Each is 1 ms to 24 hours.
 *
 * @param headers until a client has sent the whole head of a request; then its connection is closed
 * @param upload until a client has sent the whole body; then it gets status 408
 * @param answer from the whole body to the answer; then the client gets status 504
 * @param download until a client has taken the whole answer; then its connection is closed
 * @param idle between two bytes or two requests of a connection; then it is closed
 * @param stop for the answers of accepted requests when the server closes; then their connections are cut
 */
public record ServeTimes(
        Duration headers, Duration upload, Duration answer, Duration download, Duration idle, Duration stop) {
    private static final Duration LONGEST = Duration.ofDays(1);

    /** 10 s for the head, 30 s for the body, 30 s for the answer, 30 s to take it, 30 s idle, 30 s for the stop. */
    public static final ServeTimes STANDARD = new ServeTimes(
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30));

    /** Checks the ranges. */
    public ServeTimes {
        check("headers", headers);
        check("upload", upload);
        check("answer", answer);
        check("download", download);
        check("idle", idle);
        check("stop", stop);
    }

    private static void check(String what, Duration value) {
        if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(LONGEST) > 0)
            throw new IllegalArgumentException("serve: the time " + what + " must be 1 ms to 24 hours, was " + value);
    }

    /** The same with another time for the head of a request. */
    public ServeTimes withHeaders(Duration longest) {
        return new ServeTimes(longest, upload, answer, download, idle, stop);
    }

    /** The same with another time for the body of a request. */
    public ServeTimes withUpload(Duration longest) {
        return new ServeTimes(headers, longest, answer, download, idle, stop);
    }

    /** The same with another time for the answer. */
    public ServeTimes withAnswer(Duration longest) {
        return new ServeTimes(headers, upload, longest, download, idle, stop);
    }

    /** The same with another time until an answer is taken. */
    public ServeTimes withDownload(Duration longest) {
        return new ServeTimes(headers, upload, answer, longest, idle, stop);
    }

    /** The same with another time for connections that are silent. */
    public ServeTimes withIdle(Duration longest) {
        return new ServeTimes(headers, upload, answer, download, longest, stop);
    }

    /** The same with another time for the stop. */
    public ServeTimes withStop(Duration longest) {
        return new ServeTimes(headers, upload, answer, download, idle, longest);
    }
}
