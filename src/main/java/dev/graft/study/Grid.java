package dev.graft.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.plan.TrainingPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Values of fields of a plan, of which every combination is tried. A field is named by its path in {@link
 * TrainingPlan#toJson}, such as {@code phases[0].groups[0].learningRate}. Immutable.
 */
public final class Grid {
    /** The largest number of combinations. */
    public static final int MOST_POINTS = 1000;

    /** No fields: the plan as it is, the only point. */
    public static final Grid NONE = new Grid(Map.of());

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, List<JsonNode>> values;

    private Grid(Map<String, List<JsonNode>> values) {
        this.values = values;
    }

    /**
     * Reads an object of paths, each with a list of values: {@code {"phases[0].groups[0].learningRate": [0.001, 0.01],
     * "input.batchSize": [16, 32]}}.
     *
     * @throws IllegalArgumentException when it is not such an object, a list is empty or has a value twice, or there
     *     are more than {@link #MOST_POINTS} combinations
     */
    public static Grid of(JsonNode map) {
        if (!map.isObject() || map.isEmpty())
            throw new IllegalArgumentException(
                    "grid: must be a map of plan fields to lists of values, such as phases[0].groups[0].learningRate: [0.001,"
                            + " 0.01]; was " + map);
        Map<String, List<JsonNode>> values = new LinkedHashMap<>();
        long points = 1;
        for (Map.Entry<String, JsonNode> field : map.properties()) {
            List<JsonNode> list = list(field.getKey(), field.getValue());
            values.put(field.getKey(), list);
            points *= list.size();
            if (points > MOST_POINTS)
                throw new IllegalArgumentException(
                        "grid: has more than " + MOST_POINTS + " combinations; give fewer fields or fewer values");
        }
        return new Grid(values);
    }

    private static List<JsonNode> list(String path, JsonNode given) {
        List<JsonNode> list = new ArrayList<>();
        if (given.isArray()) given.forEach(list::add);
        if (list.isEmpty())
            throw new IllegalArgumentException("grid: " + path + " must have a list of values, was " + given);
        for (JsonNode value : list)
            if (list.indexOf(value) != list.lastIndexOf(value))
                throw new IllegalArgumentException(
                        "grid: " + path + " has the value " + value + " twice; give it once");
        return List.copyOf(list);
    }

    /** The paths and their values, as {@link #of} reads them; an empty object for {@link #NONE}. */
    public JsonNode toJson() {
        return JSON.valueToTree(values);
    }

    /**
     * The plan with every combination of the values; the values of the last field change first.
     *
     * @throws IllegalArgumentException when the plan has no such field, or does not allow a value; the message names
     *     the field and the value
     */
    public List<GridPoint> points(TrainingPlan plan) {
        List<Map<String, JsonNode>> all = List.of(Map.of());
        for (Map.Entry<String, List<JsonNode>> field : values.entrySet()) {
            List<Map<String, JsonNode>> longer = new ArrayList<>();
            for (Map<String, JsonNode> before : all) {
                for (JsonNode value : field.getValue()) {
                    Map<String, JsonNode> one = new LinkedHashMap<>(before);
                    one.put(field.getKey(), value);
                    longer.add(one);
                }
            }
            all = longer;
        }
        return all.stream().map(point -> point(plan, point)).toList();
    }

    private static GridPoint point(TrainingPlan plan, Map<String, JsonNode> values) {
        if (values.isEmpty()) return new GridPoint(values, plan);
        JsonNode tree = tree(plan);
        values.forEach((path, value) -> PlanPath.of(path).set(tree, value));
        try {
            return new GridPoint(values, TrainingPlan.fromJson(tree.toString()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "grid: " + GridPoint.text(values) + ": " + e.getMessage().replaceFirst("^plan: ", ""), e);
        }
    }

    private static JsonNode tree(TrainingPlan plan) {
        try {
            return JSON.readTree(plan.toJson());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("grid: the plan's own JSON cannot be read", e);
        }
    }
}
