package dev.graft.serve;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * Reads the body of a request into memory while it comes: no thread waits for a slow client. A body that is too large, or that nobody wants,
 * is read a while longer and thrown away, for a client that still sends when its connection is closed may never see the answer.
 */
final class BodyReader implements ReadListener {
    private static final int FIRST = 1 << 13;
    private static final long DISCARDED = 64L << 20;

    private final ServletInputStream in;
    private final Admission admission;
    private final long most;
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private final byte[] piece = new byte[FIRST];
    private byte[] bytes = new byte[0]; // what follows is guarded by this
    private int count;
    private long discarded;
    private Optional<Problem> refusal;
    private boolean over;

    private BodyReader(ServletInputStream in, Admission admission, long most, Optional<Problem> refusal) {
        this.in = in;
        this.admission = admission;
        this.most = most;
        this.refusal = refusal;
    }

    /** Reads a body. The result is exactly the bytes; or a {@link Problem}. {@link #free} it. */
    static BodyReader read(ServletInputStream in, Admission admission, long most) {
        return new BodyReader(in, admission, most, Optional.empty());
    }

    /** Throws a body away. The result is this problem. */
    static BodyReader discard(ServletInputStream in, Admission admission, Problem why) {
        return new BodyReader(in, admission, 0, Optional.of(why));
    }

    static Problem tooLarge(long most) {
        return new Problem(413, "the body has more than " + most + " bytes", "send fewer or smaller pictures");
    }

    CompletableFuture<byte[]> start() {
        in.setReadListener(this);
        return body;
    }

    @Override
    public synchronized void onDataAvailable() throws IOException {
        while (!over && in.isReady() && !in.isFinished()) {
            int n = in.read(piece);
            if (n > 0) take(n);
        }
    }

    private void take(int n) {
        if (refusal.isEmpty() && count + (long) n > most) refuse(tooLarge(most));
        if (refusal.isEmpty()) keep(n);
        if (refusal.isEmpty()) return;
        discarded += n;
        if (discarded > DISCARDED) end();
    }

    private void keep(int n) {
        try {
            if (count + n > bytes.length) grow(count + n);
        } catch (Problem busy) {
            refuse(busy);
            return;
        }
        System.arraycopy(piece, 0, bytes, count, n);
        count += n;
    }

    private void grow(int needed) {
        int size = (int) Math.min(most, Math.max(needed, Math.min(2L * bytes.length, bytes.length + (8L << 20))));
        size = Math.max(size, (int) Math.min(most, FIRST));
        admission.reserve(size - bytes.length);
        bytes = Arrays.copyOf(bytes, size);
    }

    private void refuse(Problem why) {
        refusal = Optional.of(why);
        free();
    }

    /** Gives the memory back that the body takes; the bytes must not be used any more. */
    synchronized void free() {
        admission.free(bytes.length);
        bytes = new byte[0];
        count = 0;
    }

    /** Ends the reading now, with this problem unless the whole body is there. */
    synchronized void stop(Problem why) {
        if (over) return;
        if (refusal.isEmpty()) refuse(why);
        end();
    }

    @Override
    public synchronized void onAllDataRead() {
        if (!over) end();
    }

    @Override
    public void onError(Throwable why) {
        stop(new Problem(400, "the body ended early", "send it again"));
    }

    private void end() {
        over = true;
        if (refusal.isPresent()) body.completeExceptionally(refusal.get());
        else body.complete(count == bytes.length ? bytes : Arrays.copyOf(bytes, count));
    }

    /** Cancels a timer when the body is there. */
    BodyReader until(Future<?> timer) {
        body.whenComplete((all, why) -> timer.cancel(false));
        return this;
    }
}
