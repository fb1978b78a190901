package dev.graft.report.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.metrics.Scores;
import dev.graft.plan.Plateau;
import dev.graft.plan.Schedule;
import dev.graft.plan.Step;
import dev.graft.plan.TrainingPlan;
import dev.graft.plan.Warmup;
import dev.graft.train.RateCurve;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChartsTest {
    @TempDir
    Path place;

    private MetricsLog log(String... lines) throws IOException {
        return MetricsLog.read(Files.write(place.resolve("metrics.jsonl"), List.of(lines)));
    }

    private static List<String> titles(MetricsLog log, Optional<TrainingPlan> plan) {
        return new Curves(log, plan).all().stream().map(Chart::title).toList();
    }

    @Test
    void axis_hasRoundTicksAroundTheValues() {
        Axis axis = Axis.around(0.13, 0.88, 5);
        assertEquals(
                List.of(0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
                axis.ticks().stream().map(t -> Math.round(t * 10) / 10.0).toList());
        assertEquals(1, axis.digits());
        assertEquals(0.5, axis.at(0.5), 1e-12);
    }

    @Test
    void axis_ofEqualOrHugeValues_hasTicks() {
        for (double v : new double[] {0, 1, -3, 1e-9, 1e12}) {
            int ticks = Axis.around(v, v, 5).ticks().size();
            assertTrue(ticks >= 2 && ticks < 12, v + " has ticks: " + ticks);
        }
    }

    @Test
    void curves_ofOneEpochWithoutSteps_areLeftOut() throws IOException {
        assertEquals(List.of(), titles(log("{\"epoch\":1,\"mean_loss\":0.5,\"val_accuracy\":0.5}"), Optional.empty()));
    }

    @Test
    void curves_ofARun_areLossAccuracyAndRate() throws IOException {
        MetricsLog log = log(
                "{\"epoch\":1,\"step\":0,\"loss\":0.9}",
                "{\"epoch\":1,\"mean_loss\":0.9,\"val_accuracy\":0.5,\"val_macro_f1\":0.4}",
                "{\"epoch\":2,\"step\":0,\"loss\":0.7}",
                "{\"epoch\":2,\"mean_loss\":0.7,\"val_accuracy\":0.75,\"val_macro_f1\":0.7}");
        List<Chart> charts = new Curves(log, Optional.of(TrainingPlan.fast().withEpochs(2))).all();
        assertEquals(
                List.of("Loss", "Validation accuracy", "Learning rate"),
                charts.stream().map(Chart::title).toList());
        assertTrue(charts.get(0).svg().contains("training, each step: from 0.9000 to 0.7000"));
        assertEquals(
                List.of("accuracy", "macro f1"),
                charts.get(1).legend().stream().map(Chart.Legend::name).toList());
        assertTrue(charts.get(1).svg().contains("<title>accuracy, epoch 2: 75.00%</title>"));
    }

    @Test
    void curves_learningRate_followsThePlan() {
        TrainingPlan plan = TrainingPlan.fast().withEpochs(4).withSchedule(Schedule.COSINE);
        String svg =
                new Curves(MetricsLog.empty(), Optional.of(plan)).all().get(0).svg();
        assertTrue(svg.contains("head: from 0.001 to 0.00015, at least 0.00015, at most 0.001"), svg);
        assertEquals(List.of(), titles(MetricsLog.empty(), Optional.of(TrainingPlan.auto())));
    }

    /** A warm-up of steps ends where the run's steps say, and a plateau is that of its losses. */
    @Test
    void curves_learningRate_followsTheRunsStepsAndLosses() throws IOException {
        MetricsLog log = log(
                "{\"epoch\":1,\"step\":9,\"loss\":0.9}",
                "{\"epoch\":1,\"mean_loss\":0.9,\"val_loss\":0.5}",
                "{\"epoch\":2,\"mean_loss\":0.9,\"val_loss\":0.6}",
                "{\"epoch\":3,\"mean_loss\":0.9,\"val_loss\":0.7}");
        Schedule plateau = new Plateau(0.1, 1, 0, 0);
        TrainingPlan plan = TrainingPlan.fast().withEpochs(4);
        Chart falls = rates(log, plan.withSchedule(plateau));
        assertTrue(falls.svg().contains("head: from 0.001 to 0.0001, at least 0.0001, at most 0.001"), falls.svg());
        Schedule warm = new Warmup(20, Schedule.Every.STEP, 0.5, new Step(1, 0.1, Schedule.Every.STEP));
        Chart rises = rates(log, plan.withSchedule(warm));
        assertTrue(rises.svg().contains("head: from 0.0005 to 1.0e-23,"), rises.svg());
    }

    private static Chart rates(MetricsLog log, TrainingPlan plan) {
        return new Curves(log, Optional.of(plan))
                .all().stream()
                        .filter(c -> c.title().equals("Learning rate"))
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void rateChart_isOverPowersOfTen_withSuggestions() {
        List<RateCurve.Point> points = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            double loss = i < 40 ? 1 - i / 100.0 : 0.6 + (i - 40) / 5.0;
            points.add(new RateCurve.Point(Math.pow(10, i / 10.0 - 5), loss, loss));
        }
        Chart chart = RateChart.of(new RateCurve(points, 60, true));
        assertTrue(chart.svg().contains(">1e-5</text>") && chart.svg().contains(">1e1</text>"), chart.svg());
        assertTrue(chart.svg().contains(">learning rate</text>"), chart.svg());
        assertTrue(chart.svg().contains("smoothed: from 1.0000 to 4.4000, at least 0.6000"), chart.svg());
        assertTrue(
                chart.note().endsWith("a tenth of the rate of the least loss is 0.01. At the end it diverges."),
                chart.note());
        assertEquals(
                "The loss falls at no rate that was tried.",
                RateChart.of(new RateCurve(points.subList(0, 1), 60, false)).note());
    }

    @Test
    void report_ofARunWithASearch_showsItsCurve_aDamagedOneIsANote() throws IOException {
        RunFolder folder = RunFolder.whole(place);
        Path rates = folder.path().resolve("find-lr.json");
        List<RateCurve.Point> points = List.of(new RateCurve.Point(1e-3, 1, 1), new RateCurve.Point(1e-2, 0.5, 0.75));
        Files.writeString(rates, new RateCurve(points, 100, false).toJson());
        assertEquals(
                new RateCurve(points, 100, false),
                RunReader.read(folder.path()).rates().orElseThrow());
        Path html = place.resolve("report.html");
        Report.of(folder.path()).write(html);
        assertTrue(Files.readString(html).contains("Search for a learning rate"));
        for (String damaged : List.of("{\"steps\":", "{}", "[1]", "{\"steps\":1,\"points\":[{\"rate\":\"x\"}]}")) {
            Files.writeString(rates, damaged);
            Report report = Report.of(folder.path());
            assertTrue(
                    report.notes().stream().anyMatch(n -> n.startsWith("find-lr.json: it cannot be read (rates:")),
                    damaged);
        }
    }

    @Test
    void curves_lossesThatAreNotFinite_leaveAGap() throws IOException {
        String[] lines = Stream.of("0.9", "0.8", "\"NaN\"", "0.6", "0.5")
                .map(v -> "{\"epoch\":1,\"step\":0,\"loss\":" + v + "}")
                .toArray(String[]::new);
        String svg = new Curves(log(lines), Optional.empty()).all().get(0).svg();
        assertEquals(3, svg.split("<path").length, svg);
        assertFalse(svg.contains("NaN"), svg);
    }

    @Test
    void curves_ofManySteps_areShort() throws IOException {
        String[] lines = new String[50_000];
        for (int i = 0; i < lines.length; i++)
            lines[i] = "{\"epoch\":1,\"step\":" + i + ",\"loss\":0." + (i % 9 + 1) + "}";
        Chart loss = new Curves(log(lines), Optional.empty()).all().get(0);
        assertTrue(
                loss.svg().length() < 12_000, () -> "characters: " + loss.svg().length());
        assertEquals("Each point of the faint line is the mean of 125 steps.", loss.note());
    }

    @Test
    void calibration_binsIncludeTheirUpperEdge() {
        float[][] logits = {new float[5], {9, 0, 0, 0, 0}, {0, 9, 0, 0, 0}}; // the first: one fifth each
        Chart chart = Calibration.of("c", new Scores(new int[] {0, 1, 2}, new int[] {1, 0, 1}, logits));
        assertTrue(chart.svg().contains("1 picture with a probability up to 20%: 0% correct"), chart.svg());
        assertTrue(chart.svg().contains("2 pictures with a probability up to 100%: 100% correct"), chart.svg());
    }

    @Test
    void timeSplit_addsUp() throws IOException {
        TimeSplit time =
                TimeSplit.of(RunReader.read(RunFolder.whole(place).path()).log(), 12.5);
        assertEquals(
                12.5, time.parts().stream().mapToDouble(TimeSplit.Part::seconds).sum(), 1e-9);
        assertEquals(1, time.parts().stream().mapToDouble(TimeSplit.Part::share).sum(), 1e-9);
        // features 2.0 of which 0.5 waiting; three epochs of 1.5 of which 0.5 waiting; three validations of 0.25
        assertEquals(
                List.of(1.5, 3.0, 0.75, 2.0, 5.25),
                time.parts().stream().map(TimeSplit.Part::seconds).toList());
    }

    @Test
    void text_isWhatAReaderLikes() {
        assertEquals("3 min 5 s", Text.seconds(185));
        assertEquals("9.50 s", Text.seconds(9.5));
        assertEquals("2 h 1 min", Text.seconds(7290));
        assertEquals("44.8 MB", Text.bytes(44_789_012));
        assertEquals(
                "graft train 'my pets' 'it'\\''s' --seed 3",
                Text.command(List.of("graft", "train", "my pets", "it's", "--seed", "3")));
        assertEquals("131,072", Text.compact(131072));
        assertEquals("32", Text.compact(32));
        assertEquals("0.125", Text.compact(0.125));
        assertEquals("–", Text.percent(Double.NaN));
    }
}
