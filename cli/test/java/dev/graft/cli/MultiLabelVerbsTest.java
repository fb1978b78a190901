package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures with any number of the labels bar, dot and red, from a table to the last verb. */
class MultiLabelVerbsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> LABELS = List.of("bar", "dot", "red");
    private static final int SIDE = 64;

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path table;
    private static Path weights;
    private static Path run;
    private static Typed trained;

    @BeforeAll
    static void train() throws IOException {
        table = draw(shared.resolve("shapes"), 48);
        weights = Typed.weights(shared);
        run = shared.resolve("run");
        trained = Typed.graft(
                "train", table, "--weights", weights, "--out", run, "--cache", "off", "--epochs", 40, "--seed", 3);
        assertEquals(ExitStatus.DONE, trained.status(), trained.err());
    }

    /** Draws pictures, each third of which is to validate with, and a table of them. */
    private static Path draw(Path to, int count) throws IOException {
        Files.createDirectories(to);
        List<String> lines = new ArrayList<>(List.of("file,bar,dot,red,split"));
        for (int i = 0; i < count; i++) {
            boolean bar = i % 2 == 0;
            boolean dot = i / 2 % 2 == 0;
            boolean red = i / 4 % 2 == 0;
            draw(to.resolve(i + ".png"), i, bar, dot, red);
            lines.add(i + ".png," + (bar ? 1 : 0) + "," + (dot ? 1 : 0) + "," + (red ? 1 : 0) + ","
                    + (i % 3 == 0 ? "val" : "train"));
        }
        return Files.write(to.resolve("labels.csv"), lines);
    }

    private static void draw(Path file, int seed, boolean bar, boolean dot, boolean red) throws IOException {
        BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = picture.createGraphics();
        g.setColor(red ? new Color(200, 20, seed % 40) : new Color(20, 100 + seed % 40, 160));
        g.fillRect(0, 0, SIDE, SIDE);
        g.setColor(Color.WHITE);
        int x = 4 + 7 * seed % 20;
        if (bar) for (int k = 0; k < 3; k++) g.fillRect(x + 12 * k, 0, 5, SIDE);
        if (dot) g.fillOval(24 - x / 2, 18 + x / 2, 30, 30);
        g.dispose();
        ImageIO.write(picture, "png", file.toFile());
    }

    @Test
    void optionsForOneClass_areRefusedByName() {
        for (List<Object> wrong : List.<List<Object>>of(
                List.of("--label-smoothing", 0.1),
                List.of("--class-weights", "balanced"),
                List.of("--sampling", "balanced", "--recipe", "fast"),
                List.of("--loss", "focal"))) {
            List<Object> words =
                    new ArrayList<>(List.of("train", table, "--weights", weights, "--out", folder.resolve("refused")));
            words.addAll(wrong);
            Typed typed = Typed.graft(words.toArray());
            assertEquals(ExitStatus.USAGE, typed.status(), typed.err());
            assertTrue(typed.err().contains(wrong.get(0) + ": is for pictures of one class each"), typed.err());
        }
    }

    @Test
    void labelsBetweenBlanks_areRefusedInWordsOfTheCommandLine() throws IOException {
        Path blanks = Files.writeString(
                table.resolveSibling("blanks.csv"), "file,tags\n0.png,bar dot\n1.png,dot\n2.png,bar\n3.png,dot\n");
        Typed typed = Typed.graft("train", blanks, "--weights", weights, "--out", folder.resolve("refused"));
        assertTrue(typed.err().contains("may be one label or several; write | between labels"), typed.err());
    }

    private Typed predict(Object... words) {
        List<Object> all = new ArrayList<>(List.of("predict", run));
        all.addAll(List.of(words));
        return Typed.graft(all.toArray());
    }

    private static String[] rows(String csv) {
        return csv.lines().toArray(String[]::new);
    }

    @Test
    void train_findsTheLabels_andSaysWhatItDoes() throws IOException {
        assertTrue(trained.says("3 classes, 32 pictures to train on, 16 to validate with"), trained.out());
        assertTrue(
                trained.says("multi-label: a picture has any number of labels, 1.50 on average; 6 have none"),
                trained.out());
        assertTrue(trained.says("learning rate: that of the recipe times the 3 labels"), trained.out());
        assertTrue(trained.out().contains("Validation mAP: "), trained.out());
        assertFalse(trained.out().contains("Validation Accuracy"), trained.out());
        JsonNode record = JSON.readTree(run.resolve("run.json").toFile());
        assertTrue(record.path("average_precision").asDouble() > 0.8, record.toString());
        assertEquals("binarycrossentropy", record.at("/plan/phases/0/loss/kind").asText());
        assertEquals(0.003, record.at("/plan/phases/0/groups/0/learningRate").asDouble(), 1e-12);
        assertEquals(32, record.at("/data/pictures/training").asInt());
        String[] rows = rows(Files.readString(run.resolve("predictions.csv")));
        assertEquals("file,actual,predicted,p(bar),p(dot),p(red)", rows[0]);
        assertEquals(17, rows.length);
        assertTrue(rows[1].startsWith("0.png,bar|dot|red,"), rows[1]);
    }

    @Test
    void train_withoutARecipe_takesFast_andAutoIsRefused() throws IOException {
        Typed typed = Typed.graft(
                "train", table, "--weights", weights, "--out", folder.resolve("a"), "--cache", "off", "--quiet");
        assertEquals(ExitStatus.DONE, typed.status(), typed.err());
        assertTrue(typed.out().matches("\\S+a  mAP \\d+\\.\\d\\d%  micro F1 \\d+\\.\\d\\d%\n"), typed.out());
        String log = Files.readString(folder.resolve("a/console.log"));
        assertTrue(log.contains("recipe: fast, for the pictures have any number of labels"), log);
        Typed auto =
                Typed.graft("train", table, "--weights", weights, "--out", folder.resolve("b"), "--recipe", "auto");
        assertNotEquals(ExitStatus.DONE, auto.status());
        assertTrue(auto.err().contains("--recipe: auto fits a head of one class"), auto.err());
        Typed trusted = Typed.graft("train", table, "--trusted", weights, "--out", folder.resolve("c"));
        assertNotEquals(ExitStatus.DONE, trusted.status());
        Typed folds = Typed.graft("train", table, "--weights", weights, "--out", folder.resolve("d"), "--folds", 3);
        assertNotEquals(ExitStatus.DONE, folds.status());
        assertTrue(folds.err().contains("is multi-label, and studies deal pictures of one class each"), folds.err());
    }

    @Test
    void evaluate_hasATableOfLabels_andNoMatrix() throws IOException {
        Typed typed = Typed.graft("evaluate", run, table, "--out", folder.resolve("out"), "--split", "val");
        assertEquals(ExitStatus.DONE, typed.status(), typed.err());
        assertTrue(typed.says("micro_f1"), typed.out());
        assertTrue(typed.says("label", "pictures", "roc_auc", "average_precision"), typed.out());
        assertTrue(typed.says("red", "8"), typed.out());
        assertTrue(typed.out().contains("a picture gets the labels whose probability is above 0.5"), typed.out());
        assertFalse(typed.out().contains("confusion"), typed.out());
        JsonNode file = JSON.readTree(folder.resolve("out/evaluation.json").toFile());
        JsonNode record = JSON.readTree(run.resolve("run.json").toFile());
        assertEquals(
                record.path("average_precision").asDouble(),
                file.at("/metrics/average_precision").asDouble(),
                0.02);
        assertEquals(0.5, file.at("/multi_label/thresholds/2").asDouble());
        String html = Files.readString(folder.resolve("out/report.html"));
        assertTrue(html.contains("<caption>Labels, the weakest first</caption>"), "a table of the labels");
        assertFalse(html.contains("Confusion matrix"), "no matrix");
    }

    @Test
    void evaluate_withThresholds_andWhatDoesNotFit() {
        Typed none = Typed.graft("evaluate", run, table, "--split", "val", "--json", "--threshold", "1");
        JsonNode json = assertJson(none);
        assertEquals(0, json.at("/metrics/micro_f1").asDouble());
        assertEquals(0.5, json.at("/metrics/hamming_loss").asDouble(), 0.1);
        Typed one = Typed.graft("evaluate", run, table, "--split", "val", "--threshold", "1,red=0.2");
        assertTrue(one.says("above their threshold: bar 1.0, dot 1.0, red 0.2"), one.out());
        Typed below =
                Typed.graft("evaluate", run, table, "--split", "val", "--fail-below", "average_precision=0.999999");
        assertTrue(below.status() == ExitStatus.BELOW || below.status() == ExitStatus.DONE, below.err());
        Typed kappa = Typed.graft("evaluate", run, table, "--fail-below", "cohen_kappa=0.5");
        assertTrue(kappa.err().contains("cohen_kappa is for pictures with exactly one class"), kappa.err());
        Typed known = Typed.graft("evaluate", run, table, "--known-accuracy", "0.9");
        assertTrue(
                known.err().startsWith("graft evaluate: --known-accuracy: the pictures of this model have any number"),
                known.err());
        Typed cat = Typed.graft("evaluate", run, table, "--threshold", "cat=0.5");
        assertTrue(cat.err().contains("the model has no label 'cat'; it has bar, dot, red"), cat.err());
        assertTrue(Typed.graft("evaluate", run, table, "--threshold", "2").err().contains("between 0 and 1"));
        assertTrue(Typed.graft("evaluate", run, table, "--threshold", "x").err().contains("is not a number"));
    }

    private static JsonNode assertJson(Typed typed) {
        assertEquals(ExitStatus.DONE, typed.status(), typed.err());
        try {
            return JSON.readTree(typed.out());
        } catch (IOException e) {
            throw new AssertionError(typed.out(), e);
        }
    }

    @Test
    void predict_givesAllLabelsAboveTheirThreshold() throws IOException {
        Path pictures = shared.resolve("shapes");
        String[] csv = rows(predict(pictures.resolve("0.png"), pictures.resolve("1.png"), "--format", "csv")
                .out());
        assertEquals("file,labels,probabilities,unreadable", csv[0]);
        Typed all = predict(pictures.resolve("0.png"), "--json", "--threshold", "0");
        JsonNode json = assertJson(all);
        assertEquals(3, json.path("labels").size());
        assertTrue(
                json.at("/labels/0/probability").asDouble()
                        >= json.at("/labels/2/probability").asDouble(),
                all.out());
        Typed none = predict(pictures.resolve("0.png"), "--threshold", "1", "--top", "2");
        assertTrue(none.out().contains("0.png: no label  ("), none.out());
        String[] saved = rows(Files.readString(run.resolve("predictions.csv")));
        String[] again = rows(predict(pictures, "--format", "csv").out());
        assertEquals(49, again.length);
        int same = 0;
        for (String row : saved)
            for (String other : again)
                if (other.contains("/" + row.split(",", -1)[0] + ",")
                        && sorted(other.split(",", -1)[1]).equals(sorted(row.split(",", -1)[2]))) same++;
        assertTrue(same >= 15, same + " of 16 have the same labels");
    }

    private static List<String> sorted(String labels) {
        return List.of(labels.split("\\|")).stream().sorted().toList();
    }

    @Test
    void predict_whatIsForOneClass_isRefusedByName() throws IOException {
        Path picture = shared.resolve("shapes/0.png");
        assertTrue(predict(picture, "--unknown-below", "0.5").err().contains("--threshold instead"));
        assertTrue(predict(picture, "--sort-into", folder.resolve("s")).err().contains("--sort-into: the pictures"));
        Path one = ColourModel.save(folder);
        Typed typed = Typed.graft("predict", one, picture, "--threshold", "0.3");
        assertTrue(typed.err().contains("exactly one class each"), typed.err());
        Typed evaluated = Typed.graft("evaluate", one, table);
        assertNotEquals(ExitStatus.DONE, evaluated.status());
    }

    @Test
    void reportAndInspect_sayThatItIsMultiLabel() throws IOException {
        String html = Files.readString(run.resolve("report.html"));
        assertTrue(html.contains("<caption>Labels, the weakest first</caption>") && html.contains("mAP"), "of labels");
        assertTrue(html.contains("All labels right") && !html.contains("Confusion matrix"), "no matrix");
        Typed model = Typed.graft("inspect", run.resolve("model.pt"));
        assertTrue(model.says("labels", "3: bar, dot, red"), model.out());
        assertTrue(model.says("multi-label", "probability above 0.5"), model.out());
        JsonNode json = assertJson(Typed.graft("inspect", run.resolve("model.pt"), "--json"));
        assertEquals(3, json.at("/card/multi_label/thresholds").size());
        assertEquals(LABELS.size(), json.at("/card/classes").size());
        Typed data = Typed.graft("inspect", table);
        assertTrue(data.says("multi-label: a picture has any number of labels"), data.out() + data.err());
    }
}
