package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code graft train} with --folds, --seeds and --grid. */
class StudyOptionsTest {
    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path pictures;
    private static Path weights;

    @BeforeAll
    static void draw() throws IOException {
        pictures = DotsAndBars.draw(shared.resolve("shapes"), 6, 3);
        weights = Typed.weights(shared);
    }

    private Typed train(Object... more) {
        Object[] words = {
            "train",
            pictures,
            "--weights",
            weights,
            "--out",
            folder.resolve("study"),
            "--cache",
            shared.resolve("cache")
        };
        return Typed.graft(Stream.concat(Stream.of(words), Stream.of(more)).toArray());
    }

    @Test
    void folds_tellEachRunAndTheSpread_andAddAModel() throws IOException {
        Typed typed = train("--folds", 3, "--final");
        assertEquals(ExitStatus.DONE, typed.status(), typed.err());
        assertTrue(typed.says("study: 3 folds"), typed.out());
        assertTrue(typed.says("fold-3", "accuracy", "loss", "(3 of 3)"), typed.out());
        assertTrue(typed.says("accuracy", "0."), typed.out());
        assertTrue(typed.says("saved", "study.json, out-of-fold.csv, final/model.pt"), typed.out());
        Path study = folder.resolve("study");
        assertEquals(
                1 + 12, Files.readAllLines(study.resolve("out-of-fold.csv")).size());
        assertTrue(Files.exists(study.resolve("final/model.pt")));
        assertEquals(typed.out(), Files.readString(study.resolve("console.log")));
        Typed again = train("--folds", 3);
        assertEquals(ExitStatus.USAGE, again.status());
        assertTrue(again.err().contains("--out: " + study + " holds a finished study"), again.err());
    }

    @Test
    void grid_ofSeeds_isRanked_asJson() throws IOException {
        Path grid = Files.writeString(
                folder.resolve("grid.yaml"), "phases[0].groups[0].learningRate: [1e-9, 0.003]\ninput.batchSize: [4]\n");
        Typed typed = train("--grid", grid, "--seeds", 2, "--epochs", 3, "--rank-by", "loss", "--json");
        assertEquals(ExitStatus.DONE, typed.status(), typed.err());
        JsonNode study = new ObjectMapper().readTree(typed.out());
        assertEquals("done", study.path("state").asText());
        assertEquals(4, study.path("members").size());
        assertEquals(2, study.at("/points/0/number").asInt(), "three epochs at 1e-9 learn nothing");
        assertTrue(study.at("/points/0/ahead_of_next/difference").asDouble() > 0, study.toString());
        assertEquals(folder.resolve("study").toString(), study.path("folder").asText());
        String log = Files.readString(folder.resolve("study/console.log"));
        assertTrue(log.contains("grid: 2 points by loss, the best first"), log);
        assertTrue(log.contains("before the next"), log);
        assertTrue(
                log.contains("metrics of point 2 (phases[0].groups[0].learningRate = 0.003, input.batchSize = 4):"),
                log);
    }

    @Test
    void stoppedStudy_goesOnWithTheSameCommand() throws IOException {
        assertEquals(ExitStatus.DONE, train("--seeds", 2, "--quiet").status());
        Path file = folder.resolve("study/study.json");
        Files.writeString(file, Files.readString(file).replace("\"state\" : \"done\"", "\"state\" : \"stopped\""));
        Typed typed = train("--seeds", 2);
        assertEquals(ExitStatus.DONE, typed.status(), typed.err());
        assertTrue(typed.says("seed-1", "(2 of 2, trained before)"), typed.out());
        Files.writeString(file, Files.readString(file).replace("\"state\" : \"done\"", "\"state\" : \"stopped\""));
        Typed other = train("--seeds", 2, "--seed", 9);
        assertEquals(ExitStatus.ERROR, other.status());
        assertTrue(other.err().contains("seed was 0, is 9"), other.err());
    }

    @Test
    void wrongOptions_areRefused() throws IOException {
        Path grid = Files.writeString(folder.resolve("grid.json"), "{\"phases[0].lr\": [1]}");
        Typed unknown = train("--grid", grid);
        assertEquals(ExitStatus.USAGE, unknown.status());
        assertTrue(
                unknown.err().contains("--grid: " + grid + ": the plan has no field phases[0].lr: phases[0] has name"),
                unknown.err());
        for (List<Object> wrong : List.<List<Object>>of(
                List.of("--final"),
                List.of("--rank-by", "loss"),
                List.of("--folds", 1),
                List.of("--seeds", 0),
                List.of("--folds", 2, "--rank-by", "beauty"),
                List.of("--grid", folder.resolve("nothing")),
                List.of("--folds", 2, "--resume", folder),
                List.of("--folds", 2, "--overwrite"))) {
            Typed typed = train(wrong.toArray());
            assertEquals(ExitStatus.USAGE, typed.status(), wrong + typed.err());
            assertTrue(typed.err().contains(wrong.get(wrong.size() > 2 ? 2 : 0).toString()), typed.err());
        }
        assertFalse(Files.exists(folder.resolve("study")));
    }
}
