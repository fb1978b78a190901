package dev.graft.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The kind of a head in a card. */
final class HeadJson {
    private HeadJson() {}

    static ObjectNode write(HeadSpec head) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("kind", head.kind());
        if (head instanceof HeadSpec.Dropout d) return node.put("rate", d.rate());
        if (head instanceof HeadSpec.Hidden h)
            return node.put("width", h.width()).put("dropout", h.dropout());
        if (head instanceof HeadSpec.Cosine c)
            return node.put("scale", c.scale()).put("learned", c.learned());
        return node;
    }

    /** @throws IllegalArgumentException with the field that is missing or wrong */
    static HeadSpec read(JsonNode node) {
        String kind = node.path("kind").asText();
        return switch (kind) {
            case "linear" -> HeadSpec.LINEAR;
            case "dropout" -> new HeadSpec.Dropout(number(node, "rate"));
            case "hidden" -> new HeadSpec.Hidden(whole(node, "width"), number(node, "dropout"));
            case "cosine" -> new HeadSpec.Cosine(number(node, "scale"), truth(node, "learned"));
            default ->
                throw new IllegalArgumentException(
                        "model: graft.json has the head '" + kind + "'; known are linear, dropout, hidden and cosine");
        };
    }

    private static double number(JsonNode node, String field) {
        if (node.path(field).isNumber()) return node.path(field).asDouble();
        throw wrong(node, field, "a number");
    }

    private static int whole(JsonNode node, String field) {
        if (node.path(field).canConvertToInt()) return node.path(field).asInt();
        throw wrong(node, field, "a whole number");
    }

    private static boolean truth(JsonNode node, String field) {
        if (node.path(field).isBoolean()) return node.path(field).asBoolean();
        throw wrong(node, field, "true or false");
    }

    private static IllegalArgumentException wrong(JsonNode node, String field, String expected) {
        return new IllegalArgumentException("model: in graft.json, the head needs " + field + " (" + expected
                + "), the file has " + node.path(field));
    }
}
