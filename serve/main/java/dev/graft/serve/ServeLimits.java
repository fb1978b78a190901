package dev.graft.serve;

import dev.graft.image.Preprocessing;
import java.util.Objects;

/**
 * What a {@link GraftServer} takes at most. In addition, the bodies of all requests with their copies, and the answers
 * that clients have not taken yet, take a quarter of Java's heap at most, or twice {@code bodyBytes} if that is more.
 *
 * @param bodyBytes of a request's body, 1 to 2^30; more gets status 413
 * @param pixels width times height of a picture, 1 to {@link Preprocessing#MOST_PIXELS}; the header of the file tells before it is
 *     decoded. The model's own limit applies too
 * @param pictures of a request, at least 1; more gets status 413
 * @param requests that are read or computed at once, at least 1; one more gets status 503
 * @param queue pictures of all requests that are accepted and not answered yet, at least 1; more get status 503. At least {@code pictures}
 * @param connections open at once, at least 1; one more waits until another ends
 * @param times how long the server waits
 */
public record ServeLimits(
        long bodyBytes, long pixels, int pictures, int requests, int queue, int connections, ServeTimes times) {
    private static final long MOST_BODY = 1L << 30;

    /** 32 MiB and 16 pictures a request, 64 megapixels a picture, 64 requests and 256 pictures at once, 512 connections. */
    public static final ServeLimits STANDARD =
            new ServeLimits(32L << 20, 64_000_000, 16, 64, 256, 512, ServeTimes.STANDARD);

    /** Checks the ranges. */
    public ServeLimits {
        check("bodyBytes", bodyBytes, MOST_BODY);
        check("pixels", pixels, Preprocessing.MOST_PIXELS);
        check("pictures", pictures, 10_000);
        check("requests", requests, 100_000);
        check("queue", queue, 100_000);
        check("connections", connections, 1_000_000);
        Objects.requireNonNull(times, "times");
        if (queue < pictures)
            throw new IllegalArgumentException("serve: queue must be at least the pictures of a request (" + pictures
                    + "), was " + queue + "; a full request would never find room");
    }

    private static void check(String what, long value, long most) {
        if (value < 1 || value > most)
            throw new IllegalArgumentException("serve: " + what + " must be 1 to " + most + ", was " + value);
    }

    /** The same with other largest bodies. */
    public ServeLimits withBodyBytes(long most) {
        return new ServeLimits(most, pixels, pictures, requests, queue, connections, times);
    }

    /** The same with other largest pictures. */
    public ServeLimits withPixels(long most) {
        return new ServeLimits(bodyBytes, most, pictures, requests, queue, connections, times);
    }

    /** The same with another number of pictures a request. */
    public ServeLimits withPictures(int most) {
        return new ServeLimits(bodyBytes, pixels, most, requests, queue, connections, times);
    }

    /** The same with another number of requests at once. */
    public ServeLimits withRequests(int most) {
        return new ServeLimits(bodyBytes, pixels, pictures, most, queue, connections, times);
    }

    /** The same with another number of pictures that wait. */
    public ServeLimits withQueue(int most) {
        return new ServeLimits(bodyBytes, pixels, pictures, requests, most, connections, times);
    }

    /** The same with another number of open connections. */
    public ServeLimits withConnections(int most) {
        return new ServeLimits(bodyBytes, pixels, pictures, requests, queue, most, times);
    }

    /** The same with other times. */
    public ServeLimits withTimes(ServeTimes other) {
        return new ServeLimits(bodyBytes, pixels, pictures, requests, queue, connections, other);
    }
}
