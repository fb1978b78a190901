package dev.graft.plan;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import dev.graft.image.augment.ops.Operation;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * {@link TrainingPlan} to JSON and back. Each record is an object; for a closed type, the field {@code kind} names the
 * implementation.
 */
final class PlanJson {
    /** The closed types. A new kind needs its class and its name in {@code permits}. */
    private static final List<Class<?>> CLOSED = List.of(
            OptimizerSpec.class,
            Schedule.class,
            LossSpec.class,
            ClassWeights.class,
            Sampling.class,
            Mixing.class,
            Operation.class);

    private static final JsonMapper JSON = mapper();

    /** Tells Jackson that {@code kind} selects the implementation of a closed type. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = PlanShape.KIND)
    private interface Kinded {}

    private static final String STANDARD = "STANDARD";

    private PlanJson() {}

    private static JsonMapper mapper() {
        JsonMapper.Builder builder = JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT);
        for (Class<?> type : CLOSED) {
            builder.addMixIn(type, Kinded.class);
            for (Class<?> kind : type.getPermittedSubclasses()) {
                builder.registerSubtypes(new NamedType(kind, word(kind)));
            }
        }
        return builder.build();
    }

    static String word(Class<?> kind) {
        return kind.getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** The constant STANDARD of the kind with this word. */
    static Optional<String> standard(String word) {
        return CLOSED.stream()
                .flatMap(type -> Arrays.stream(type.getPermittedSubclasses()))
                .filter(kind -> word(kind).equals(word))
                .flatMap(kind -> Arrays.stream(kind.getFields()))
                .filter(field -> field.getName().equals(STANDARD))
                .findFirst()
                .map(PlanJson::json);
    }

    private static String json(Field constant) {
        try {
            return JSON.writeValueAsString(constant.get(null));
        } catch (IllegalAccessException | JsonProcessingException e) {
            throw new IllegalStateException("plan: " + constant + " could not be written as JSON", e);
        }
    }

    static String write(TrainingPlan plan) {
        try {
            return JSON.writeValueAsString(plan);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plan: could not be written as JSON", e);
        }
    }

    /** A part of a plan in the words of a plan's file, such as {@code {kind: cosine, every: STEP}}. */
    static String text(Object part) {
        String json = JSON.valueToTree(part).toString();
        return json.replace("\"", "").replace(":", ": ").replace(",", ", ");
    }

    static List<String> differences(TrainingPlan before, TrainingPlan now) {
        List<String> all = new ArrayList<>();
        compare("", JSON.valueToTree(before), JSON.valueToTree(now), all);
        return all;
    }

    private static void compare(String path, JsonNode before, JsonNode now, List<String> all) {
        if (before.equals(now)) return;
        boolean lists = before.isArray() && now.isArray() && before.size() == now.size();
        if (lists) {
            for (int i = 0; i < now.size(); i++) compare(path + "[" + i + "]", before.get(i), now.get(i), all);
        } else if (before.isObject() && now.isObject()) {
            Set<String> names = new LinkedHashSet<>();
            before.fieldNames().forEachRemaining(names::add);
            now.fieldNames().forEachRemaining(names::add);
            String prefix = path.isEmpty() ? "" : path + ".";
            for (String name : names) compare(prefix + name, before.path(name), now.path(name), all);
        } else {
            all.add(path + " was " + text(before) + ", is " + text(now));
        }
    }

    private static String text(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) return "none";
        return value.isTextual() ? value.asText() : value.toString();
    }

    static TrainingPlan read(String text) {
        JsonNode root = tree(text);
        if (root.isObject() && (root.has("epochs") || root.has("phases")) && !root.has("ending")) {
            throw new IllegalArgumentException("plan: an older version of Graft wrote it;"
                    + " a run cannot resume with it; start a new run, with the file's weights if you like");
        }
        PlanShape.require(root);
        try {
            return JSON.treeToValue(root, TrainingPlan.class);
        } catch (JsonProcessingException e) {
            boolean refused = e.getCause() instanceof IllegalArgumentException;
            String why = refused ? e.getCause().getMessage() : e.getOriginalMessage();
            throw new IllegalArgumentException(
                    PlanShape.refusal(path(e), why.replaceFirst("^(plan|augmentation): ", "")),
                    refused ? e.getCause() : e);
        }
    }

    private static JsonNode tree(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw new IllegalArgumentException(
                    "plan: line " + at.getLineNr() + ", column " + at.getColumnNr() + ": is no JSON", e);
        }
    }

    /** Where a value was refused, such as {@code phases[0].schedule}. */
    private static String path(JsonProcessingException e) {
        if (!(e instanceof JsonMappingException mapping)) return "";
        return mapping.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                .collect(Collectors.joining())
                .replaceFirst("^\\.", "");
    }
}
