package dev.graft.serve;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * Reads the body of a request into memory while it comes: no thread waits for a slow client. A body that is too large, or that nobody wants,
 * is read a while longer and thrown away, for a client that still sends when its connection is closed may never see the answer.
 */
final class BodyReader implements ReadListener {
    private static final int FIRST = 1 << 13;
    private static final int LARGEST = 1 << 20;
    private static final long DISCARDED = 64L << 20;
    private static final byte[] NOWHERE = new byte[FIRST]; // of all readers: nobody looks at it

    private final ServletInputStream in;
    private final Admission.Place place; // null if nothing is kept
    private final long most;
    private final CompletableFuture<BodyReader> end = new CompletableFuture<>();
    private List<ByteBuffer> pieces =
            new ArrayList<>(); // the last one is being filled. What follows is guarded by this
    private long count;
    private long discarded;
    private Optional<Problem> refusal;
    private boolean over;

    private BodyReader(ServletInputStream in, Admission.Place place, long most, Optional<Problem> refusal) {
        this.in = in;
        this.place = place;
        this.most = most;
        this.refusal = refusal;
    }

    /** Reads a body, whose memory is the place's. */
    static BodyReader read(ServletInputStream in, Admission.Place place, long most) {
        return new BodyReader(in, place, most, Optional.empty());
    }

    /** Throws a body away. The result is this problem. */
    static BodyReader discard(ServletInputStream in, Problem why) {
        return new BodyReader(in, null, 0, Optional.of(why));
    }

    static Problem tooLarge(long most) {
        return new Problem(413, "the body has more than " + most + " bytes", "send fewer or smaller pictures")
                .withCode("too_large");
    }

    /** Begins to read. The result, when there is no more to read, is this reader; it never fails. */
    CompletableFuture<BodyReader> start() {
        in.setReadListener(this);
        return end;
    }

    /**
     * Exactly the bytes of the body, in pieces, which this reader then forgets. The place still has the memory of all their arrays.
     *
     * @throws Problem why there are none
     */
    synchronized List<ByteBuffer> take() {
        refusal.ifPresent(why -> {
            throw why;
        });
        List<ByteBuffer> all = pieces;
        pieces = List.of();
        all.forEach(ByteBuffer::flip);
        return all;
    }

    @Override
    public synchronized void onDataAvailable() throws IOException {
        while (!over && in.isReady() && !in.isFinished()) {
            if (refusal.isEmpty()) keep();
            else discard();
        }
    }

    private void keep() throws IOException {
        ByteBuffer piece;
        try {
            piece = room();
        } catch (Problem busy) {
            refuse(busy);
            return;
        } catch (OutOfMemoryError e) { // of this request: the others go on
            refuse(Problem.busy("the server has too little memory for this now"));
            return;
        }
        int n = in.read(piece.array(), piece.position(), piece.remaining());
        if (n <= 0) return;
        piece.position(piece.position() + n);
        count += n;
        if (count > most) refuse(tooLarge(most));
    }

    /** A piece with room for a byte at least, also beyond the most: then it is there to be seen. */
    private ByteBuffer room() {
        if (!pieces.isEmpty() && pieces.get(pieces.size() - 1).hasRemaining()) return pieces.get(pieces.size() - 1);
        int size = (int) Math.min(Math.max(count, FIRST), Math.min(LARGEST, most - count + 1));
        place.take(size);
        ByteBuffer piece = ByteBuffer.allocate(size);
        pieces.add(piece);
        return piece;
    }

    private void discard() throws IOException {
        discarded += Math.max(0, in.read(NOWHERE));
        if (discarded > DISCARDED) end();
    }

    private void refuse(Problem why) {
        refusal = Optional.of(why);
        pieces = List.of();
        if (place != null) place.giveAll();
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
        end.complete(this); // needs no memory
    }

    /** Cancels a timer when the reading has ended. */
    BodyReader until(Future<?> timer) {
        end.thenRun(() -> timer.cancel(false));
        return this;
    }
}
