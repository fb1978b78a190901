package dev.graft.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.image.augment.Augmentation;
import dev.graft.image.augment.Views;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of JSON that is no plan. */
class PlanJsonTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static String refusal(String json) {
        String told = assertThrows(IllegalArgumentException.class, () -> TrainingPlan.fromJson(json))
                .getMessage();
        assertFalse(told.contains("\n"), told);
        for (String internal : List.of("jackson", "Feature", "dev.graft", "deserialize", "creator", "java."))
            assertFalse(told.contains(internal), told);
        return told;
    }

    /** The JSON of a plan with one of its values replaced. */
    private static String with(String pointer, String value) throws Exception {
        ObjectNode root = (ObjectNode)
                JSON.readTree(TrainingPlan.fast().withViews(views()).toJson());
        int end = pointer.lastIndexOf('/');
        String last = pointer.substring(end + 1);
        JsonNode parent = root.at(pointer.substring(0, end));
        if (parent instanceof ArrayNode array) array.set(Integer.parseInt(last), JSON.readTree(value));
        else ((ObjectNode) parent).set(last, JSON.readTree(value));
        return root.toString();
    }

    private static Views views() {
        return new Views(2, Augmentation.STRONG, 3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/phases/0/schedule | {\"kind\":\"cosine\"}"
                        + " | phases[0].schedule: cosine misses the field every (one of the words EPOCH, STEP)",
                "/phases/0/schedule | {\"kind\":\"step\",\"every\":\"STEP\"}"
                        + " | phases[0].schedule: step misses the fields length (a whole number, at most 2147483647), gamma (a"
                        + " number, such as 0.001)",
                "/phases/0/schedule | {\"kind\":\"cosine\",\"every\":\"STEPS\"}"
                        + " | phases[0].schedule.every: must be one of the words EPOCH, STEP, was 'STEPS'",
                "/phases/0/schedule | {\"kind\":\"cosine\",\"each\":\"STEP\"}"
                        + " | phases[0].schedule: there is no field 'each' in cosine; there are: every",
                "/phases/0/schedule | {\"kind\":\"constant\",\"every\":\"STEP\"}"
                        + " | phases[0].schedule: there is no field 'every' in constant; it has no fields",
                "/phases/0/schedule | {\"kind\":\"sawtooth\"}"
                        + " | phases[0].schedule.kind: must be one of the words constant, cosine, step, multistep, exponential,"
                        + " onecycle, plateau, warmup, was 'sawtooth'",
                "/phases/0/loss/weights | {} | phases[0].loss.weights: the field kind is missing; it is one of the words none,"
                        + " balanced, byname",
                "/phases/0/loss/weights | {\"kind\":\"byname\",\"weights\":{\"cat\":\"two\"}}"
                        + " | phases[0].loss.weights.weights.cat: must be a number, such as 0.001, was 'two'",
                "/phases/0/optimizer | \"adam\" | phases[0].optimizer: must be a map with a field kind, one of the words sgd,"
                        + " adam, adamw, rmsprop, crossvalidated, was 'adam'",
                "/phases/0/optimizer | null | phases[0].optimizer: must be a map with a field kind, one of the words sgd,"
                        + " adam, adamw, rmsprop, crossvalidated, was nothing",
                "/phases/0/groups/0/learningRate | \"0,001\""
                        + " | phases[0].groups[0].learningRate: must be a number, such as 0.001, was '0,001'",
                "/phases/0/groups/0 | 5 | phases[0].groups[0]: must be a map of fields, was 5",
                "/phases/0/groups | 5 | phases[0].groups: must be a list, was 5",
                "/phases/0/epochs | 99999999999 | phases[0].epochs: must be a whole number, at most 2147483647, was"
                        + " 99999999999",
                "/phases/0/updates/decayAll | \"maybe\" | phases[0].updates.decayAll: must be true or false, was 'maybe'",
                "/input/views/count | 2.5 | input.views.count: must be a whole number, at most 2147483647, was 2.5",
                "/seed | 2.5 | seed: must be a whole number, was 2.5",
                "/ending/metric | [] | ending.metric: must be a word, was []",
                "/phases/0/groups/0/learningRate | -1"
                        + " | phases[0].groups[0]: lr must be greater than 0 and fit into a float32, was -1.0",
                "/input/views/augmentation/operations/0/bins | 1"
                        + " | input.views.augmentation.operations[0]: there must be 2 to 1000 bins, were 1"
            })
    void wrongField_isToldWithItsPath_andWhatIsAllowed(String pointer, String value, String told) throws Exception {
        assertEquals("plan: " + told, refusal(with(pointer, value)));
    }

    @Test
    void numbersAsTexts_areRead() throws Exception {
        assertEquals(
                0.0001,
                TrainingPlan.fromJson(with("/phases/0/groups/0/learningRate", "\"1e-4\""))
                        .phases()
                        .get(0)
                        .groups()
                        .get(0)
                        .learningRate());
        assertEquals(
                3,
                TrainingPlan.fromJson(with("/phases/0/epochs", "\"3\""))
                        .phases()
                        .get(0)
                        .epochs());
    }

    @Test
    void syntax_isToldWithItsPlace() {
        assertTrue(
                refusal("{\n  \"seed\": 1,,\n}").startsWith("plan: line 2, column 1"),
                refusal("{\n  \"seed\": 1,,\n}"));
        assertEquals("plan: must be a map of fields, was nothing", refusal(""));
        assertTrue(refusal("{}").startsWith("plan: misses the fields phases (a list), input ("), refusal("{}"));
        assertEquals(
                "plan: there is no field 'sed' here; there are: phases, input, compute, ending, upkeep, seed",
                refusal("{\"sed\": 1}"));
    }
}
