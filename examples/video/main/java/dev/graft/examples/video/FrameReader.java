package dev.graft.examples.video;

import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;

/**
 * Decodes a source in a thread of its own and gives its frames in order, turned as the file asks for. Use it from one thread. A source
 * that gives nothing for the timeout is given up, also while it is opened: the thread of a call that never comes back is left alone and
 * does not hold up the end of the program.
 */
final class FrameReader implements AutoCloseable {
    /** A frame of 1920 x 1080 has 6 MB. */
    private static final int CAPACITY = 4;

    private static final double USUAL_RATE = 25;
    /** A stop is seen after this time at the latest. */
    private static final long STOP_MILLIS = 100;

    /** How much of a file may be missing at its end: containers round their duration, and sound may last longer. */
    private static final double MISSING_SECONDS = 1;

    private final VideoSource source;
    private final double timeoutSeconds;
    private final Sampler sampler;
    private final FrameQueue queue = new FrameQueue(CAPACITY);
    private final Thread thread = new Thread(this::decode, "video-decoder");

    private volatile boolean live;
    private volatile boolean opened;
    private volatile long heardNanos = System.nanoTime(); // of the source: frames that are not taken count too
    private volatile double rate = USUAL_RATE;
    private volatile double durationSeconds;
    private volatile double lastSeconds;
    private volatile Throwable failure;

    /**
     * Begins to open the source.
     *
     * @param sampler chooses the frames that are given; used by the thread that decodes
     */
    FrameReader(VideoSource source, double timeoutSeconds, Sampler sampler) {
        this.source = source;
        this.timeoutSeconds = timeoutSeconds;
        this.sampler = sampler;
        avutil.av_log_set_level(avutil.AV_LOG_QUIET); // what matters comes as an error with its reason
        thread.setDaemon(true);
        thread.start();
    }

    private void decode() {
        try (FFmpegFrameGrabber grabber = source.grabber(timeoutSeconds)) {
            grabber.start();
            durationSeconds = Math.max(0, grabber.getLengthInTime() / 1e6);
            live = source.kind() != VideoSource.Kind.FILE && durationSeconds == 0;
            double named = grabber.getVideoFrameRate();
            if (named >= 1 && named <= 240) rate = named;
            int turns = Math.floorMod((int) Math.round(grabber.getDisplayRotation() / 90), 4);
            opened = true;
            heardNanos = System.nanoTime();
            Clock clock = new Clock(1e6 / rate);
            for (Frame frame = grabber.grabImage(); frame != null && !queue.isClosed(); frame = grabber.grabImage()) {
                long at = clock.at(frame.timestamp);
                lastSeconds = at / 1e6;
                heardNanos = System.nanoTime();
                if (sampler.takes(at)) {
                    give(new Shot(at, Instant.now(), Turned.left(FramePixels.of(frame), turns)));
                    heardNanos = System.nanoTime(); // the wait for room is not the source's
                }
            }
        } catch (Exception | LinkageError | OutOfMemoryError e) { // appears in the caller
            failure = e;
        } finally {
            queue.end();
        }
    }

    private void give(Shot shot) throws InterruptedException {
        if (live) queue.putNewest(shot);
        else queue.put(shot);
    }

    /** Times that begin with 0 and always grow, also where a stream has none, or a camera sets its clock. */
    private static final class Clock {
        private static final long LONGEST_GAP = 3_600_000_000L;

        private final double periodMicros;
        private long offset;
        private long last = -1;

        Clock(double periodMicros) {
            this.periodMicros = periodMicros;
        }

        long at(long stamp) {
            if (last < 0) offset = -stamp;
            long at = stamp + offset;
            if (at <= last || last >= 0 && at - last > LONGEST_GAP) {
                offset += last + Math.round(periodMicros) - at;
                at = stamp + offset;
            }
            return last = at;
        }
    }

    /**
     * The next frame, or null at the end of a file or when asked to stop.
     *
     * @throws VideoException when the source cannot be opened or read, gives nothing for the timeout, or ends too early
     */
    Shot next(BooleanSupplier stop) throws VideoException, InterruptedIOException {
        while (!stop.getAsBoolean()) {
            Shot shot = taken();
            if (shot != null) return shot;
            if (!queue.isOpen()) {
                requireWhole();
                return null;
            }
            if (System.nanoTime() - heardNanos > 1e9 * timeoutSeconds)
                throw source.silent(opened ? "gave no frame" : "did not answer", timeoutSeconds);
        }
        return null;
    }

    private Shot taken() throws InterruptedIOException {
        try {
            return queue.take(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("video: interrupted while it waited for " + source.shown());
        }
    }

    private void requireWhole() throws VideoException {
        if (failure instanceof Error e) throw e;
        if (failure instanceof Exception e) throw source.failed(opened ? "cannot be read on" : "cannot be opened", e);
        if (live) throw source.ended(lastSeconds, ", and was expected to go on");
        if (durationSeconds > lastSeconds + MISSING_SECONDS + 1 / rate)
            throw source.ended(lastSeconds, String.format(Locale.ROOT, " of %.1f s", durationSeconds));
    }

    /** Frames a second as the source names it, or a usual number; known with the first frame. */
    double rate() {
        return rate;
    }

    /** Whether the source never ends by itself; known with the first frame. */
    boolean isLive() {
        return live;
    }

    /** The number of frames that were not given because others came before they were asked for. */
    long dropped() {
        return queue.dropped();
    }

    /** Ends the thread as soon as it comes back from FFmpeg; waits a second for it. */
    @Override
    public void close() {
        queue.close();
        try {
            thread.join(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
