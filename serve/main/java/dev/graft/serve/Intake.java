package dev.graft.serve;

import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Request;

/** Receives pictures: refuses what is not wanted before it is read, reads the rest while it comes, and hands it on. Thread-safe. */
final class Intake {
    /** What is to be done with the pictures. */
    interface Work {
        CompletableFuture<Reply> on(List<Upload> pictures);
    }

    private static final Duration DISCARD = Duration.ofSeconds(3);
    private static final long MOST_DISCARDED = 64L << 20;

    private final ServeLimits limits;
    private final Guard guard;
    private final Admission admission;
    private final Failures failures;
    private final Executor pool;
    private final ScheduledExecutorService clock;

    Intake(
            ServeLimits limits,
            Guard guard,
            Admission admission,
            Failures failures,
            Executor pool,
            ScheduledExecutorService clock) {
        this.limits = limits;
        this.guard = guard;
        this.admission = admission;
        this.failures = failures;
        this.pool = pool;
        this.clock = clock;
    }

    /**
     * Answers a request, or throws a {@link Problem} in the result.
     *
     * @param work reads the query, and throws a {@link Problem} if it is wrong
     */
    CompletableFuture<Void> answer(Context ctx, Supplier<Work> work) {
        Work wanted;
        Admission.Place place;
        try {
            wanted = wanted(ctx, work);
            place = admission.enter();
        } catch (Problem refused) {
            return refuse(ctx, refused);
        }
        CompletableFuture<Reply> reply;
        try {
            Request.addCompletionListener( // also of one that gets no answer
                    ServletContextRequest.getServletContextRequest(ctx.req()), failure -> place.close());
            reply = receive(ctx, place, wanted);
        } catch (RuntimeException | Error e) {
            reply = CompletableFuture.failedFuture(e);
        }
        return reply.whenComplete((done, why) -> place.close())
                .handleAsync(
                        (done, why) -> {
                            if (why != null) throw failures.of(why);
                            done.write(ctx);
                            return null;
                        },
                        pool);
    }

    private Work wanted(Context ctx, Supplier<Work> work) {
        guard.check(ctx.header("Authorization"), ctx.header("Host"), ctx.header("Sec-Fetch-Site"));
        Upload.requireKind(ctx.header("Content-Type"), ctx.header("Content-Encoding"));
        Work wanted = work.get();
        if (ctx.req().getContentLengthLong() > limits.bodyBytes()) throw BodyReader.tooLarge(limits.bodyBytes());
        return wanted;
    }

    private CompletableFuture<Reply> receive(Context ctx, Admission.Place place, Work work) {
        String type = ctx.header("Content-Type");
        BodyReader reader = BodyReader.read(input(ctx), place, limits.bodyBytes());
        Problem late = new Problem(408, "the body took too long", "send it faster, or send less at a time");
        reader.until(
                clock.schedule(() -> reader.stop(late), limits.times().upload().toNanos(), TimeUnit.NANOSECONDS));
        return reader.start()
                .thenApplyAsync(body -> Upload.of(type, body.take(), place, limits.pictures()), pool)
                .thenCompose(work::on);
    }

    /** A client that waits to be told to send its body is told now; another one sends already, and hears better when it is done. */
    private CompletableFuture<Void> refuse(Context ctx, Problem why) {
        if (ctx.header("Expect") != null || ctx.req().getContentLengthLong() > MOST_DISCARDED)
            return CompletableFuture.failedFuture(why);
        BodyReader reader = BodyReader.discard(input(ctx), why);
        reader.until(clock.schedule(() -> reader.stop(why), DISCARD.toNanos(), TimeUnit.NANOSECONDS));
        return reader.start()
                .handleAsync(
                        (body, problem) -> {
                            throw why;
                        },
                        pool);
    }

    private static jakarta.servlet.ServletInputStream input(Context ctx) {
        try {
            return ctx.req().getInputStream();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException("serve: a request has no body stream", e);
        }
    }
}
