package dev.graft.predict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Some pictures on their way to their answers. Several threads decode them; the one that finishes last hands them to the
 * network's thread. The batch holds a call of the predictor until it has its answers, whether or not anybody asks for
 * them.
 */
final class PredictionBatch {
    private final List<Path> pictures;
    private final PictureRows rows;
    private final IOException[] refusals; // of each row that cannot be read
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicInteger left;
    private final CompletableFuture<List<Answer>> answers = new CompletableFuture<>();
    private volatile boolean abandoned;

    PredictionBatch(List<Path> pictures, PictureRows rows) {
        this.pictures = pictures;
        this.rows = rows;
        this.refusals = new IOException[pictures.size()];
        this.left = new AtomicInteger(pictures.size());
    }

    /** Begins to decode. Closes {@code call} when the answers are there. */
    void start(Executor decoders, NetworkThread thread, Calls.Call call) {
        answers.whenComplete((some, why) -> call.close());
        for (int i = 0; i < refusals.length; i++) {
            int row = i;
            decoders.execute(() -> {
                decode(row);
                if (left.decrementAndGet() == 0) classify(thread, call.network());
            });
        }
    }

    private void decode(int row) {
        if (abandoned) return;
        try {
            rows.read(PictureInput.of(pictures.get(row)), row);
        } catch (IOException e) {
            refusals[row] = e;
        } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        }
    }

    private void classify(NetworkThread thread, ReadyNetwork network) {
        if (abandoned) {
            answers.complete(List.of());
        } else if (failure.get() != null) {
            answers.completeExceptionally(failure.get());
        } else {
            thread.submit(() -> answered(network), answers);
        }
    }

    private List<Answer> answered(ReadyNetwork network) {
        int read = 0;
        for (int row = 0; row < refusals.length; row++) {
            if (refusals[row] == null) rows.move(row, read++);
        }
        Iterator<Prediction> predictions = (read == 0 ? List.<Prediction>of() : network.predict(rows, read)).iterator();
        List<Answer> all = new ArrayList<>(refusals.length);
        for (int row = 0; row < refusals.length; row++) {
            all.add(
                    refusals[row] == null
                            ? new Answer.Classified(pictures.get(row), predictions.next())
                            : new Answer.Unreadable(pictures.get(row), String.valueOf(refusals[row].getMessage())));
        }
        return all;
    }

    /** One for each picture, in order. */
    CompletableFuture<List<Answer>> answers() {
        return answers;
    }

    PictureRows rows() {
        return rows;
    }

    /** Skips the pictures that are not decoded yet, and waits until no thread uses the rows. */
    void abandon() {
        abandoned = true;
        try {
            answers.join();
        } catch (CompletionException e) {
            System.getLogger("dev.graft").log(System.Logger.Level.DEBUG, "predictor: an abandoned batch failed", e);
        }
    }
}
