package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.model.Classifier;
import dev.graft.model.HeadSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Studies of {@code graft train}: options of plain runs, the pictures that are dealt, and the final model. */
class StudyFinalTest {
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

    private Typed train(Path data, Object... more) {
        Object[] words = {
            "train", data, "--weights", weights, "--out", folder.resolve("study"), "--cache", shared.resolve("cache")
        };
        return Typed.graft(Stream.concat(Stream.of(words), Stream.of(more)).toArray());
    }

    @Test
    void headOfTheOptions_isThatOfTheFinalModel_whichKeepsNoCheckpoint() throws IOException {
        Typed typed = train(pictures, "--folds", 2, "--final", "--recipe", "fast", "--epochs", 1, "--hidden", 7);
        assertEquals(ExitStatus.DONE, typed.status(), typed.err());
        assertTrue(typed.says("study: the 6 validation pictures have no part in the folds; they judge the final"));
        assertTrue(typed.says("final model: trained on 12 pictures; accuracy", "of the 6 validation pictures"));
        Path last = folder.resolve("study/final");
        try (Classifier model = Classifier.load(last.resolve("model.pt"))) {
            assertEquals(new HeadSpec.Hidden(7, 0), model.card().head());
        }
        assertFalse(Files.exists(last.resolve("checkpoint")));
    }

    @Test
    void foldsOfAFolderWithoutVal_dealAll_andNothingJudgesTheFinalModel() throws IOException {
        Typed typed = train(
                pictures.resolve("train"),
                "--folds",
                8,
                "--final",
                "--recipe",
                "fast",
                "--epochs",
                1,
                "--keep-checkpoint");
        assertEquals(ExitStatus.DONE, typed.status(), typed.err());
        assertTrue(typed.says("2 classes, 12 pictures to train on, 0 to validate with"), typed.out());
        assertTrue(typed.says("all are dealt to 8 folds, and each fold validates once"), typed.out());
        assertTrue(typed.says("fewer pictures than folds", "bar (6), dot (6); take fewer folds"), typed.out());
        assertTrue(typed.says("final model: trained on all 12 pictures; no picture is left to judge it"), typed.out());
        assertTrue(Files.exists(folder.resolve("study/final/checkpoint/checkpoint.pt")));
    }

    @Test
    void optionsThatAStudyDoesNotFollow_areRefusedByName() throws IOException {
        Path grid = Files.writeString(folder.resolve("grid.json"), "{\"compute.precision\": [\"FP32\", \"FP16\"]}");
        for (List<Object> wrong : List.<List<Object>>of(
                List.of("--find-lr", "--recipe", "fast"),
                List.of("--keep-best", "loss"),
                List.of("--keep-last", 2),
                List.of("--keep-checkpoint"),
                List.of("--time-budget", "1m"),
                List.of("--grid", grid, "--recipe", "fast"))) {
            Typed typed = train(
                    pictures,
                    Stream.concat(Stream.of("--folds", 2), wrong.stream()).toArray());
            assertTrue(typed.status() != ExitStatus.DONE, wrong + typed.out());
            assertTrue(typed.err().contains("train: " + wrong.get(0) + ": "), typed.err());
        }
        for (List<String> ofSteps : List.of(List.of("--hidden", "4"), List.of("--bias-from-frequencies"))) {
            Typed typed = train(
                    pictures,
                    Stream.concat(Stream.of("--folds", 2), ofSteps.stream()).toArray());
            assertEquals(ExitStatus.ERROR, typed.status(), ofSteps + typed.out());
            assertTrue(typed.err().contains("--recipe fast or reference"), typed.err());
        }
        assertFalse(Files.exists(folder.resolve("study")));
    }
}
