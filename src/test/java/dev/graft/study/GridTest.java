package dev.graft.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.plan.Constant;
import dev.graft.plan.Cosine;
import dev.graft.plan.TrainingPlan;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Values of plan fields and their combinations. */
class GridTest {
    private static final TrainingPlan PLAN = TrainingPlan.fast();

    private static Grid grid(String json) {
        try {
            return Grid.of(new ObjectMapper().readTree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static String refused(String json) {
        return assertThrows(IllegalArgumentException.class, () -> grid(json).points(PLAN))
                .getMessage();
    }

    @Test
    void points_areAllCombinations_theLastFieldFirst() {
        List<GridPoint> points =
                grid("{\"phases[0].groups[0].learningRate\": [0.001, 0.01], \"input.batchSize\": [16, 8, 4]}")
                        .points(PLAN);
        assertEquals(6, points.size());
        assertEquals(16, points.get(0).plan().input().batchSize());
        assertEquals(8, points.get(1).plan().input().batchSize());
        assertEquals(0.01, points.get(3).plan().phases().get(0).groups().get(0).learningRate());
        assertEquals(
                List.of("input.batchSize was 32, is 4"),
                points.get(2).plan().differences(PLAN),
                "the other fields stay as they are");
        assertEquals(
                "phases[0].groups[0].learningRate = 0.001, input.batchSize = 4",
                points.get(2).toString());
    }

    @Test
    void points_ofNoGrid_isThePlan() {
        List<GridPoint> points = Grid.NONE.points(PLAN);
        assertEquals(1, points.size());
        assertEquals(PLAN, points.get(0).plan());
    }

    @Test
    void points_objectsAsValues_replaceTheWhole() {
        List<GridPoint> points =
                grid("{\"phases[0].schedule\": [{\"kind\": \"constant\"}, {\"kind\": \"cosine\", \"every\": \"STEP\"}]}")
                        .points(PLAN);
        assertEquals(new Constant(), points.get(0).plan().phases().get(0).schedule());
        assertEquals(
                Cosine.class, points.get(1).plan().phases().get(0).schedule().getClass());
    }

    @Test
    void unknownPath_isRefusedByName_withWhatThereIs() {
        String field = refused("{\"phases[0].groups[0].lr\": [1]}");
        assertTrue(
                field.startsWith("grid: the plan has no field phases[0].groups[0].lr: phases[0].groups[0] has layer"),
                field);
        String element = refused("{\"phases[3].epochs\": [1]}");
        assertTrue(element.contains("phases[3].epochs: phases has elements [0] to [0]"), element);
        String top = refused("{\"epochs\": [1]}");
        assertTrue(top.contains("no field epochs: a plan has phases"), top);
        for (String wrong : List.of("phases[0]x", "phases.[0].epochs", "", "phases[0", "a..b", "[0]", "seed "))
            assertTrue(refused("{\"" + wrong + "\": [1]}").contains("is no field of a plan"), wrong);
    }

    @Test
    void wrongValue_isRefusedWithFieldAndValue() {
        String said = refused("{\"input.batchSize\": [16, -1]}");
        assertTrue(said.contains("input.batchSize = -1") && said.contains("must be at least 1"), said);
        String kind = refused("{\"phases[0].groups[0].learningRate\": [\"fast\"]}");
        assertEquals(
                "grid: phases[0].groups[0].learningRate = fast: phases[0].groups[0].learningRate: must be a number, such as"
                        + " 0.001, was 'fast'",
                kind);
        String missing = refused("{\"phases[0].schedule\": [{\"kind\": \"cosine\"}]}");
        assertTrue(
                missing.endsWith(": phases[0].schedule: cosine misses the field every (one of the words EPOCH, STEP)"),
                missing);
    }

    @Test
    void lists_emptyTwiceOrNone_areRefused() {
        assertTrue(refused("{\"input.batchSize\": []}").contains("must have a list of values"));
        assertTrue(refused("{\"input.batchSize\": 16}").contains("must have a list of values"));
        assertTrue(refused("{\"input.batchSize\": [16, 16]}").contains("has the value 16 twice"));
        assertTrue(refused("{}").contains("must be a map"));
        assertTrue(refused("[1]").contains("must be a map"));
        StringBuilder many = new StringBuilder("1");
        for (int i = 2; i <= 1001; i++) many.append(",").append(i);
        assertTrue(refused("{\"input.batchSize\": [" + many + "]}").contains("more than 1000 combinations"));
    }
}
