package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.hub.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainVerbTest {
    private static final ObjectMapper JSON = new ObjectMapper();

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
        Object[] words = {"train", pictures, "--weights", weights, "--out", folder.resolve("run"), "--cache", "off"};
        return Typed.graft(Stream.concat(Stream.of(words), Stream.of(more)).toArray());
    }

    @Test
    void train_finished_leavesItsRecordAndNoCheckpoint() throws IOException {
        Typed typed = train("--seed", 7);
        assertEquals(ExitStatus.DONE, typed.status(), typed.err());
        Path run = folder.resolve("run");
        assertTrue(typed.out().contains("2 classes, 12 pictures to train on, 6 to validate with"), typed.out());
        assertTrue(typed.out().contains("head: "), "the recipe is auto: " + typed.out());
        assertTrue(Files.exists(run.resolve("model.pt")));
        assertFalse(Files.exists(run.resolve("checkpoint")));
        assertEquals(typed.out(), Files.readString(run.resolve("console.log")), "the log is what was printed");
        JsonNode record = JSON.readTree(run.resolve("run.json").toFile());
        assertEquals("done", record.path("state").asText());
        assertEquals(7, record.path("seed").asInt());
        assertEquals(6, record.path("data").path("training").path("dot").asInt());
        assertEquals(
                Sha256.of(run.resolve("model.pt")).hex(),
                record.path("files").path("model.pt").path("sha256").asText());
        assertEquals(
                Sha256.of(weights).hex(), record.path("network").path("sha256").asText());
        assertTrue(record.path("data").path("sha256_training").asText().matches("[0-9a-f]{64}"), record.toString());
        assertEquals(
                "EXIF",
                record.path("preprocessing").path("orientation").asText().toUpperCase());
    }

    @Test
    void auto_withATimeBudget_triesWhetherLayer4Pays() throws IOException {
        Typed typed = train("--time-budget", "30m", "--no-report");
        assertEquals(ExitStatus.DONE, typed.status(), typed.err());
        Matcher told = Pattern.compile("layer4 (pays|does not pay): by 5 folds the loss with it is ")
                .matcher(typed.out());
        assertTrue(told.find(), typed.out());
        assertEquals(told.group(1).equals("pays"), typed.out().contains("phase 2/2: layer4"), typed.out());
        JsonNode record = JSON.readTree(folder.resolve("run/run.json").toFile());
        assertEquals(1800, record.path("plan").path("ending").path("seconds").asInt());
        assertTrue(typed.out().contains(record.path("trial").asText("none")), record.toString());
        Typed report = Typed.graft("report", folder.resolve("run"));
        assertEquals(ExitStatus.DONE, report.status(), report.err());
        String html = Files.readString(folder.resolve("run/report.html"));
        assertTrue(html.contains("layer4 " + told.group(1) + ": by 5 folds"), "the report has the verdict");
    }

    @Test
    void json_isOneLine() throws IOException {
        Typed typed = train("--json", "--no-report", "--keep-checkpoint");
        assertEquals(1, typed.out().lines().count(), typed.out());
        assertEquals("done", JSON.readTree(typed.out()).path("state").asText());
        assertTrue(Files.exists(folder.resolve("run/checkpoint/checkpoint.pt")));
    }

    @Test
    void optionsOfSteps_takeTheRecipeFast() {
        Typed typed = train("--epochs", 2, "--lr", 0.01, "--quiet");
        assertEquals(ExitStatus.DONE, typed.status(), typed.err());
        assertTrue(typed.out().matches("\\S+run  \\d+\\.\\d\\d%\n"), typed.out());
        String log = assertDoesNotThrow(() -> Files.readString(folder.resolve("run/console.log")));
        assertTrue(log.startsWith("recipe: fast, for --epochs, --lr are given"), log);
    }

    @Test
    void unreadable_areAllNamedBeforeTraining() throws IOException {
        Path broken = DotsAndBars.draw(folder.resolve("broken"), 3, 2);
        Files.writeString(broken.resolve("train/dot/0.png"), "no picture");
        Files.writeString(broken.resolve("val/bar/1.png"), "none either");
        Typed typed = Typed.graft("train", broken, "--weights", weights, "--out", folder.resolve("out"));
        assertEquals(ExitStatus.ERROR, typed.status());
        assertTrue(typed.err().contains("2 of 10 pictures cannot be read:"), typed.err());
        assertTrue(typed.err().contains("0.png") && typed.err().contains("1.png"), typed.err());
        assertFalse(Files.exists(folder.resolve("out")), "a refused run leaves nothing");
    }

    @Test
    void damaged_areFoundByDecoding() throws IOException {
        Path broken = DotsAndBars.draw(folder.resolve("broken"), 3, 2);
        Path cut = broken.resolve("train/dot/0.png");
        byte[] bytes = Files.readAllBytes(cut);
        Files.write(cut, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        Typed typed = Typed.graft(
                "train",
                broken,
                "--weights",
                weights,
                "--out",
                folder.resolve("out"),
                "--check",
                "decode",
                "--cache",
                "off",
                "--unreadable",
                "skip");
        assertEquals(ExitStatus.DONE, typed.status(), typed.err());
        int found = typed.out().indexOf("1 of 10 pictures cannot be read and are left out:");
        assertTrue(found >= 0 && found < typed.out().indexOf("features of"), typed.out());
    }

    @Test
    void words_missingOrTooMany_areWrongUse() {
        assertEquals(ExitStatus.USAGE, Typed.graft("train").status());
        Typed two = Typed.graft("train", pictures, pictures);
        assertEquals(ExitStatus.USAGE, two.status());
        assertTrue(two.err().startsWith("graft train: takes one DATA"), two.err());
    }

    @Test
    void data_thatIsNotThere_isNamed() {
        Typed typed = Typed.graft("train", folder.resolve("nothing"), "--weights", weights);
        assertEquals(ExitStatus.USAGE, typed.status());
        assertEquals("graft train: DATA: there is no " + folder.resolve("nothing") + "; check the name\n", typed.err());
    }

    @Test
    void printedPlan_isReadAgain() throws IOException {
        Typed printed = Typed.graft("train", "--print-plan", "--epochs", 3, "--lr", 0.01, "--precision", "fp32");
        assertTrue(printed.out().contains("learningRate: 0.01\n"), printed.out());
        Path file = Files.writeString(folder.resolve("plan.yaml"), printed.out());
        assertEquals(
                printed.out(),
                Typed.graft("train", "--print-plan", "--plan", file).out());
    }

    @Test
    void plan_thatLeavesOut_takesTheRecipes() throws IOException {
        Path file = Files.writeString(
                folder.resolve("plan.yaml"),
                "recipe: fast\nphases:\n- epochs: 4\n- name: deep\n  epochs: 2\n  groups:\n  - {layer: layer4, learningRate: 0.002}\n");
        String plan = Typed.graft("train", "--print-plan", "--plan", file).out();
        assertTrue(plan.contains("epochs: 4") && plan.contains("layer: \"layer4\""), plan);
        assertTrue(plan.contains("batchSize: 32"), plan);
    }

    @Test
    void plan_wrong_namesTheFileAndTheField() throws IOException {
        Path file = Files.writeString(folder.resolve("plan.json"), "{\"recipe\": \"fast\", \"seeed\": 3}");
        Typed typed = Typed.graft("train", "--print-plan", "--plan", file);
        assertEquals(ExitStatus.USAGE, typed.status());
        assertTrue(
                typed.err().contains(file.toString()) && typed.err().contains("there is no field 'seeed'"),
                typed.err());
        assertEquals(1, typed.err().lines().count(), typed.err());
    }

    @Test
    void resume_keepsTheSeedTheWeightsAndTheLog() throws IOException {
        assertEquals(
                ExitStatus.DONE,
                train("--seed", 7, "--epochs", 2, "--keep-checkpoint").status());
        Path run = folder.resolve("run");
        Path part = Files.writeString(
                run.resolve("checkpoint/.checkpoint.pt.123e4567-e89b-12d3-a456-426614174000.part"), "killed");
        Typed more = Typed.graft("train", pictures, "--resume", run, "--epochs", 3, "--cache", "off", "--seed", 7);
        assertEquals(ExitStatus.DONE, more.status(), more.err());
        JsonNode record = JSON.readTree(run.resolve("run.json").toFile());
        assertEquals(7, record.path("seed").asInt());
        assertEquals(
                Sha256.of(weights).hex(), record.path("network").path("sha256").asText());
        assertEquals(1, record.path("resumed").size());
        String log = Files.readString(run.resolve("console.log"));
        assertTrue(log.contains("Epoch 1/2") && log.contains("Epoch 3/3"), log);
        assertFalse(Files.exists(part), "what a killed process left is gone with the checkpoint");
        assertFalse(Files.exists(run.resolve("checkpoint")));
    }

    @Test
    void plan_withResume_isRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("plan.yaml"), "recipe: fast\n");
        Typed typed = Typed.graft("train", pictures, "--resume", folder, "--plan", file);
        assertEquals(ExitStatus.USAGE, typed.status());
        assertTrue(typed.err().contains("--plan: goes without --resume"), typed.err());
    }

    @Test
    void plan_keyTwice_isRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("plan.yaml"), "recipe: fast\nrecipe: auto\n");
        Typed typed = Typed.graft("train", "--print-plan", "--plan", file);
        assertEquals(ExitStatus.USAGE, typed.status());
        assertTrue(typed.err().toLowerCase().contains("duplicate"), typed.err());
    }

    @Test
    void runs_areNumberedByTheDay() throws IOException {
        LocalDate day = LocalDate.of(2026, 11, 28);
        assertEquals(folder.resolve("2026-11-28-1"), TrainVerb.reserve(folder, day));
        assertEquals(folder.resolve("2026-11-28-2"), TrainVerb.reserve(folder, day));
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
        assertEquals(link.resolve("2026-11-28-3"), TrainVerb.reserve(link, day), "the runs may lie elsewhere");
        Path file = Files.writeString(folder.resolve("runs"), "");
        IOException e = assertThrows(IOException.class, () -> TrainVerb.reserve(file, day));
        assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
    }
}
