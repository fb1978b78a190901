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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EvaluateVerbTest {
    @TempDir
    static Path shared;

    private static Path model;

    @TempDir
    Path folder;

    private Path data;
    private Typed typed; // the last one

    @BeforeAll
    static void train() throws IOException {
        model = ColourModel.save(shared);
    }

    /** Three of four are in their folder; one of the training pictures cannot be read. */
    @BeforeEach
    void draw() throws IOException {
        data = folder.resolve("data");
        for (int i = 0; i < 3; i++) {
            ColourModel.blue(data.resolve("val/blue/b" + i + ".png"), i);
            ColourModel.red(data.resolve("val/red/r" + i + ".png"), i);
            ColourModel.blue(data.resolve("train/blue/b" + i + ".png"), i + 7);
            ColourModel.red(data.resolve("train/red/r" + i + ".png"), i + 7);
        }
        ColourModel.red(data.resolve("val/blue/wrong1.png"), 5);
        ColourModel.blue(data.resolve("val/red/wrong2.png"), 5);
        Files.writeString(data.resolve("train/red/r-torn.png"), "no picture");
    }

    private int evaluate(Object... words) {
        typed = Typed.verb(new EvaluateVerb(), words);
        return typed.status();
    }

    private String out() {
        return typed.out();
    }

    private String err() {
        return typed.err();
    }

    @Test
    void validationPictures_areCountedAndTheMistakesNamed() {
        assertEquals(ExitStatus.DONE, evaluate(model, data), err());
        String text = out();
        assertEquals("", err());
        assertTrue(text.startsWith("evaluating " + model + " on val of " + data + ": 8 pictures\n"), text);
        assertTrue(text.contains("\naccuracy           0.7500\n"), text);
        assertTrue(text.contains("\ncohen_kappa        0.5000\n"), text);
        assertTrue(text.contains("\nblue           4     0.7500  0.7500  0.7500"), text);
        assertTrue(text.contains("\n 1 blue     3   1\n 2 red      1   3\n"), text);
        assertTrue(text.contains("  val/blue/wrong1.png: red ("), text);
        assertTrue(text.contains("  val/red/wrong2.png: blue ("), text);
        assertFalse(text.contains("top5"), text);
        assertEquals(ExitStatus.DONE, evaluate(model, data, "--worst", "1"));
        assertEquals(1, out().lines().filter(l -> l.contains("wrong")).count(), out());
    }

    @Test
    void unreadable_isNamedAndTheStatusSaysSo() {
        assertEquals(ExitStatus.SOME_UNREADABLE, evaluate(model, data, "--split", "train"), err());
        assertTrue(out().contains("not evaluated, for they cannot be read: 1\n"), out());
        assertTrue(out().contains("r-torn.png: "), out());
        assertTrue(out().contains("\naccuracy           1.0000\n"), out());
        assertTrue(err().contains("--split train: these include training pictures"), err());
        assertEquals(ExitStatus.SOME_UNREADABLE, evaluate(model, data, "--split", "all"));
        assertTrue(out().contains(": 15 pictures\n"), out());
        assertEquals(ExitStatus.ERROR, evaluate(model, data, "--split", "test"));
        assertTrue(err().contains("has no test pictures"), err());
    }

    @Test
    void out_getsBothFiles() throws IOException {
        Path to = folder.resolve("out");
        assertEquals(
                ExitStatus.SOME_UNREADABLE, evaluate(model, data, "--split", "all", "--out", to, "--device", "cpu"));
        JsonNode json =
                new ObjectMapper().readTree(to.resolve("evaluation.json").toFile());
        assertEquals(1, json.get("format").asInt());
        assertEquals(
                "[\"graft\",\"evaluate\",\"" + model + "\",\"" + data + "\",\"--split\",\"all\",\"--out\",\"" + to
                        + "\",\"--device\",\"cpu\"]",
                json.get("command").toString());
        assertEquals(model.toString(), json.get("model").asText());
        assertEquals("{\"blue\":7,\"red\":7}", json.get("data").get("counts").toString());
        assertEquals("[\"blue\",\"red\"]", json.get("data").get("classes").toString());
        assertEquals("all", json.get("data").get("part").asText());
        assertEquals(1, json.get("data").get("unreadable").size());
        assertEquals(12.0 / 14, json.get("metrics").get("accuracy").asDouble(), 1e-12);
        assertTrue(json.get("seconds").asDouble() > 0);
        List<String> rows = Files.readAllLines(to.resolve("predictions.csv"));
        assertEquals("file,actual,predicted,p(blue),p(red)", rows.get(0));
        assertEquals(15, rows.size());
        assertTrue(rows.stream().anyMatch(r -> r.startsWith("val/blue/wrong1.png,blue,red,")), rows.toString());
    }

    @Test
    void out_ofATraining_isRefused() {
        assertEquals(ExitStatus.USAGE, evaluate(model, data, "--out", shared));
        assertTrue(err().contains("is the folder of a training"), err());
    }

    @Test
    void json_isOneObject() throws IOException {
        assertEquals(ExitStatus.DONE, evaluate(model, data, "--json"));
        JsonNode json = new ObjectMapper().readTree(out());
        assertEquals(0.75, json.get("metrics").get("accuracy").asDouble());
        assertEquals("[[3,1],[1,3]]", json.get("confusion").toString());
        assertEquals("blue", json.get("per_class").get(0).get("class").asText());
        assertEquals(2, json.get("worst").size());
        assertEquals(1, out().lines().count());
    }

    @Test
    void failBelow_hasAStatusOfItsOwn() {
        assertEquals(ExitStatus.DONE, evaluate(model, data, "--fail-below", "accuracy=0.75,macro_f1=0.7"), err());
        assertEquals(ExitStatus.BELOW, evaluate(model, data, "--fail-below", "accuracy=0.76,macro_f1=0.7"));
        assertEquals("accuracy is 0.7500, wanted are 0.76 or more\n", err());
        for (String wrong :
                List.of("accuracy", "accuracy=x", "acc=1", "loss=1", "accuracy=1,accuracy=2", "accuracy=NaN"))
            assertEquals(ExitStatus.USAGE, evaluate(model, data, "--fail-below", wrong), wrong);
        assertTrue(err().contains("at most 1"), err());
    }

    /** The threshold that is told, given to predictions, leaves as many answers as were told, all right. */
    @Test
    void knownAccuracy_tellsBelowWhatPicturesAreUnknown() throws IOException {
        assertEquals(ExitStatus.DONE, evaluate(model, data, "--known-accuracy", "0.75"), err());
        assertTrue(out().contains("\n--unknown-below 0.0 answers 8 of 8 pictures, 75.00% of them correctly\n"), out());
        Path files = folder.resolve("files");
        assertEquals(
                ExitStatus.DONE, evaluate(model, data, "--known-accuracy", "0.8", "--json", "--out", files), err());
        JsonNode known = new ObjectMapper().readTree(out()).get("known");
        assertEquals(
                known,
                new ObjectMapper()
                        .readTree(files.resolve("evaluation.json").toFile())
                        .get("known"));
        assertEquals(0.8, known.get("wanted_accuracy").asDouble());
        int answered = 0;
        int correct = 0;
        double least = known.get("unknown_below").asDouble(2); // none
        for (String row : Files.readAllLines(files.resolve("predictions.csv")).subList(1, 9)) {
            String[] cells = row.split(",");
            if (Math.max(Double.parseDouble(cells[3]), Double.parseDouble(cells[4])) < least) continue;
            answered++;
            if (cells[1].equals(cells[2])) correct++;
        }
        assertEquals(known.path("answered").asInt(), answered, known.toString());
        assertEquals(known.path("correct").asInt(), correct, known.toString());
        assertTrue(correct >= 0.8 * answered && answered < 8, known.toString());
        for (String wrong : List.of("1.1", "-1", "x"))
            assertEquals(ExitStatus.USAGE, evaluate(model, data, "--known-accuracy", wrong), wrong);
    }

    @Test
    void unknownClass_isRefusedByName_aMissingOneIsNot() throws IOException {
        Path more = folder.resolve("more");
        for (String c : List.of("blue", "green", "red")) {
            for (int i = 0; i < 2; i++) ColourModel.red(more.resolve(c + "/" + i + ".png"), i);
        }
        assertEquals(ExitStatus.ERROR, evaluate(model, more));
        assertTrue(err().contains("does not know the class green of " + more + "; it knows blue, red"), err());
        assertEquals(ExitStatus.USAGE, evaluate(model));
        assertEquals(ExitStatus.ERROR, evaluate(model, folder.resolve("none")));
    }

    /** Without splits, all pictures are meant, not the fifth that a training would hold back. */
    @Test
    void undividedFolder_isEvaluatedWhole() throws IOException {
        Path flat = folder.resolve("flat");
        for (int i = 0; i < 5; i++) {
            ColourModel.red(flat.resolve("red/" + i + ".png"), i);
            ColourModel.blue(flat.resolve("blue/" + i + ".png"), i);
        }
        assertEquals(ExitStatus.DONE, evaluate(model, flat), err());
        assertTrue(out().startsWith("evaluating " + model + " on all of " + flat + ": 10 pictures\n"), out());
        assertEquals(ExitStatus.DONE, evaluate(model, flat, "--split", "all"), err());
        assertEquals("", err(), "they may well be new pictures");
        assertEquals(ExitStatus.DONE, evaluate(model, flat, "--split", "val"), err());
        assertTrue(out().startsWith("evaluating " + model + " on val of " + flat + ": 2 pictures\n"), out());
    }

    @Test
    void labels_mayBeInATable() throws IOException {
        Path table = folder.resolve("labels.csv");
        StringBuilder rows = new StringBuilder("file,label\n");
        for (int i = 0; i < 3; i++) rows.append("val/blue/b" + i + ".png,blue\nval/red/r" + i + ".png,red\n");
        Files.writeString(table, rows);
        assertEquals(ExitStatus.DONE, evaluate(model, data, "--labels", table), err());
        assertTrue(out().contains("\naccuracy           1.0000\n"), out());
        assertTrue(out().contains(": 6 pictures\n"), out());
        assertEquals(ExitStatus.ERROR, evaluate(model, data.resolve("train"), "--label-from-name", "^([br])"));
        assertTrue(err().contains("does not know the classes b, r of"), err());
    }
}
