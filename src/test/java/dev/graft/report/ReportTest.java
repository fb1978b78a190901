package dev.graft.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final Event.EpochEnded EPOCH = ended(1, 10, 0.5, 3, 4, 1.5, 0.5, 0.15);

    @TempDir
    Path folder;

    private static Event.EpochEnded ended(
            int epoch, int epochs, double loss, int correct, int pictures, double train, double val, double wait) {
        Map<String, Number> metrics = new LinkedHashMap<>();
        metrics.put("mean_loss", loss);
        metrics.put("val_correct", correct);
        metrics.put("val_pictures", pictures);
        metrics.put("val_accuracy", pictures == 0 ? 0 : (double) correct / pictures);
        return new Event.EpochEnded(epoch, epochs, "head", metrics, train, val, wait);
    }

    @Test
    void console_epoch_printsTheTutorialsTwoLines() {
        List<String> lines = new ArrayList<>();
        new ConsoleReport(lines::add).on(EPOCH);
        assertEquals(List.of("Epoch 1/10, Loss: 0.500000", "Validation Accuracy: 75.00%"), lines);
    }

    @Test
    void console_muchWaiting_isTold() {
        List<String> lines = new ArrayList<>();
        ConsoleReport console = new ConsoleReport(lines::add);
        console.on(new Event.FeaturesReady(6, 0, 4, 2, 2, 1));
        console.on(ended(1, 10, 0.5, 3, 4, 2, 0.5, 0.7));
        assertEquals(
                "features of 6 pictures: 4 computed, 2 from an earlier run, 50% of the time waiting for pictures",
                lines.get(0));
        assertEquals("Epoch 1/10, Loss: 0.500000, 35% of the time waiting for pictures", lines.get(1));
    }

    @Test
    void metrics_trunkPass_tellsHowLongItWaited() throws IOException {
        Path file = folder.resolve("trunk.jsonl");
        try (MetricsFile metrics = new MetricsFile(file)) {
            metrics.on(new Event.FeaturesReady(6, 0, 4, 2, 2, 0.5));
        }
        assertEquals(
                List.of("{\"pictures\":6,\"views\":0,\"features_computed\":4,\"features_found\":2,\"features_s\":2.0,"
                        + "\"wait_s\":0.5,\"wait_share\":0.25}"),
                Files.readAllLines(file));
    }

    @Test
    void trunkPass_tellsTheViews() throws IOException {
        List<String> lines = new ArrayList<>();
        ConsoleReport console = new ConsoleReport(lines::add);
        for (int views : new int[] {0, 1, 10}) console.on(new Event.FeaturesReady(9, views, 5, 4, 0.5, 0));
        assertEquals(
                List.of(
                        "features of 9 pictures: 5 computed, 4 from an earlier run",
                        "features of 9 pictures, the training pictures in 1 view each: 5 computed, 4 from an earlier run",
                        "features of 9 pictures, the training pictures in 10 views each: 5 computed, 4 from an earlier run"),
                lines);
        Path file = folder.resolve("views.jsonl");
        try (MetricsFile metrics = new MetricsFile(file)) {
            metrics.on(new Event.FeaturesReady(9, 3, 5, 4, 0.5, 0));
        }
        assertEquals(
                "{\"pictures\":9,\"views\":3,\"features_computed\":5,\"features_found\":4,\"features_s\":0.5,\"wait_s\":0.0,\"wait_share\":0.0}\n",
                Files.readString(file));
    }

    @Test
    void metrics_stepsAndEpoch_oneObjectALine_andAResumedRunAdds() throws IOException {
        Path file = folder.resolve("deep/metrics.jsonl");
        try (MetricsFile metrics = new MetricsFile(file)) {
            metrics.on(new Event.StepsTaken(1, 4, new double[] {0.25, 0.125}));
        }
        try (MetricsFile metrics = MetricsFile.resumed(file, 0, 6)) {
            metrics.on(EPOCH);
        }
        assertEquals(
                List.of(
                        "{\"epoch\":1,\"step\":4,\"loss\":0.25}",
                        "{\"epoch\":1,\"step\":5,\"loss\":0.125}",
                        "{\"epoch\":1,\"epochs\":10,\"phase\":\"head\",\"mean_loss\":0.5,\"val_correct\":3,\"val_pictures\":4,"
                                + "\"val_accuracy\":0.75,\"train_s\":1.5,\"val_s\":0.5,\"wait_s\":0.15,\"wait_share\":0.09999999999999999}"),
                Files.readAllLines(file));
        String before = Files.readString(file);
        new MetricsFile(file).close(); // a run that was refused
        assertEquals(before, Files.readString(file));
        try (MetricsFile metrics = new MetricsFile(file)) {
            epoch(metrics, 1, 0);
        }
        assertEquals(2, Files.readAllLines(file).size());
    }

    /** A run was killed in its third epoch, while it wrote; its checkpoint is of the second, after a step. */
    @Test
    void metrics_resumedFromBeforeTheEnd_writesNothingTwice() throws IOException {
        Path file = folder.resolve("killed.jsonl");
        String whole;
        try (MetricsFile metrics = new MetricsFile(file)) {
            metrics.on(new Event.FeaturesReady(6, 0, 4, 2, 2, 0.5));
            epoch(metrics, 1, 0);
            metrics.on(new Event.StepsTaken(2, 0, new double[] {0.5}));
            whole = Files.readString(file);
            metrics.on(new Event.StepsTaken(2, 1, new double[] {0.25}));
            metrics.on(ended(2, 10, 0.5, 3, 4, 1.5, 0.5, 0.15));
            epoch(metrics, 3, 0);
        }
        Files.writeString(file, "{\"epoch\":3,\"st", StandardOpenOption.APPEND);
        String killed = Files.readString(file);
        MetricsFile.resumed(file, 1, 1).close(); // a run that was refused
        assertEquals(killed, Files.readString(file));
        try (MetricsFile metrics = MetricsFile.resumed(file, 1, 1)) {
            metrics.on(new Event.StepsTaken(2, 1, new double[] {0.125}));
        }
        assertEquals(whole + "{\"epoch\":2,\"step\":1,\"loss\":0.125}\n", Files.readString(file));
        try (MetricsFile metrics = MetricsFile.resumed(file, 1, 0)) {
            epoch(metrics, 2, 0);
        }
        assertEquals(5, Files.readAllLines(file).size()); // the pass, two epochs of a step each
        MetricsFile.resumed(folder.resolve("none.jsonl"), 1, 1).close();
        assertEquals(0, Files.size(folder.resolve("none.jsonl")));
    }

    /** Somebody's note in the file, and not in UTF-8, stays; a last line that is not whole goes. */
    @Test
    void metrics_resumed_linesThatAreNotOurs_stay() throws IOException {
        Path file = folder.resolve("noted.jsonl");
        byte[] note = {'s', (byte) 0xff, (byte) 0xfe, '\n', '\n'};
        Files.write(file, note);
        Files.writeString(file, "{\"epoch\":1", StandardOpenOption.APPEND);
        try (MetricsFile metrics = MetricsFile.resumed(file, 0, 0)) {
            metrics.on(new Event.StepsTaken(1, 0, new double[] {0.5}));
        }
        byte[] bytes = Files.readAllBytes(file);
        assertArrayEquals(note, Arrays.copyOf(bytes, note.length));
        assertEquals(
                "{\"epoch\":1,\"step\":0,\"loss\":0.5}\n",
                new String(bytes, note.length, bytes.length - note.length, StandardCharsets.UTF_8));
    }

    private static void epoch(MetricsFile metrics, int epoch, int firstStep) throws IOException {
        metrics.on(new Event.StepsTaken(epoch, firstStep, new double[] {0.5}));
        metrics.on(ended(epoch, 10, 0.5, 3, 4, 1.5, 0.5, 0.15));
    }

    @Test
    void predictions_oddNames_areQuoted() throws IOException {
        Path file = folder.resolve("predictions.csv");
        PredictionsFile.Row row =
                new PredictionsFile.Row(Path.of("val", "a,b \"c\".jpg"), "a,b", "dog", new float[] {0.25f, 0.75f});
        PredictionsFile.write(file, List.of("a,b", "dog"), List.of(row));
        assertEquals(
                List.of(
                        "file,actual,predicted,\"p(a,b)\",p(dog)",
                        "\"" + Path.of("val", "a,b \"\"c\"\".jpg") + "\",\"a,b\",dog,0.2500000,0.7500000"),
                Files.readAllLines(file));
    }

    @Test
    void accuracy_noPictures_isZero() {
        assertEquals(0, ended(1, 1, 0, 0, 0, 0, 0, 0).accuracy());
        assertEquals(0, ended(1, 1, 0, 0, 0, 0, 0, 0).waitShare());
    }
}
