package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.train.RateCurve;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The option --find-lr and what it prints. */
class RateLinesTest {
    @TempDir
    Path folder;

    private static RateCurve curve(int points, int steps, boolean diverged) {
        List<RateCurve.Point> all = new ArrayList<>();
        for (int i = 0; i < points; i++) {
            double loss = i < 20 ? 1 - i / 40.0 : 0.5 + (i - 20) / 40.0;
            all.add(new RateCurve.Point(Math.pow(10, i / 10.0 - 5), loss, loss));
        }
        return new RateCurve(all, steps, diverged);
    }

    @Test
    void lines_areATableAndASuggestion() {
        List<String> lines = new RateLines(curve(40, 100, true)).lines();
        assertTrue(lines.size() <= 18, lines.toString());
        assertEquals("     1.0e-05     1.0000     1.0000", lines.get(1));
        assertEquals("the loss diverged at a rate of 7.9e-02", lines.get(lines.size() - 2));
        assertTrue(lines.get(lines.size() - 1).contains("a tenth of the rate of the least loss is 1.0e-04. Try --lr "));
    }

    @Test
    void lines_withoutAFall_suggestNothing() {
        List<String> lines = new RateLines(curve(3, 100, false)).lines();
        assertEquals("stopped at a rate of 1.6e-05", lines.get(lines.size() - 2));
        assertTrue(lines.get(lines.size() - 1).contains("no suggestion"), lines.toString());
        assertTrue(new RateLines(curve(0, 100, true)).lines().get(1).contains("not a finite number"));
    }

    @Test
    void findLr_printsARateAndTrainsNothing() throws IOException {
        Path pictures = DotsAndBars.draw(folder.resolve("shapes"), 6, 3);
        Path weights = Typed.weights(folder);
        Path out = folder.resolve("run");
        Typed typed = Typed.graft("train", pictures, "--weights", weights, "--out", out, "--cache", "off", "--find-lr");
        assertEquals(ExitStatus.DONE, typed.status(), typed.err());
        assertTrue(typed.out().contains("smoothed"), typed.out());
        assertTrue(typed.out().contains("1.0e-07"), typed.out());
        assertEquals(List.of("find-lr.json"), List.of(out.toFile().list()), "nothing is trained");
        RateCurve curve = RateCurve.fromJson(Files.readString(out.resolve("find-lr.json")));
        assertTrue(curve.points().size() > 20, curve.toString());
        assertEquals(1e-7, curve.points().get(0).rate(), 1e-12);
        Typed json = Typed.graft("train", pictures, "--weights", weights, "--out", out, "--find-lr", "--json");
        assertEquals(ExitStatus.USAGE, json.status());
        assertTrue(json.err().contains("--find-lr: prints a table"), json.err());
        Typed auto = Typed.graft("train", pictures, "--weights", weights, "--recipe", "auto", "--find-lr");
        assertTrue(auto.err().contains("--find-lr: the recipe auto makes no steps"), auto.err());
    }
}
