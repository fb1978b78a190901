package dev.graft.predict;

import dev.graft.predict.PredictorListener.Timing;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
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

    /**
     * Begins.
     *
     * @param awaited whether a thread waits for the answer, and nothing else hears of it
     * @param answers gives the answers that are not awaited
     */
    Request(PictureInput picture, Calls.Call call, boolean awaited, Duration deadline, Executor answers) {
        this.picture = picture;
        this.call = call;
        this.awaited = awaited;
        if (!deadline.isZero()) limit(deadline, answers);
    }

    /** What a caller chains to the answer must not keep the JDK's one thread for deadlines. */
    private void limit(Duration deadline, Executor answers) {
        CompletableFuture<Void> timer = new CompletableFuture<>();
        timer.orTimeout(deadline.toNanos(), TimeUnit.NANOSECONDS).whenComplete((nothing, why) -> {
            if (why instanceof TimeoutException) late(new TimeoutException(late(deadline)), answers);
        });
        answer.whenComplete((given, why) -> timer.cancel(false));
    }

    private static String late(Duration deadline) {
        return "predictor: no answer within " + deadline.toMillis()
                + " ms; raise Batching.deadline, or ask for less at a time";
    }

    private void late(Throwable why, Executor answers) {
        if (awaited) {
            answer.completeExceptionally(why);
            return;
        }
        try {
            answers.execute(() -> answer.completeExceptionally(why));
        } catch (RuntimeException | Error e) { // no thread could be started: the caller must hear of it all the same
            answer.completeExceptionally(why);
        }
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
