package dev.graft.hub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The bytes of an answer as they arrive, for the thread that reads them, with a limit for waiting. */
final class Body implements Flow.Subscriber<List<ByteBuffer>> {
    private record Event(List<ByteBuffer> bytes, Throwable failure) {}

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>(); // at most one event and the end
    private volatile Flow.Subscription subscription;
    private volatile boolean cancelled;

    @Override
    public void onSubscribe(Flow.Subscription s) {
        subscription = s;
        if (cancelled) {
            s.cancel();
        } else {
            s.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
        events.add(new Event(bytes, null));
    }

    @Override
    public void onError(Throwable failure) {
        events.add(new Event(null, failure));
    }

    @Override
    public void onComplete() {
        events.add(new Event(null, null));
    }

    /**
     * The next bytes; empty at the end.
     *
     * @throws PassingFault when the connection breaks or stalls
     */
    Optional<List<ByteBuffer>> next(Duration patience) throws IOException {
        Event event;
        try {
            event = events.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        if (event == null) {
            throw new PassingFault("the server sent nothing for " + patience.toMillis() + " ms", null);
        }
        if (event.failure != null) {
            throw new PassingFault(
                    "the connection broke: " + Printable.of(String.valueOf(event.failure.getMessage())), event.failure);
        }
        if (event.bytes != null) {
            subscription.request(1);
        }
        return Optional.ofNullable(event.bytes);
    }

    /** Stops the transfer and closes the connection. */
    void cancel() {
        cancelled = true;
        Flow.Subscription s = subscription;
        if (s != null) {
            s.cancel();
        }
    }
}
