package dev.graft.plan;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares a tree of JSON with the types of a plan. What does not fit is refused with the path of the field, such as {@code
 * phases[0].schedule.every}, with what was seen and what is allowed. Ranges are checked later, by the types themselves.
 */
final class PlanShape {
    static final String KIND = "kind";

    private static final String NUMBER = "[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?";
    private static final int SHOWN = 60;

    private PlanShape() {}

    /**
     * Checks all fields.
     *
     * @throws IllegalArgumentException with the first that does not fit
     */
    static void require(JsonNode plan) {
        check("", plan, TrainingPlan.class);
    }

    /** A refusal of a field; an empty path is the plan itself. */
    static String refusal(String path, String text) {
        return "plan: " + (path.isEmpty() ? "" : path + ": ") + text;
    }

    private static void check(String path, JsonNode value, Type type) {
        if (type instanceof ParameterizedType of) elements(path, value, of);
        else if (((Class<?>) type).isSealed()) kinded(path, value, (Class<?>) type);
        else if (((Class<?>) type).isRecord()) fields(path, value, (Class<?>) type);
        else if (!fits(value, (Class<?>) type)) throw wrong(path, type, value);
    }

    /** Of a list, or of a map from names. */
    private static void elements(String path, JsonNode value, ParameterizedType of) {
        Type[] types = of.getActualTypeArguments();
        boolean list = of.getRawType() == List.class;
        if (list ? !value.isArray() : !value.isObject()) throw wrong(path, of, value);
        if (list) for (int i = 0; i < value.size(); i++) check(path + "[" + i + "]", value.get(i), types[0]);
        else
            for (Map.Entry<String, JsonNode> e : value.properties())
                check(path(path, e.getKey()), e.getValue(), types[1]);
    }

    private static void kinded(String path, JsonNode value, Class<?> type) {
        if (!value.isObject()) throw wrong(path, type, value);
        if (!value.has(KIND)) throw refused(path, "the field kind is missing; it is one of the words " + kinds(type));
        String word = value.get(KIND).asText();
        Class<?> kind = Arrays.stream(type.getPermittedSubclasses())
                .filter(k -> PlanJson.word(k).equals(word))
                .findFirst()
                .orElseThrow(() -> refused(
                        path(path, KIND),
                        "must be one of the words " + kinds(type) + ", was " + shown(value.get(KIND))));
        fields(path, value, kind);
    }

    private static void fields(String path, JsonNode value, Class<?> type) {
        if (!value.isObject()) throw wrong(path, type, value);
        boolean kinded = Stream.of(type.getInterfaces()).anyMatch(Class::isSealed);
        RecordComponent[] fields = type.getRecordComponents();
        List<String> names = Stream.of(fields).map(RecordComponent::getName).toList();
        for (Map.Entry<String, JsonNode> given : value.properties()) {
            if (names.contains(given.getKey()) || kinded && given.getKey().equals(KIND)) continue;
            throw refused(
                    path,
                    "there is no field '" + given.getKey() + "'" + (kinded ? " in " + PlanJson.word(type) : " here")
                            + "; " + (names.isEmpty() ? "it has no fields" : "there are: " + String.join(", ", names)));
        }
        List<String> missing = new ArrayList<>();
        for (RecordComponent f : fields)
            if (!value.has(f.getName()) && !isOptional(f))
                missing.add(f.getName() + " (" + allowed(f.getGenericType()) + ")");
        if (!missing.isEmpty())
            throw refused(
                    path,
                    (kinded ? PlanJson.word(type) + " misses " : "misses ")
                            + (missing.size() == 1 ? "the field " : "the fields ")
                            + String.join(", ", missing));
        for (RecordComponent f : fields) {
            JsonNode given = value.path(f.getName());
            if (!isOptional(f) || !given.isMissingNode() && !given.isNull())
                check(path(path, f.getName()), given, f.getGenericType());
        }
    }

    /** The only field that may be null. */
    private static boolean isOptional(RecordComponent field) {
        return field.getDeclaringRecord() == ParameterGroup.class && field.getType() == OptimizerSpec.class;
    }

    private static boolean fits(JsonNode value, Class<?> type) {
        if (!value.isValueNode() || value.isNull()) return false;
        String text = value.asText();
        if (type == double.class || type == Double.class) return value.isNumber() || text.matches(NUMBER);
        if (type == int.class || type == Integer.class) return isWhole(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
        if (type == long.class) return isWhole(text, Long.MIN_VALUE, Long.MAX_VALUE);
        if (type == boolean.class) return text.equals("true") || text.equals("false");
        return !type.isEnum() || words(type).contains(text);
    }

    private static boolean isWhole(String text, long least, long most) {
        try {
            long n = Long.parseLong(text);
            return n >= least && n <= most;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static String allowed(Type type) {
        if (type instanceof ParameterizedType of)
            return of.getRawType() == List.class ? "a list" : "a map of names to numbers";
        Class<?> c = (Class<?>) type;
        if (c.isSealed()) return "a map with a field kind, one of the words " + kinds(c);
        if (c.isRecord()) return "a map of fields";
        if (c.isEnum()) return "one of the words " + String.join(", ", words(c));
        if (c == boolean.class) return "true or false";
        if (c == int.class || c == Integer.class) return "a whole number, at most " + Integer.MAX_VALUE;
        if (c == long.class) return "a whole number";
        return c == String.class ? "a word" : "a number, such as 0.001";
    }

    private static List<String> words(Class<?> type) {
        return Stream.of(type.getEnumConstants()).map(c -> ((Enum<?>) c).name()).toList();
    }

    private static String kinds(Class<?> type) {
        return Arrays.stream(type.getPermittedSubclasses()).map(PlanJson::word).collect(Collectors.joining(", "));
    }

    private static String shown(JsonNode value) {
        String text = value.isTextual() ? "'" + value.asText() + "'" : value.toString();
        if (value.isMissingNode() || value.isNull() || text.equals("''")) return "nothing";
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }

    private static String path(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static IllegalArgumentException wrong(String path, Type type, JsonNode value) {
        return refused(path, "must be " + allowed(type) + ", was " + shown(value));
    }

    private static IllegalArgumentException refused(String path, String text) {
        return new IllegalArgumentException(refusal(path, text));
    }
}
