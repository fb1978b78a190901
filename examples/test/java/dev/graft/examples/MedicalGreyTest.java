package dev.graft.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.image.GreyScaling;
import dev.graft.image.PictureHeader;
import dev.graft.inspect.ModelInspection;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MedicalGreyTest {
    @TempDir
    Path folder;

    private record Result(int status, String out, String err) {}

    private static Result run(Object... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] args = Stream.of(words).map(Object::toString).toArray(String[]::new);
        int status = MedicalGrey.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Result(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Path drawn(String name, DrawnChests.Counts train, DrawnChests.Counts others) throws IOException {
        Path data = folder.resolve(name);
        DrawnChests.write(data, train, others, others, 1);
        return data;
    }

    private static int number(String text, String before) {
        Matcher m = Pattern.compile("(\\d+)" + Pattern.quote(before)).matcher(text);
        assertTrue(m.find(), text);
        return Integer.parseInt(m.group(1));
    }

    @Test
    void smallRun_saysHowFarItMayBeTrusted_andDrawsItsMistakes() throws IOException {
        Path out = folder.resolve("out");
        Object[] words = {
            "--data",
            drawn("data", new DrawnChests.Counts(10, 4), new DrawnChests.Counts(6, 3)),
            "--out",
            out,
            "--sensitivity",
            "0.9"
        };
        Result r = run(words);
        assertEquals(0, r.status(), r.err());
        String text = r.out();
        assertTrue(text.startsWith("This is an example of a program. It is not a medical device"), text);
        assertTrue(text.contains("grey values are scaled by percentile:0.5,99.5"), text);
        assertTrue(text.contains("val: threshold 0."), text);
        assertTrue(text.contains("\nval:  ROC-AUC "), text);
        assertTrue(text.contains("\n      sensitivity 1.000 (0.439 to 1.000)"), "all 3 of val: " + text);
        Matcher table = Pattern.compile("\n *nodule +(\\d+) +(\\d+)\n +not nodule +(\\d+) +(\\d+)\n")
                .matcher(text);
        assertTrue(table.find(), text);
        int missed = Integer.parseInt(table.group(2));
        int alarms = Integer.parseInt(table.group(3));
        assertEquals(3, Integer.parseInt(table.group(1)) + missed);
        assertEquals(6, alarms + Integer.parseInt(table.group(4)));
        assertEquals(missed, number(text, " missed drawn"));
        assertEquals(alarms, number(text, " false alarms drawn"));
        try (Stream<Path> overlays = Files.list(out.resolve("mistakes"))) {
            assertEquals(missed + alarms, overlays.count());
        }
        assertEquals(
                new GreyScaling.Percentile(0.5, 99.5),
                ModelInspection.of(out.resolve("model.pt"))
                        .card()
                        .preprocessing()
                        .grey());
        assertTrue(run(words).err().contains("holds an earlier run"));
    }

    @Test
    void wrongWords_areAnsweredInALine() throws IOException {
        Path data = drawn("other", new DrawnChests.Counts(1, 1), new DrawnChests.Counts(1, 1));
        Result unknown = run("--data", data, "--positive", "mass", "--out", folder.resolve("a"));
        assertEquals(1, unknown.status());
        assertTrue(unknown.err().contains("--positive: name one of [clear, nodule]"), unknown.err());
        assertTrue(run("--grey", "ramp").err().contains("window:CENTRE,WIDTH"));
        assertEquals(2, run("--colour", "3").status());
        assertEquals(0, run("--help").status());
        assertFalse(Files.exists(folder.resolve("a/model.pt")));
    }

    @Test
    void drawnPictures_haveSixteenBits_andTheSameSeedDrawsTheSame() throws IOException {
        Path one = drawn("one", new DrawnChests.Counts(0, 2), new DrawnChests.Counts(0, 0))
                .resolve("train/nodule");
        Path two = drawn("two", new DrawnChests.Counts(0, 2), new DrawnChests.Counts(0, 0))
                .resolve("train/nodule");
        for (String name : new String[] {"000.png", "001.tif"}) {
            assertEquals("grey, 16 bits", PictureHeader.read(one.resolve(name)).colours());
            assertArrayEquals(Files.readAllBytes(one.resolve(name)), Files.readAllBytes(two.resolve(name)));
            Raster pixels = ImageIO.read(one.resolve(name).toFile()).getRaster();
            int[] values = pixels.getSamples(0, 0, 256, 256, 0, (int[]) null);
            long above = Stream.of(values)
                    .flatMapToInt(java.util.Arrays::stream)
                    .filter(v -> v > 255)
                    .count();
            assertTrue(above > 60_000, "as 8 bits nearly all would be white: " + above);
            assertTrue(Stream.of(values).flatMapToInt(java.util.Arrays::stream).anyMatch(v -> v == 60_000), "marker");
        }
    }
}
