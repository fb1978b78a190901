package dev.graft.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.model.ModelCard;
import dev.graft.predict.Predictor;

/** What {@code GET /v1/model} says. Thread-safe. */
final class ModelInfo {
    private final Predictor predictor;
    private final ServeOptions options;
    private ModelCard card; // of which json was made
    private ObjectNode json;

    ModelInfo(Predictor predictor, ServeOptions options) {
        this.predictor = predictor;
        this.options = options;
    }

    /** How many there are. */
    int classes() {
        return predictor.classes().size();
    }

    /** Made once for each model. */
    synchronized ObjectNode json() {
        if (card != predictor.card()) {
            card = predictor.card();
            json = describe();
        }
        return json;
    }

    private ObjectNode describe() {
        ObjectNode node = Problem.JSON.createObjectNode();
        node.put("network", card.network().title());
        card.classes().forEach(node.putArray("classes")::add);
        node.put("multi_label", card.isMultiLabel());
        node.putObject("input")
                .put("height", card.preprocessing().height())
                .put("width", card.preprocessing().width());
        node.put("overlays", options.overlays().isPresent());
        node.putObject("limits")
                .put("body_bytes", options.limits().bodyBytes())
                .put(
                        "pixels",
                        Math.min(options.limits().pixels(), card.preprocessing().maxPixels()))
                .put("pictures", options.limits().pictures());
        predictor.notes().forEach(node.putArray("notes")::add);
        try {
            node.set("card", Problem.JSON.readTree(card.toJson()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("serve: the card of the model is no JSON", e);
        }
        return node;
    }
}
