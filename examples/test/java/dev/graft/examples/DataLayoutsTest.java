package dev.graft.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CatDog on pictures as people have them: its first lines say what was taken for what, and it trains on just that. */
class DataLayoutsTest {
    @TempDir
    static Path folder;

    /** {@code train/cat}, {@code train/dog}, {@code val/cat}, {@code val/dog}. */
    private static Path drawn;

    private static int runs;

    private record Result(int status, List<String> out, String err) {}

    @BeforeAll
    static void draw() throws IOException {
        drawn = folder.resolve("drawn");
        DrawnPictures.write(drawn, 12, 6, 5);
    }

    /** One epoch; features are found again by content. */
    private static Result run(Object... args) {
        List<String> words = new ArrayList<>(List.of("--epochs", "1", "--cache", folder.resolve("cache") + ""));
        words.addAll(List.of("--out", folder.resolve("out" + ++runs).toString()));
        for (Object word : args) words.add(word.toString());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = CatDog.run(
                words.toArray(String[]::new),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Result(
                status,
                out.toString(StandardCharsets.UTF_8).lines().toList(),
                err.toString(StandardCharsets.UTF_8).strip());
    }

    private static Path copy(String name, String... places) throws IOException {
        Path home = folder.resolve(name);
        for (int i = 0; i < places.length; i += 2) {
            Path from = drawn.resolve(places[i]);
            Path to = home.resolve(places[i + 1]);
            try (Stream<Path> files = Files.walk(from)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Path copy = to.resolve(from.relativize(file));
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
            }
        }
        return home;
    }

    private static void assertBegins(Result r, String... lines) {
        assertEquals(0, r.status(), r.err());
        assertEquals(List.of(lines), r.out().subList(0, lines.length), r.out().toString());
    }

    @Test
    void trainingSetAndTestSet_areTheSplit() throws IOException {
        Result r = run("--data", copy("kaggle", "train", "training_set", "val", "test_set"));
        assertBegins(
                r,
                "2 classes, 12 pictures to train on, 6 to validate with",
                "  training_set/ is taken to train on, test_set/ to validate with",
                "  cat: 6 train, 3 val",
                "  dog: 6 train, 3 val");
        assertEquals(
                7,
                Files.readAllLines(folder.resolve("out" + runs + "/predictions.csv"))
                        .size());
    }

    @Test
    void testBesideVal_isKeptForTheEnd() throws IOException {
        Path data = copy("three", "train", "train", "val", "valid", "val", "test");
        Files.delete(data.resolve("test/cat/000.jpg"));
        Files.writeString(data.resolve("test/dog/000.jpg"), "no picture");
        Result r = run("--data", data);
        assertBegins(r, "2 classes, 12 pictures to train on, 6 to validate with, 5 to test with in the end");
        String told = String.join("\n", r.out());
        assertTrue(told.matches("(?s).*\nTest Accuracy: \\d+\\.\\d\\d% \\([0-4] of 4\\)\n.*"), told);
        assertTrue(told.contains("\nnot tested, for they cannot be read: 1\n  "), told);
        List<String> lines = Files.readAllLines(folder.resolve("out" + runs + "/test-predictions.csv"));
        assertEquals(5, lines.size());
        assertTrue(lines.get(1).startsWith("test/cat/001.jpg,cat,"), lines.get(1));
    }

    @Test
    void zip_tableAndNames_trainAsTheFolderDoes() throws IOException {
        List<String> expected = epochs(run("--data", drawn));
        assertEquals(2, expected.size());
        Result zip = run("--data", zip());
        assertEquals(expected, epochs(zip), zip.err());
        Path table = folder.resolve("labels.csv");
        Files.write(table, rows());
        Result labels = run("--labels", table);
        assertEquals(expected, epochs(labels), labels.err());
        Result beside = run("--data", folder, "--labels", table);
        assertEquals(expected, epochs(beside), beside.err());
        Path flat = folder.resolve("flat");
        for (String row : rows().subList(1, 19)) {
            Path file = folder.resolve(row.split(",")[0]);
            Path to = flat.resolve(row.split(",")[2]);
            Files.createDirectories(to);
            Files.copy(file, to.resolve(row.split(",")[1] + "." + file.getFileName()));
        }
        Result names = run("--data", flat, "--label-from-name", "^(.+?)\\.\\d+\\.jpg$");
        assertEquals(expected, epochs(names), names.err());
    }

    private static List<String> epochs(Result r) {
        return r.out().stream()
                .filter(l -> l.startsWith("Epoch") || l.startsWith("Validation"))
                .toList();
    }

    /** A header, and a row for each drawn picture. */
    private static List<String> rows() throws IOException {
        List<String> rows = new ArrayList<>(List.of("Image,Class,Split"));
        try (Stream<Path> files = Files.walk(drawn)) {
            for (Path f : files.filter(Files::isRegularFile).sorted().toList()) {
                Path split = f.getParent().getParent().getFileName();
                rows.add(folder.relativize(f) + "," + f.getParent().getFileName() + "," + split);
            }
        }
        return rows;
    }

    private static Path zip() throws IOException {
        Path zip = folder.resolve("pets.zip");
        try (OutputStream file = Files.newOutputStream(zip);
                ZipOutputStream out = new ZipOutputStream(file);
                Stream<Path> files = Files.walk(drawn)) {
            for (Path f : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new ZipEntry("pets-main/" + drawn.relativize(f)));
                out.write(Files.readAllBytes(f));
            }
        }
        return zip;
    }

    @ParameterizedTest
    @CsvSource({
        "--label-from-name,'(', 2,'--label-from-name: '",
        "--label-from-name,'^cat', 1,'--label-from-name: '",
        "--labels,no-such.csv,1,no-such.csv",
    })
    void wrongPatternOrTable_isToldInOneLine(String option, String value, int status, String told) {
        Result r = run("--data", drawn, option, value);
        assertEquals(status, r.status(), r.err());
        assertTrue(r.err().contains(told), r.err());
        assertEquals(1, r.err().lines().count(), r.err());
        assertFalse(Files.exists(folder.resolve("out" + runs)));
    }

    @Test
    void optionsThatDoNotGoTogether_areRefused() {
        Result both = run("--data", drawn, "--labels", "a.csv", "--label-from-name", "(.)");
        assertEquals(2, both.status());
        assertEquals("--label-from-name: goes without --labels; give one of them", both.err());
        Result alone = run("--label-from-name", "(.)");
        assertEquals(2, alone.status());
        assertEquals("--label-from-name: goes with --data; name the folder of your pictures", alone.err());
    }
}
