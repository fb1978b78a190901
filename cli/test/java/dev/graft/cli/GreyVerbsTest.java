package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Grey pictures of 16 bits, from the training to the evaluation. */
@Timeout(180)
class GreyVerbsTest {
    private static final int SIDE = 32;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    /** All values are above 255, so that without a scaling all pictures are white. */
    private static void scan(Path file, boolean spot, int i) throws IOException {
        Files.createDirectories(file.getParent());
        ByteBuffer bytes =
                ByteBuffer.allocate(2 * SIDE * SIDE + 15).put("P5 32 32 65535\n".getBytes(StandardCharsets.US_ASCII));
        for (int y = 0; y < SIDE; y++)
            for (int x = 0; x < SIDE; x++) {
                boolean inside = spot && Math.hypot(x - 16, y - 16) < 8;
                bytes.putShort((short) (1000 + 7 * ((x + i) % 5) + 11 * y + (inside ? 900 : 0)));
            }
        Files.write(file, bytes.array());
    }

    private Path scans() throws IOException {
        Path data = folder.resolve("scans");
        for (int i = 0; i < 3; i++) {
            scan(data.resolve("train/spot/" + i + ".pgm"), true, i);
            scan(data.resolve("train/plain/" + i + ".pgm"), false, i);
        }
        for (String split : new String[] {"val", "test"}) {
            scan(data.resolve(split + "/spot/a.pgm"), true, 3);
            scan(data.resolve(split + "/plain/a.pgm"), false, 3);
            scan(data.resolve(split + "/plain/b.pgm"), false, 4);
        }
        return data;
    }

    @Test
    void model_remembersTheScaling_andEveryVerbUsesIt() throws IOException {
        Path data = scans();
        Path run = folder.resolve("run");
        Typed trained = Typed.graft(
                "train",
                data,
                "--weights",
                Typed.weights(folder),
                "--grey",
                "window:1500,1500",
                "--out",
                run,
                "--cache",
                "off");
        assertEquals(ExitStatus.DONE, trained.status(), trained.err());
        assertTrue(
                trained.says(
                        "12 of 12 pictures are grey of more than 8 bits: their values are scaled by window:1500,1500"),
                trained.out());
        assertTrue(trained.says("Test Accuracy: 100.00% (3 of 3)"), trained.out());
        String wanted = "{\"kind\":\"window\",\"centre\":1500.0,\"width\":1500.0}";
        assertEquals(
                wanted,
                json(run.resolve("run.json")).path("preprocessing").path("grey").toString());
        Typed inspected = Typed.graft("inspect", run);
        assertTrue(inspected.says("preprocess", "\"grey\":" + wanted), inspected.out());

        Path out = folder.resolve("evaluation");
        Typed evaluated = Typed.graft("evaluate", run, data, "--positive", "spot", "--sensitivity", "1", "--out", out);
        assertEquals(ExitStatus.DONE, evaluated.status(), evaluated.err());
        assertTrue(evaluated.says("spot against the rest: 1 of 3 pictures; 95% intervals"), evaluated.out());
        assertTrue(
                evaluated.says("threshold", "chosen on val, where its sensitivity is 1.0000, 1 of 1"), evaluated.out());
        assertTrue(evaluated.says("specificity", "1.0000  (0.3424 to 1.0000)  2 of 2"), evaluated.out());
        JsonNode file = json(out.resolve("evaluation.json"));
        assertEquals(wanted, file.path("preprocessing").path("grey").toString());
        assertEquals("val", file.path("screening").path("chosen_on").asText());
        assertEquals(2, file.path("screening").path("npv").path("count").asInt());
        assertTrue(file.path("screening").path("roc_auc").path("low").isNull(), "one positive has no interval");

        Path small = folder.resolve("small.pgm");
        Files.writeString(small, "P2 2 2 255\n1 2 3 4\n");
        Typed predicted = Typed.graft("predict", run, small);
        assertEquals(ExitStatus.SOME_UNREADABLE, predicted.status());
        assertTrue(predicted.says("small.pgm", "has values of 8 bits", "window from 750.0 to 2250.0"), predicted.out());
        Typed own = Typed.graft("evaluate", run, data, "--split", "val", "--positive", "spot", "--sensitivity", "0.5");
        assertTrue(own.says("threshold", "chosen on val, on which it looks better than it is"), own.out());
        assertRefused("the model has no class 'mass'; it has plain, spot", "evaluate", run, data, "--positive", "mass");
        assertRefused("--sensitivity: of which class", "evaluate", run, data, "--sensitivity", "0.9");
        assertRefused(
                "at most 1, such as 0.95, was 95.0",
                "evaluate",
                run,
                data,
                "--positive",
                "spot",
                "--sensitivity",
                "95");
    }

    @Test
    void train_namesWhatCannotBeScaled_beforeItBegins() throws IOException {
        Path data = scans();
        ColourModel.red(data.resolve("train/spot/red.png"), 1);
        Typed typed = Typed.graft(
                "train",
                data,
                "--weights",
                Typed.weights(folder),
                "--grey",
                "percentile:1,99",
                "--check",
                "decode",
                "--out",
                folder.resolve("none"),
                "--cache",
                "off");
        assertEquals(ExitStatus.ERROR, typed.status());
        assertTrue(typed.err().contains("1 of 13 pictures cannot be read"), typed.err());
        assertTrue(typed.err().contains("red.png: is a colour picture"), typed.err());
        assertFalse(Files.exists(folder.resolve("none/model.pt")));
    }

    @Test
    void options_thatAreWrong_areRefused() throws IOException {
        assertRefused("--grey: 'ramp' is not there; there are: window:CENTRE", "train", scans(), "--grey", "ramp");
        assertRefused("--grey: percentile: must be 0 <= low", "train", scans(), "--grey", "percentile:9,1");
        Typed plan = Typed.graft("train", "--print-plan", "--grey", "full");
        assertTrue(
                plan.out().endsWith("# --grey full is the model's, not the plan's: give it beside --plan\n"),
                plan.out());
    }

    private static void assertRefused(String part, Object... words) {
        Typed typed = Typed.graft(words);
        assertEquals(ExitStatus.USAGE, typed.status(), typed.err());
        assertTrue(typed.err().contains(part), typed.err());
    }

    private static JsonNode json(Path file) throws IOException {
        return JSON.readTree(file.toFile());
    }
}
