package dev.graft.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.model.ModelCard;
import dev.graft.predict.Prediction;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What becomes of one picture.
 *
 * @param prediction empty if it cannot be read
 * @param overlay a PNG file; empty if none was asked for
 * @param why it cannot be read; empty if it can
 */
record Row(String name, Optional<Prediction> prediction, Optional<byte[]> overlay, Optional<Problem> why) {
    static final int UNREADABLE = 422;

    static Row of(String name, Prediction prediction) {
        return new Row(name, Optional.of(prediction), Optional.empty(), Optional.empty());
    }

    Row with(byte[] png) {
        return new Row(name, prediction, Optional.of(png), why);
    }

    /** @param message of the library: what was seen, what is allowed, and last what to do, between semicolons */
    static Row unreadable(String name, String message) {
        int remedy = message.lastIndexOf("; ");
        Problem why = remedy < 0
                ? new Problem(UNREADABLE, message, "send a picture that opens elsewhere")
                : new Problem(UNREADABLE, message.substring(0, remedy), message.substring(remedy + 2));
        return new Row(name, Optional.empty(), Optional.empty(), Optional.of(why));
    }

    /** @param top how many of the classes, the most probable first */
    ObjectNode json(ModelCard card, int top) {
        ObjectNode node = Problem.JSON.createObjectNode().put("name", name);
        why.ifPresent(problem -> node.setAll(problem.json()));
        prediction.ifPresent(p -> describe(node, p, card, top));
        overlay.ifPresent(png -> node.put(
                "overlay", "data:image/png;base64," + Base64.getEncoder().encodeToString(png)));
        return node;
    }

    private static void describe(ObjectNode node, Prediction prediction, ModelCard card, int top) {
        node.put("label", prediction.label()).put("probability", prediction.probability());
        if (card.isMultiLabel()) prediction.labels().forEach(node.putArray("labels")::add);
        List<Float> probabilities = prediction.probabilities();
        ArrayNode classes = node.putArray("classes");
        IntStream.range(0, probabilities.size())
                .boxed()
                .sorted(Comparator.comparing(probabilities::get, Comparator.reverseOrder()))
                .limit(top)
                .forEach(c -> classes.addObject()
                        .put("name", card.classes().get(c))
                        .put("probability", probabilities.get(c)));
    }
}
