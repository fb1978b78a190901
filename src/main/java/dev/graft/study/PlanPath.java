package dev.graft.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * The place of a field in a tree of JSON.
 *
 * @param text such as {@code phases[0].groups[0].learningRate}
 * @param steps a name of a field, or an index in brackets
 */
record PlanPath(String text, List<String> steps) {
    private static final Pattern STEP = Pattern.compile("([A-Za-z_]\\w*)|\\[(\\d{1,9})\\]");

    static PlanPath of(String text) {
        List<String> steps = new ArrayList<>();
        for (String part : text.split("\\.", -1)) {
            Matcher step = STEP.matcher(part);
            int end = 0;
            while (step.find() && step.start() == end && step.start() == 0 == (step.group(1) != null)) {
                steps.add(step.group());
                end = step.end();
            }
            if (end == 0 || end < part.length())
                throw new IllegalArgumentException(
                        "grid: " + text
                                + " is no field of a plan; give names with points between, such as phases[0].groups[0].learningRate");
        }
        return new PlanPath(text, steps);
    }

    /**
     * Replaces the value of the field.
     *
     * @throws IllegalArgumentException when the tree has no such field; the message says what there is instead
     */
    void set(JsonNode root, JsonNode value) {
        JsonNode at = root;
        for (int i = 0; i < steps.size(); i++) {
            if (child(at, steps.get(i)).isMissingNode()) throw unknown(at, i);
            if (i < steps.size() - 1) at = child(at, steps.get(i));
        }
        String last = steps.get(steps.size() - 1);
        if (at instanceof ObjectNode object) object.set(last, value);
        else if (at instanceof ArrayNode array) array.set(index(last), value);
    }

    private static JsonNode child(JsonNode at, String step) {
        return step.startsWith("[") ? at.path(index(step)) : at.path(step);
    }

    private static int index(String step) {
        return Integer.parseInt(step.substring(1, step.length() - 1));
    }

    private IllegalArgumentException unknown(JsonNode at, int step) {
        String parent = IntStream.range(0, step)
                .mapToObj(i -> (i > 0 && !steps.get(i).startsWith("[") ? "." : "") + steps.get(i))
                .collect(Collectors.joining());
        String there = at.isArray()
                ? "elements [0] to [" + (at.size() - 1) + "]"
                : StreamSupport.stream(((Iterable<String>) at::fieldNames).spliterator(), false)
                        .collect(Collectors.joining(", "));
        return new IllegalArgumentException("grid: the plan has no field " + text + ": "
                + (parent.isEmpty() ? "a plan" : parent) + " has " + (there.isEmpty() ? "no fields" : there));
    }
}
