package dev.graft.predict;

import dev.graft.predict.PredictorListener.Timing;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One picture on its way to its prediction. Owns the memory of its pixels, from {@link #read} to {@link #free}. */
final class Request {
    private final PictureInput picture;
    private final Calls.Call call;
    private final boolean awaited;
    private final CompletableFuture<Prediction> answer = new CompletableFuture<>();
    private final long accepted = System.nanoTime();
    private long decoded = accepted;
    private PictureRows rows; // null before it is read

    /** @param awaited whether a thread waits for the answer, and nothing else hears of it */
    Request(PictureInput picture, Calls.Call call, boolean awaited, Duration deadline) {
        this.picture = picture;
        this.call = call;
        this.awaited = awaited;
        if (!deadline.isZero()) answer.orTimeout(deadline.toNanos(), TimeUnit.NANOSECONDS);
    }

    CompletableFuture<Prediction> answer() {
        return answer;
    }

    boolean isAwaited() {
        return awaited;
    }

    /** Whether it is cancelled or late, so that nobody needs its answer any more. */
    boolean isOver() {
        return answer.isDone();
    }

    /** Why it is over: a {@link TimeoutException} if its deadline has passed, else a {@link CancellationException}. */
    Throwable whyOver() {
        return answer.handle((given, why) -> why instanceof TimeoutException
                        ? why
                        : new CancellationException("predictor: cancelled by its caller"))
                .join();
    }

    /** Decodes the picture. */
    void read() throws IOException {
        rows = network().rows(1);
        rows.read(picture, 0);
        decoded = System.nanoTime();
    }

    /** The network that answers it. */
    ReadyNetwork network() {
        return call.network();
    }

    /** The pixels of the picture. */
    PictureRows rows() {
        return rows;
    }

    /** The times of an answer that is given now. */
    Timing timing(int batch, long computedNanos) {
        return new Timing(
                batch,
                Duration.ofNanos(decoded - accepted),
                Duration.ofNanos(computedNanos),
                Duration.ofNanos(System.nanoTime() - accepted));
    }

    /** Frees the pixels. */
    void free() {
        if (rows != null) rows.close();
    }

    /** Ends the call: a predictor that closes does not wait for it any more. */
    void end() {
        call.close();
    }
}
