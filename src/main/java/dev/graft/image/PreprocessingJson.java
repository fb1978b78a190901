package dev.graft.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/** {@link Preprocessing} to JSON and back. Strict: an unknown field, a missing field or a wrong type is an error. */
final class PreprocessingJson {
    private static final String DECODING = "decoding";
    private static final String GREY = "grey";

    private PreprocessingJson() {}

    static ObjectNode write(Preprocessing p) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ObjectNode resize = json.putObject("resize");
        if (p.resize() instanceof Resize.Stretch s)
            resize.put("kind", "stretch").put("height", s.height()).put("width", s.width());
        else if (p.resize() instanceof Resize.ShortSideCrop s)
            resize.put("kind", "short_side_crop")
                    .put("short_side", s.shortSide())
                    .put("crop", s.crop());
        ObjectNode normalization = json.putObject("normalization");
        write(normalization.putArray("mean"), p.normalization().mean());
        write(normalization.putArray("std"), p.normalization().std());
        json.put("engine", p.engine().name().toLowerCase(Locale.ROOT))
                .put("orientation", p.orientation().name().toLowerCase(Locale.ROOT));
        // EXACT is not written: files from before this setting existed stay valid and equal.
        if (p.decoding() != Decoding.EXACT)
            json.put(DECODING, p.decoding().name().toLowerCase(Locale.ROOT));
        json.put("max_pixels", p.maxPixels());
        if (!p.grey().equals(GreyScaling.NONE)) json.set(GREY, grey(p.grey())); // like decoding
        return json;
    }

    private static ObjectNode grey(GreyScaling scaling) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (scaling instanceof GreyScaling.Window w)
            json.put("kind", "window").put("centre", w.centre()).put("width", w.width());
        else if (scaling instanceof GreyScaling.Percentile p)
            json.put("kind", "percentile").put("low", p.low()).put("high", p.high());
        else json.put("kind", "full");
        return json;
    }

    private static void write(ArrayNode array, List<Float> values) {
        values.forEach(array::add);
    }

    static Preprocessing read(JsonNode json) {
        String at = "preprocessing";
        boolean says = json != null && json.has(DECODING);
        boolean scales = json != null && json.has(GREY);
        List<String> fields =
                new ArrayList<>(List.of("resize", "normalization", "engine", "orientation", "max_pixels"));
        if (says) fields.add(DECODING);
        if (scales) fields.add(GREY);
        onlyFields(json, at, fields.toArray(String[]::new));
        return new Preprocessing(
                resize(json.get("resize"), at + ".resize"),
                normalization(json.get("normalization"), at + ".normalization"),
                choice(Engine.class, json, at, "engine"),
                choice(Orientation.class, json, at, "orientation"),
                says ? choice(Decoding.class, json, at, DECODING) : Decoding.EXACT,
                whole(json, at, "max_pixels"),
                scales ? greyScaling(json.get(GREY), at + "." + GREY) : GreyScaling.NONE);
    }

    private static GreyScaling greyScaling(JsonNode json, String at) {
        String kind = json.path("kind").asText("missing");
        switch (kind) {
            case "window":
                onlyFields(json, at, "kind", "centre", "width");
                return new GreyScaling.Window(number(json, at, "centre"), number(json, at, "width"));
            case "percentile":
                onlyFields(json, at, "kind", "low", "high");
                return new GreyScaling.Percentile(number(json, at, "low"), number(json, at, "high"));
            case "full":
                onlyFields(json, at, "kind");
                return new GreyScaling.Full();
            default:
                throw wrong(at + ".kind", kind, "window, percentile or full");
        }
    }

    private static double number(JsonNode json, String at, String field) {
        if (!json.get(field).isNumber()) throw wrong(at + "." + field, json.get(field), "a number");
        return json.get(field).doubleValue();
    }

    private static Resize resize(JsonNode json, String at) {
        String kind = json.path("kind").asText("missing");
        switch (kind) {
            case "stretch":
                onlyFields(json, at, "kind", "height", "width");
                return new Resize.Stretch(side(json, at, "height"), side(json, at, "width"));
            case "short_side_crop":
                onlyFields(json, at, "kind", "short_side", "crop");
                return new Resize.ShortSideCrop(side(json, at, "short_side"), side(json, at, "crop"));
            default:
                throw wrong(at + ".kind", kind, "stretch or short_side_crop");
        }
    }

    private static Normalization normalization(JsonNode json, String at) {
        onlyFields(json, at, "mean", "std");
        return new Normalization(floats(json, at, "mean"), floats(json, at, "std"));
    }

    private static List<Float> floats(JsonNode json, String at, String field) {
        JsonNode array = json.get(field);
        if (!array.isArray()) throw wrong(at + "." + field, array, "an array of three numbers");
        List<Float> values = new ArrayList<>();
        for (JsonNode value : array) {
            if (!value.isNumber()) throw wrong(at + "." + field, value, "numbers");
            values.add(value.floatValue());
        }
        return values;
    }

    private static <E extends Enum<E>> E choice(Class<E> type, JsonNode json, String at, String field) {
        JsonNode node = json.get(field);
        List<String> allowed = new ArrayList<>();
        for (E value : type.getEnumConstants()) {
            String name = value.name().toLowerCase(Locale.ROOT);
            if (node.isTextual() && node.textValue().equals(name)) return value;
            allowed.add(name);
        }
        throw wrong(at + "." + field, node, String.join(" or ", allowed));
    }

    private static int side(JsonNode json, String at, String field) {
        long value = whole(json, at, field);
        if (value != (int) value) throw wrong(at + "." + field, value, "1 to " + Resize.MAX_SIDE);
        return (int) value;
    }

    private static long whole(JsonNode json, String at, String field) {
        JsonNode node = json.get(field);
        if (!node.isIntegralNumber() || !node.canConvertToLong()) throw wrong(at + "." + field, node, "an integer");
        return node.longValue();
    }

    private static void onlyFields(JsonNode json, String at, String... fields) {
        if (json == null || !json.isObject()) throw wrong(at, json, "an object");
        List<String> allowed = Arrays.asList(fields);
        for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!allowed.contains(name))
                throw new IllegalArgumentException(at + ": unknown field " + name + " (allowed: " + allowed + ")");
        }
        for (String field : fields)
            if (!json.has(field))
                throw new IllegalArgumentException(at + ": missing field " + field + " (needed: " + allowed + ")");
    }

    private static IllegalArgumentException wrong(String field, Object seen, String allowed) {
        return new IllegalArgumentException(field + " must be " + allowed + ", was " + seen);
    }
}
