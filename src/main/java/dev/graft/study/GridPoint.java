package dev.graft.study;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.plan.TrainingPlan;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One combination of a {@link Grid}.
 *
 * @param values the value of each path, in the order of the grid; empty without a grid
 * @param plan with these values
 */
public record GridPoint(Map<String, JsonNode> values, TrainingPlan plan) {
    /** Copies the map. */
    public GridPoint {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** The paths with their values, such as {@code input.batchSize = 16, upkeep.workers = 2}. */
    @Override
    public String toString() {
        return text(values);
    }

    static String text(Map<String, JsonNode> values) {
        return values.entrySet().stream()
                .map(v -> v.getKey() + " = "
                        + (v.getValue().isTextual() ? v.getValue().asText() : v.getValue()))
                .collect(Collectors.joining(", "));
    }
}
