package dev.graft.serve;

import dev.graft.predict.PictureInput;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** What one request has asked of the predictor and of the overlays: all of it is cancelled when the request is late or fails. */
final class Asked {
    private final Predictor predictor;
    private final Admission admission;
    private final Queue<CompletableFuture<?>> asked = new ConcurrentLinkedQueue<>();
    private int places;

    /** @param places for how many pictures there is room in the queue already */
    Asked(Predictor predictor, Admission admission, int places) {
        this.predictor = predictor;
        this.admission = admission;
        this.places = places;
    }

    /** Asks for a prediction, which gives its place back when it is done. */
    CompletableFuture<Prediction> prediction(Upload picture) {
        CompletableFuture<Prediction> answer = add(predictor.submit(PictureInput.of(picture.file(), picture.name())));
        places--;
        answer.whenComplete((prediction, why) -> admission.answered());
        return answer;
    }

    <T> CompletableFuture<T> add(CompletableFuture<T> answer) {
        asked.add(answer);
        return answer;
    }

    /** Gives up before everything is asked. */
    void giveUp() {
        for (; places > 0; places--) admission.answered();
        cancel();
    }

    private void cancel() {
        asked.forEach(answer -> answer.cancel(false));
    }

    /** The same answer, or a {@link java.util.concurrent.TimeoutException}. */
    <T> CompletableFuture<T> within(Duration longest, CompletableFuture<T> answer) {
        return answer.orTimeout(longest.toNanos(), TimeUnit.NANOSECONDS).whenComplete((done, why) -> {
            if (why != null) cancel();
        });
    }
}
