package dev.graft.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.image.PictureException;
import dev.graft.image.PictureHeader;
import dev.graft.model.ModelCard;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What a model says of pictures. No thread that calls this enters LibTorch. Thread-safe. */
final class Answers {
    private final Predictor predictor;
    private final Optional<Overlays> overlays;
    private final ServeLimits limits;
    private final Admission admission;
    private final Metrics metrics;

    Answers(
            Predictor predictor,
            Optional<Overlays> overlays,
            ServeLimits limits,
            Admission admission,
            Metrics metrics) {
        this.predictor = predictor;
        this.overlays = overlays;
        this.limits = limits;
        this.admission = admission;
        this.metrics = metrics;
    }

    /** A row for each picture, in their order; an error if none of them can be read. */
    CompletableFuture<Reply> predict(List<Upload> pictures, int top, boolean overlay) {
        if (overlay) requireOverlays();
        List<Optional<Row>> refused = pictures.stream().map(this::refused).toList();
        int readable = (int) refused.stream().filter(Optional::isEmpty).count();
        admission.queue(readable);
        Asked asked = new Asked(predictor, admission, readable);
        List<CompletableFuture<Row>> rows = new ArrayList<>();
        try {
            for (int i = 0; i < pictures.size(); i++) {
                Upload picture = pictures.get(i);
                rows.add(refused.get(i)
                        .map(CompletableFuture::completedFuture)
                        .orElseGet(() -> row(asked, picture, overlay)));
            }
        } catch (RuntimeException | Error e) { // a place must not be lost for too little memory
            asked.giveUp();
            throw e;
        }
        return asked.within(
                limits.times().answer(),
                CompletableFuture.allOf(rows.toArray(CompletableFuture<?>[]::new))
                        .thenApply(done -> reply(rows, top)));
    }

    /** The header tells whether a picture is too large: nothing is decoded. */
    private Optional<Row> refused(Upload picture) {
        Row row;
        try {
            PictureHeader header = PictureHeader.read(picture.file(), picture.name());
            long pixels = (long) header.width() * header.height();
            if (pixels <= limits.pixels()) return Optional.empty();
            String why = picture.name() + ": is " + header.width() + " x " + header.height()
                    + " pixels; allowed: at most " + limits.pixels() + " pixels; make it smaller";
            row = Row.unreadable(picture.name(), why);
            row.why().orElseThrow().withCode("too_many_pixels");
        } catch (PictureException e) {
            row = Row.unreadable(picture.name(), e.getMessage());
        }
        metrics.unreadable();
        return Optional.of(row);
    }

    private CompletableFuture<Row> row(Asked asked, Upload picture, boolean overlay) {
        CompletableFuture<Row> row = asked.prediction(picture).thenCompose(prediction -> {
            Row known = Row.of(picture.name(), prediction);
            if (!overlay) return CompletableFuture.completedFuture(known);
            return asked.add(overlays.orElseThrow().of(picture, index(prediction)))
                    .thenApply(known::with);
        });
        return row.exceptionally(why -> {
            if (Failures.cause(why) instanceof IOException e) return Row.unreadable(picture.name(), e.getMessage());
            throw why instanceof CompletionException e ? e : new CompletionException(why);
        });
    }

    private int index(Prediction prediction) {
        return predictor.classes().indexOf(prediction.top(1).get(0).name()); // also of an unknown picture
    }

    private Reply reply(List<CompletableFuture<Row>> rows, int top) {
        ModelCard card = predictor.card();
        List<Row> done = rows.stream().map(CompletableFuture::join).toList();
        boolean none = done.stream().allMatch(row -> row.why().isPresent());
        ObjectNode node = none ? nothingRead(done) : Problem.JSON.createObjectNode();
        ArrayNode all = node.putArray("predictions");
        done.forEach(row -> all.add(row.json(card, top)));
        return Reply.json(none ? Row.UNREADABLE : 200, node);
    }

    private static ObjectNode nothingRead(List<Row> rows) {
        if (rows.size() == 1) return rows.get(0).why().orElseThrow().json();
        return Problem.json(
                "none of the " + rows.size() + " pictures can be read", "see the reason of each under predictions");
    }

    /**
     * Where the network looked, as a PNG file.
     *
     * @param className empty for the most probable class
     */
    CompletableFuture<Reply> explain(List<Upload> pictures, Optional<String> className) {
        Overlays drawn = requireOverlays();
        if (pictures.size() != 1)
            throw new Problem(400, "an overlay is of one picture, got " + pictures.size(), "send one at a time");
        Upload picture = pictures.get(0);
        Optional<Integer> wanted = className.map(this::index);
        refused(picture).flatMap(Row::why).ifPresent(why -> {
            throw why;
        });
        int places = wanted.isPresent() ? 0 : 1;
        admission.queue(places);
        Asked asked = new Asked(predictor, admission, places);
        try {
            CompletableFuture<Integer> index = wanted.map(CompletableFuture::completedFuture)
                    .orElseGet(() -> asked.prediction(picture).thenApply(this::index));
            CompletableFuture<Reply> reply = index.thenCompose(i -> asked.add(drawn.of(picture, i)))
                    .thenApply(png -> new Reply(200, "image/png", png, Map.of()))
                    .exceptionally(why -> {
                        if (Failures.cause(why) instanceof IOException e)
                            throw Row.unreadable(picture.name(), e.getMessage())
                                    .why()
                                    .orElseThrow();
                        throw why instanceof CompletionException e ? e : new CompletionException(why);
                    });
            return asked.within(limits.times().answer(), reply);
        } catch (RuntimeException | Error e) { // a place must not be lost for too little memory
            asked.giveUp();
            throw e;
        }
    }

    private int index(String className) {
        int index = predictor.classes().indexOf(className);
        if (index < 0)
            throw new Problem(
                    400,
                    "the model has no class " + Upload.shown(className),
                    "ask for one of its classes: GET /v1/model lists them");
        return index;
    }

    private Overlays requireOverlays() {
        return overlays.orElseThrow(() -> new Problem(
                400, "this server makes no overlays", "ask without an overlay, or start it without --no-overlays"));
    }
}
