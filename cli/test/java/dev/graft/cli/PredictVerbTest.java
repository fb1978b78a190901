package dev.graft.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PredictVerbTest {
    @TempDir
    static Path shared;

    private static Path run; // a run's folder

    @TempDir
    Path folder;

    private Typed typed; // the last one

    @BeforeAll
    static void train() throws IOException {
        run = ColourModel.save(Files.createDirectories(shared.resolve("run"))).getParent();
    }

    private int predict(Object... words) {
        return predict("", words);
    }

    private int predict(String list, Object... words) {
        typed = Typed.verb(new PredictVerb(new ByteArrayInputStream(list.getBytes(UTF_8))), words);
        return typed.status();
    }

    private String out() {
        return typed.out();
    }

    private String err() {
        return typed.err();
    }

    private Path blue(String name) throws IOException {
        return ColourModel.blue(folder.resolve(name), 9);
    }

    private Path red(String name) throws IOException {
        return ColourModel.red(folder.resolve(name), 9);
    }

    /** The files below a folder, as paths from there. */
    private static List<String> files(Path below) throws IOException {
        try (Stream<Path> all = Files.walk(below)) {
            return all.filter(f -> !Files.isDirectory(f))
                    .map(f -> below.relativize(f).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void filesAndFolders_haveALineEachInOrder() throws IOException {
        Path a = red("one.png");
        blue("in/b.png");
        red("in/deep/a.png");
        blue("in/c.png");
        Files.writeString(folder.resolve("in/notes.txt"), "no picture");
        assertEquals(ExitStatus.DONE, predict(run, a, folder.resolve("in"), "--format", "csv"), err());
        List<String> lines = out().lines().toList();
        assertEquals("file,label,probability,unreadable", lines.get(0));
        assertEquals(
                List.of("one.png red", "in/b.png blue", "in/c.png blue", "in/deep/a.png red"),
                lines.stream()
                        .skip(1)
                        .map(l -> folder.relativize(Path.of(l.split(",")[0])) + " " + l.split(",")[1])
                        .toList());
        assertEquals("left out: 1 not a picture by its extension, skipped\n", err());
    }

    @Test
    void model_mayBeTheRunOrItsFile_andGraftKnowsTheVerb() throws IOException {
        Path a = red("a.png");
        typed = Typed.graft("predict", run.resolve("model.pt"), a);
        assertEquals(ExitStatus.DONE, typed.status(), err());
        String line = out();
        assertTrue(line.matches("red  +\\d+\\.\\d%  \\Q" + a + "\\E\n"), line);
        assertEquals(ExitStatus.DONE, predict(run, a));
        assertEquals(line, out());
        assertEquals(ExitStatus.ERROR, predict(folder, a));
        assertEquals(
                "graft predict: MODEL: the folder " + folder
                        + " holds no model.pt and no checkpoint; give a run's folder" + " or a model's file\n",
                err());
        assertEquals(ExitStatus.ERROR, predict(folder.resolve("none.pt"), a));
        assertTrue(err().contains("none.pt"), err());
        assertEquals(ExitStatus.ERROR, predict(a, a));
        assertTrue(err().startsWith("graft predict: ") && err().contains("a.png"), err());
    }

    @Test
    void unreadable_isARowWithItsReason_andTheStatusSaysSo() throws IOException {
        Path text = Files.writeString(folder.resolve("bad, \"really\".jpg"), "no picture");
        Path good = blue("good.png");
        assertEquals(ExitStatus.SOME_UNREADABLE, predict(run, text, good, "--format", "csv"));
        String[] lines = out().split("\n");
        assertTrue(lines[1].startsWith("\"" + folder + "/bad, \"\"really\"\".jpg\",,,"), lines[1]);
        assertTrue(lines[2].matches(".*good\\.png,blue,[01]\\.\\d{7},"), lines[2]);
        assertEquals("1 of 2 pictures cannot be read\n", err());
        assertEquals(ExitStatus.SOME_UNREADABLE, predict(run, text, good, "--json"));
        JsonNode bad = json(0);
        assertEquals(text.toString(), bad.get("file").asText());
        assertFalse(bad.get("unreadable").asText().startsWith(text.toString()), bad.toString());
        assertEquals("blue", json(1).get("label").asText());
        assertEquals(ExitStatus.SOME_UNREADABLE, predict(run, text, good));
        assertTrue(out().startsWith("unreadable"), out());
    }

    private JsonNode json(int line) throws IOException {
        return new ObjectMapper().readTree(out().split("\n")[line]);
    }

    @Test
    void badPath_isAnErrorBeforeAnythingIsPrinted() throws IOException {
        Path a = red("a.png");
        assertEquals(ExitStatus.ERROR, predict(run, a, folder.resolve("none.png")));
        assertEquals("graft predict: PATH: there is no file or folder " + folder.resolve("none.png") + "\n", err());
        assertEquals("", out());
        assertEquals(ExitStatus.ERROR, predict(run, folder + "/*.jpg"));
        assertTrue(err().contains("nothing is named " + folder + "/*.jpg"), err());
        Files.createDirectories(folder.resolve("empty"));
        assertEquals(ExitStatus.ERROR, predict(run, folder.resolve("empty")));
        assertTrue(err().contains("no picture in " + folder.resolve("empty")), err());
        assertEquals(ExitStatus.USAGE, predict(run));
        assertTrue(err().contains("PATH: is missing"), err());
        assertEquals(ExitStatus.USAGE, predict(run, "-", "-"));
    }

    @Test
    void patterns_areExpanded() throws IOException {
        for (String name : List.of("x/b.png", "x/a.png", "x/a.txt", "y/a.png", "y/deep/a.png", "z[1].png")) {
            Files.createDirectories(folder.resolve(name).getParent());
            if (name.endsWith("txt")) Files.writeString(folder.resolve(name), "text");
            else red(name);
        }
        assertEquals(List.of("x/a.png", "x/b.png"), named("x/*.png"));
        assertEquals(List.of("x/a.png", "y/a.png"), named("*/a.png"));
        assertEquals(List.of("x/a.png", "y/a.png", "y/deep/a.png"), named("**/a.png"));
        assertEquals(List.of("x/a.png", "y/a.png", "y/deep/a.png"), named("{x,y}/**/a.png"));
        assertEquals(List.of("y/a.png", "y/deep/a.png"), named("[y]"));
        assertEquals(List.of("z[1].png"), named("z[1].png"));
    }

    private List<String> named(String pattern) throws IOException {
        assertEquals(ExitStatus.DONE, predict(run, folder + "/" + pattern, "--json"), err());
        List<String> names = new ArrayList<>();
        for (int i = 0; i < out().lines().count(); i++) {
            names.add(folder.relativize(Path.of(json(i).get("file").asText())).toString());
        }
        return names;
    }

    @Test
    void list_onStandardInput_isReadAsPathsALine() throws IOException {
        String list = red("a b.png") + "\n\n" + blue("c.png") + "\r\n" + folder.resolve("none.png");
        assertEquals(ExitStatus.SOME_UNREADABLE, predict(list, run, "-", "--json"));
        assertEquals(3, out().lines().count());
        assertEquals("red", json(0).get("label").asText());
        assertEquals("blue", json(1).get("label").asText());
        assertTrue(json(2).has("unreadable"));
        assertEquals(ExitStatus.DONE, predict("", run, "-"));
    }

    @Test
    void top_showsSoManyClassesInOrder() throws IOException {
        Path a = red("a.png");
        assertEquals(ExitStatus.DONE, predict(run, a, "--top", "5", "--json"));
        JsonNode top = json(0).get("top");
        assertEquals(2, top.size());
        assertEquals("red", top.get(0).get("label").asText());
        double sum = top.get(0).get("probability").asDouble()
                + top.get(1).get("probability").asDouble();
        assertEquals(1, sum, 1e-5);
        assertEquals(ExitStatus.DONE, predict(run, a, "--top", "2", "--format", "csv"));
        assertEquals("file,label,probability,top1,p1,top2,p2,unreadable", out().split("\n")[0]);
        assertTrue(out().split("\n")[1].matches(".*a\\.png,red,([^,]+),red,\\1,blue,[^,]+,"), out());
    }

    @Test
    void unknownBelow_labelsWhatIsUnsure() throws IOException {
        Path a = red("a.png");
        assertEquals(ExitStatus.DONE, predict(run, a, "--unknown-below", "1", "--json"));
        assertEquals("unknown", json(0).get("label").asText());
        assertTrue(json(0).get("probability").asDouble() > 0.5, out());
        assertEquals(ExitStatus.DONE, predict(run, a, "--unknown-below", "0.5", "--json"));
        assertEquals("red", json(0).get("label").asText());
        assertEquals(ExitStatus.USAGE, predict(run, a, "--unknown-below", "2"));
    }

    @Test
    void sortInto_copiesAndNeverReplaces() throws IOException {
        red("in/a.png");
        blue("in/b.png");
        ColourModel.red(folder.resolve("in/deep/a.png"), 11);
        Path bad = Files.writeString(folder.resolve("in/bad.png"), "no picture");
        Path sorted = folder.resolve("in/sorted"); // lies in what is read: it is left out
        Files.createDirectories(sorted.resolve("red"));
        Files.writeString(sorted.resolve("red/a.png"), "was here");
        assertEquals(ExitStatus.SOME_UNREADABLE, predict(run, folder.resolve("in"), "--sort-into", sorted));
        assertEquals(List.of("blue/b.png", "red/a-2.png", "red/a-3.png", "red/a.png"), files(sorted));
        assertEquals("was here", Files.readString(sorted.resolve("red/a.png")));
        assertEquals(-1, Files.mismatch(folder.resolve("in/a.png"), sorted.resolve("red/a-2.png")));
        assertEquals(-1, Files.mismatch(folder.resolve("in/deep/a.png"), sorted.resolve("red/a-3.png")));
        assertEquals(4, out().lines().count(), out());
        assertTrue(Files.exists(bad));
        assertTrue(err().startsWith("saved 3 pictures in " + sorted + "\n"), err());
    }

    @Test
    void sortInto_linksAndUnknown() throws IOException {
        Path a = red("a.png");
        Path hard = folder.resolve("hard");
        assertEquals(
                ExitStatus.DONE, predict(run, a, "--sort-into", hard, "--link", "hard", "--unknown-below", "1"), err());
        assertTrue(Files.isSameFile(a, hard.resolve("unknown/a.png")));
        assertFalse(Files.isSymbolicLink(hard.resolve("unknown/a.png")));
        Path symbolic = folder.resolve("symbolic");
        assertEquals(ExitStatus.DONE, predict(run, a, "--sort-into", symbolic, "--link", "symbolic"), err());
        assertTrue(Files.isSymbolicLink(symbolic.resolve("red/a.png")));
        assertTrue(Files.isSameFile(a, symbolic.resolve("red/a.png")));
        assertEquals(ExitStatus.USAGE, predict(run, a, "--link", "hard"));
        assertEquals(ExitStatus.USAGE, predict(run, hard, "--sort-into", hard));
        assertTrue(err().contains("lies in"), err());
    }

    @Test
    void sortFolder_namesThatNoFolderMayHave_areChanged() throws IOException {
        Path a = red("a.png");
        List<String> labels = List.of("a/b", "a:b", "..", "con", "Cat", "cat", "", ".x", "end.", "ok");
        SortFolder sorted = new SortFolder(folder.resolve("s"), SortFolder.Way.COPY, labels);
        for (String label : labels) sorted.put(a, label);
        assertEquals(
                Stream.of("a_b", "a_b-2", "_", "_con", "Cat", "cat-2", "_-2", "_.x", "end_", "ok")
                        .map(d -> d + "/a.png")
                        .sorted()
                        .toList(),
                files(folder.resolve("s")));
        assertEquals(8, sorted.renamed().size(), sorted.renamed().toString());
    }

    /** As behind {@code | head}: what cannot be written any more ends the run. */
    @Test
    void output_thatFails_endsTheRun() throws IOException {
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < 50; i++) list.append(red("a.png")).append('\n');
        OutputStream breaks = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("gone");
            }
        };
        String[] words = {"predict", run.toString(), "-"};
        ByteArrayInputStream in = new ByteArrayInputStream(list.toString().getBytes(UTF_8));
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        assertEquals(
                ExitStatus.ERROR,
                new Graft(List.of(new PredictVerb(in)))
                        .start(words, new PrintStream(breaks, true, UTF_8), new PrintStream(err, true, UTF_8)));
        assertTrue(err.toString(UTF_8).contains("standard output: cannot be written"), err.toString(UTF_8));
        assertTrue(in.available() >= 0);
    }

    @Test
    void precisionAndTrusted_areChecked() throws IOException {
        Path a = red("a.png");
        assertEquals(ExitStatus.USAGE, predict(run, a, "--precision", "int8"));
        assertTrue(err().contains("fp32, bf16"), err());
        assertEquals(
                ExitStatus.DONE, predict(run, a, "--precision", "fp32", "--device", "cpu", "--threads", "1"), err());
        assertEquals(ExitStatus.USAGE, predict(run, "--trusted", a));
        assertTrue(err().contains("--trusted: takes nothing or a SHA-256"), err());
        assertEquals(ExitStatus.DONE, predict(run, a, "--trusted"), err());
        assertEquals(ExitStatus.USAGE, predict(run, a, "--device", "gpu"));
    }
}
