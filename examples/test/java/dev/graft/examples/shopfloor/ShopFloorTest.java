package dev.graft.examples.shopfloor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.examples.shopfloor.DrawnParts.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShopFloorTest {
    private static final int EACH = 8;

    @TempDir
    static Path folder;

    private static Path station;
    private static Result trained;

    private record Result(int status, String out, String err) {}

    private static Result run(Object... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = ShopFloor.run(
                Arrays.stream(args).map(Object::toString).toArray(String[]::new),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Result(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @BeforeAll
    static void train() throws IOException {
        Path parts = folder.resolve("parts");
        DrawnParts.write(parts, DrawnParts.KNOWN, EACH, DrawnParts.Station.AS_TRAINED, 11);
        station = folder.resolve("station");
        trained = run("train", parts, "--out", station);
        assertEquals(0, trained.status(), trained.err());
    }

    private static long labelled(Result result, String label) {
        return result.out().lines().filter(l -> l.contains(": " + label + " (")).count();
    }

    @Test
    void check_freshParts_areNamed_withoutDrift() throws IOException {
        Path fresh = folder.resolve("fresh");
        DrawnParts.write(fresh, DrawnParts.KNOWN, 5, DrawnParts.Station.AS_TRAINED, 12);
        Result r = run("check", station, fresh);
        assertEquals(0, r.status(), r.out() + r.err());
        assertTrue(r.out().contains("no drift (p = "), r.out());
        long right = 0;
        for (Kind kind : DrawnParts.KNOWN) {
            Path of = fresh.resolve(kind.folder());
            right += r.out()
                    .lines()
                    .filter(l -> l.startsWith(of.toString()) && l.contains(": " + kind.folder() + " ("))
                    .count();
        }
        assertTrue(right >= 11, "of 15 parts are right " + right + "\n" + r.out());
        assertTrue(labelled(r, Station.UNKNOWN) <= 4, r.out());
    }

    @Test
    void check_mostlyGoodParts_isNoDrift() throws IOException {
        Path good = folder.resolve("good");
        DrawnParts.write(good, List.of(Kind.GOOD), 10, DrawnParts.Station.AS_TRAINED, 13);
        Result r = run("check", station, good);
        assertEquals(0, r.status(), "other shares of the classes are no drift\n" + r.out());
    }

    @ParameterizedTest
    @EnumSource(names = "AS_TRAINED", mode = EnumSource.Mode.EXCLUDE)
    void check_aChangedStation_isDrift_andSaysWhatToDo(DrawnParts.Station changed) throws IOException {
        Path batch = folder.resolve(changed.name());
        DrawnParts.write(batch, DrawnParts.KNOWN, 3, changed, 14);
        Result r = run("check", station, batch);
        assertEquals(ShopFloor.DRIFT, r.status(), r.out());
        boolean lamp = changed == DrawnParts.Station.LAMP_DIMMED;
        assertTrue(r.out().contains(lamp ? "they are darker" : "the light is as before"), r.out());
        assertTrue(r.out().contains("take pictures as they are now and train again"), r.out());
    }

    @Test
    void check_anotherKindOfPart_isUnknown() throws IOException {
        Path gears = folder.resolve("gears");
        DrawnParts.write(gears, List.of(Kind.GEAR), 6, DrawnParts.Station.AS_TRAINED, 15);
        Result r = run("check", station, gears);
        assertTrue(labelled(r, Station.UNKNOWN) >= 5, r.out());
        assertTrue(r.out().contains("drift: not checked, 6 pictures are too few; give 8 or more"), r.out());
        assertTrue(r.out().contains("if they are a new kind, give it a folder and train again"), r.out());
    }

    @Test
    void errors_areOneLine_andNameThePlace() throws IOException {
        Path few = folder.resolve("few");
        DrawnParts.write(few, List.of(Kind.GOOD), 3, DrawnParts.Station.AS_TRAINED, 16);
        DrawnParts.write(few, List.of(Kind.DENT), 1, DrawnParts.Station.AS_TRAINED, 16);
        Path broken = Files.createDirectories(folder.resolve("broken"));
        Files.writeString(broken.resolve(Training.KNOWN), "{\"features\": 3}");
        for (Object[] args : new Object[][] {
            {"1", "few/dent holds one picture", "train", few, "--out", folder.resolve("x")},
            {"1", "holds a station; give --overwrite", "train", few, "--out", station},
            {"1", "known-parts.json cannot be read", "check", broken, few},
            {"1", "no pictures in", "check", station, Files.createDirectories(folder.resolve("empty"))},
            {"1", "none.png", "check", station, folder.resolve("none.png")},
            {"2", "check needs the folder that train wrote", "check", station},
            {"2", "--unknown-rate must lie between 0 and 1, was 2", "train", few, "--out", "x", "--unknown-rate", "2"},
            {"2", "neither train nor check", "judge"}
        }) {
            Result r = run(Arrays.copyOfRange(args, 2, args.length));
            assertEquals(args[0], String.valueOf(r.status()), r.out() + r.err());
            assertEquals(1, r.err().lines().count(), r.err());
            assertTrue(r.err().contains(args[1].toString()), r.err());
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.2, 0.5})
    void largest_isExceededAsOftenAsChosen(double rate) {
        SplittableRandom random = new SplittableRandom(3);
        int above = 0;
        for (int i = 0; i < 4000; i++) {
            double[] seen = random.doubles(24).toArray();
            if (random.nextDouble() > KnownParts.largest(seen, rate)) above++;
        }
        assertTrue(above / 4000.0 <= rate + 0.02, "exceeded by " + above / 4000.0);
        assertTrue(above / 4000.0 >= rate - 0.04 - 0.02, "exceeded by " + above / 4000.0);
    }
}
