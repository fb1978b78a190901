package dev.graft.serve;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * An answer that is kept until it is whole. Then it is sent while the client takes it, and no thread waits for a client that does not. A
 * client that takes too long loses its connection. One thread at a time, as for every answer.
 */
final class WholeAnswer extends Response.Wrapper implements Callback {
    private static final int FIRST = 1 << 9;
    private static final int COPIES = 2; // Javalin has its own until the request is over

    private final Callback callback;
    private final Limits limits;
    private byte[] bytes = new byte[0];
    private int count;
    private boolean last;

    /**
     * What answers may take.
     *
     * @param memory hears how many bytes more are kept, or fewer
     * @param longestNanos until a client has taken its answer
     */
    record Limits(Consumer<Long> memory, ScheduledExecutorService clock, long longestNanos) {}

    /** @param callback of the request: hears when the answer is sent */
    WholeAnswer(Request request, Response response, Callback callback, Limits limits) {
        super(request, response);
        this.callback = callback;
        this.limits = limits;
    }

    /** Keeps a part of the answer. */
    @Override
    public void write(boolean isLast, ByteBuffer part, Callback kept) {
        try {
            if (part != null && part.hasRemaining()) keep(part);
        } catch (OutOfMemoryError e) {
            kept.failed(e);
            return;
        }
        last |= isLast;
        kept.succeeded();
    }

    private void keep(ByteBuffer part) {
        int n = part.remaining();
        if (count + n > bytes.length) {
            byte[] more = Arrays.copyOf(bytes, Math.max(count + n, Math.max(FIRST, 2 * count)));
            limits.memory.accept((long) COPIES * (more.length - bytes.length));
            bytes = more;
        }
        part.get(bytes, count, n);
        count += n;
    }

    @Override
    public boolean hasLastWrite() {
        return last;
    }

    @Override
    public void reset() {
        super.reset();
        count = 0;
    }

    /** The answer is whole. */
    @Override
    public void succeeded() {
        Future<?> late =
                watch(getRequest().getConnectionMetaData().getConnection().getEndPoint());
        super.write(true, ByteBuffer.wrap(bytes, 0, count), Callback.from(() -> sent(late), callback));
    }

    @Override
    public InvocationType getInvocationType() {
        return callback.getInvocationType();
    }

    private Future<?> watch(EndPoint client) {
        try {
            return limits.clock.schedule((Runnable) client::close, limits.longestNanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) { // the server has stopped, and its connections end
            return null;
        }
    }

    private void sent(Future<?> late) {
        if (late != null) late.cancel(false);
        free();
    }

    private void free() {
        limits.memory.accept(-(long) COPIES * bytes.length);
        bytes = new byte[0];
        count = 0;
    }

    /** There is no answer. */
    @Override
    public void failed(Throwable why) {
        free();
        callback.failed(why);
    }
}
