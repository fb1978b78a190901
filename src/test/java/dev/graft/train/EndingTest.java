package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.SmallRun;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.checkpoint.RunState;
import dev.graft.data.Sample;
import dev.graft.metrics.Metrics;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.plan.Ending;
import dev.graft.plan.Exponential;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Phase;
import dev.graft.plan.Schedule;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a run ends, and with which weights. */
class EndingTest {
    /** A rate so high that epochs differ. */
    private static final TrainingPlan PLAN = TrainingPlan.fast()
            .withBatchSize(4)
            .withGroups(List.of(new ParameterGroup(Classifier.HEAD, 0.05)))
            .withEpochs(8);

    @TempDir
    static Path folder;

    private static Path weights;
    private static List<Sample> train;
    private static List<Sample> validation;

    @BeforeAll
    static void draw() throws IOException {
        Threads.set(1);
        weights = HashState.write(folder.resolve("hash.pth"), 10);
        train = SmallRun.samples(folder.resolve("train"), 20);
        validation = SmallRun.validation(folder.resolve("val"), 6);
    }

    /** A run's events, in words. */
    private static final class Run {
        final List<String> told = new ArrayList<>();
        final List<Double> losses = new ArrayList<>();
        byte[] model;
        Trainer.Outcome outcome;

        void on(Event event) {
            if (event instanceof Event.EpochEnded e) {
                told.add(e.phase() + " " + e.epoch());
                if (e.metrics().containsKey("val_loss"))
                    losses.add(e.metrics().get("val_loss").doubleValue());
            } else if (event instanceof Event.EndedEarly e) {
                told.add("ended " + e.epoch() + ": " + e.reason());
            } else if (event instanceof Event.BestTaken b) {
                told.add("best " + b.epoch());
            }
        }
    }

    private static Run run(TrainingPlan plan, Optional<Path> place, BooleanSupplier stop) throws IOException {
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.CARD, random)) {
            Trainer trainer = Trainer.of(c, train, plan)
                    .validation(validation)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .metric(Metrics.loss())
                    .keepLast(2)
                    .checkpointsEvery(Duration.ZERO)
                    .stopWhen(stop);
            place.ifPresent(trainer::checkpointsIn);
            return ran(trainer, c);
        }
    }

    private static Run resumed(TrainingPlan plan, Path place) throws IOException {
        try (Checkpoint from = Checkpoint.open(place);
                RandomSource random = new RandomSource(77);
                Classifier c = Classifier.load(from.file())) {
            return ran(
                    Trainer.of(c, train, plan)
                            .validation(validation)
                            .on(ComputeDevice.CPU)
                            .drawingFrom(random)
                            .metric(Metrics.loss())
                            .checkpointsIn(place)
                            .resume(from),
                    c);
        }
    }

    private static Run ran(Trainer trainer, Classifier c) throws IOException {
        Run run = new Run();
        run.outcome = trainer.listener(run::on).fit();
        c.save(folder.resolve("model.pt"));
        run.model = Files.readAllBytes(folder.resolve("model.pt"));
        return run;
    }

    /** Values of the epochs so far, patience, delta; whether the phase ends. */
    @ParameterizedTest
    @CsvSource({
        "loss, 3 2 1, 1, 0, false",
        "loss, 1 2, 1, 0, true",
        "loss, 1 1, 1, 0, true",
        "loss, 1 2 0.5, 2, 0, false",
        "loss, 1 2 0.5 0.6, 2, 0, false",
        "loss, 1 2 0.5 0.6 0.5, 2, 0, true",
        "loss, 1 0.95 0.92, 2, 0.1, true",
        "loss, 1 0.95 0.89, 2, 0.1, false",
        "loss, NaN NaN, 2, 0, true",
        "accuracy, 0.5 0.6 0.6, 2, 0, false",
        "accuracy, 0.5 0.6 0.6 0.4, 2, 0, true",
        "accuracy, 0.9, 1, 0.5, false",
        "accuracy, 0.5 0.4, 0, 0, false",
    })
    void ofPhase_endsAfterEpochsThatAreNotBetter(
            String metric, String values, int patience, double delta, boolean ends) {
        List<Double> watched =
                Arrays.stream(values.split(" ")).map(Double::valueOf).toList();
        RunState.History history = new RunState.History(List.of(), watched, 0, null);
        Endings endings = new Endings(Ending.NONE.withMetric(metric).withPatience(patience, delta));
        assertEquals(ends, endings.ofPhase(history).isPresent());
    }

    @Test
    void ofRun_endsWhenAnotherEpochWouldBeTooLong() {
        Endings endings = new Endings(Ending.NONE.withSeconds(100));
        assertTrue(endings.ofRun(new RunState.History(List.of(), List.of(), 91, null), 10)
                .isPresent());
        assertFalse(endings.ofRun(new RunState.History(List.of(), List.of(), 89, null), 10)
                .isPresent());
        assertFalse(new Endings(Ending.NONE)
                .ofRun(new RunState.History(List.of(), List.of(), 1e9, null), 1e9)
                .isPresent());
    }

    /** A phase that is not better by a million ends after two epochs; the next phase begins where it always begins. */
    @Test
    void fit_patience_endsThePhase() throws IOException {
        TrainingPlan two = PLAN.then(Phase.of("again", 4, List.of(new ParameterGroup(Classifier.HEAD, 0.01))));
        Ending ending = Ending.NONE.withMetric("loss").withPatience(2, 1e6);
        Run run = run(two.withEnding(ending), Optional.empty(), () -> false);
        String reason = ": loss has not become better in 2 epochs";
        assertEquals(
                List.of(
                        "head 1",
                        "head 2",
                        "head 3",
                        "ended 3" + reason,
                        "again 9",
                        "again 10",
                        "again 11",
                        "ended 11" + reason),
                run.told);
    }

    @Test
    void fit_noTimeLeft_endsTheRun() throws IOException {
        TrainingPlan two =
                PLAN.withEpochs(100_000).then(Phase.of("again", 4, List.of(new ParameterGroup(Classifier.HEAD, 0.01))));
        Run run = run(two.withEnding(Ending.NONE.withSeconds(1)), Optional.empty(), () -> false);
        String last = run.told.get(run.told.size() - 1);
        assertTrue(last.matches("ended \\d+: \\d+ of 1 seconds are over, and an epoch takes \\d+"), last);
        assertFalse(run.told.stream().anyMatch(line -> line.startsWith("again")), run.told::toString);
    }

    /** The weights, the evaluation and the files of the best epoch, also after a stop behind it. */
    @Test
    void fit_takeBest_endsWithTheWeightsOfTheBestEpoch() throws IOException {
        TrainingPlan plan = PLAN.withEnding(Ending.NONE.withMetric("loss").withTakeBest(true));
        Path place = folder.resolve("best");
        Run run = run(plan, Optional.of(place), () -> false);
        double least = run.losses.stream().min(Double::compare).orElseThrow();
        int best = run.losses.indexOf(least) + 1;
        assertTrue(best < 8, run.losses::toString);
        assertEquals("best " + best, run.told.get(run.told.size() - 1));
        assertEquals(
                least, Metrics.loss().of(run.outcome.evaluation().orElseThrow().scores()), 0);
        assertArrayEquals(run(PLAN.withEpochs(best), Optional.empty(), () -> false).model, run.model);
        try (Classifier kept = Classifier.load(place.resolve(Checkpoint.BEST))) {
            kept.unfreeze(Classifier.HEAD);
            kept.save(folder.resolve("kept.pt"));
            assertArrayEquals(run.model, Files.readAllBytes(folder.resolve("kept.pt")));
        }
        Path stopped = folder.resolve("stopped");
        int[] epochs = {0};
        run(plan, Optional.of(stopped), () -> ++epochs[0] > 5 * (best + 1) + 1);
        Run again = resumed(plan, stopped);
        assertArrayEquals(run.model, again.model);
        assertTrue(again.told.size() < run.told.size(), again.told::toString);
        Files.delete(stopped.resolve(Checkpoint.BEST));
        assertThrows(IOException.class, () -> resumed(plan, stopped));
    }

    @Test
    void keepLast_keepsTheCheckpointsOfTheLastEpochs() throws IOException {
        Path place = folder.resolve("last");
        run(PLAN, Optional.of(place), () -> false);
        try (var files = Files.list(place)) {
            assertEquals(
                    List.of("checkpoint.pt", "epoch-000007.pt", "epoch-000008.pt"),
                    files.map(f -> f.getFileName().toString()).sorted().toList());
        }
        try (Checkpoint seventh = Checkpoint.open(Checkpoint.ofEpoch(place, 7))) {
            assertEquals(7, seventh.run().epoch());
        }
    }

    @Test
    void fit_scheduleThatExplodes_saysSo() {
        TrainingPlan wild = PLAN.withPhase(
                PLAN.phases().get(0).name(), p -> p.withSchedule(new Exponential(1e200, Schedule.Every.STEP)));
        String told = assertThrows(TrainingException.class, () -> run(wild, Optional.empty(), () -> false))
                .getMessage();
        assertTrue(told.startsWith("training: the schedule makes the learning rate 5.0E198, allowed is up to"), told);
    }

    @Test
    void fit_lossNotFinite_namesStepPicturesAndCheckpoint() throws IOException {
        Path place = folder.resolve("nan");
        TrainingPlan wild = PLAN.withReportEvery(1).withGroups(List.of(new ParameterGroup(Classifier.HEAD, 3e38)));
        String told = assertThrows(TrainingException.class, () -> run(wild, Optional.of(place), () -> false))
                .getMessage();
        assertTrue(
                told.matches("training: the loss became (NaN|Infinity) at epoch 1, step \\d, with .*\\.png, .*"), told);
        assertTrue(told.endsWith("this run has written no checkpoint"), told);
        List<String> named = train.stream()
                .map(s -> s.file().toString())
                .filter(told::contains)
                .toList();
        assertEquals(4, named.size(), told);
    }

    @Test
    void ending_wrong_saysSo() {
        assertThrows(IllegalArgumentException.class, () -> Ending.NONE.withPatience(-1, 0));
        assertThrows(IllegalArgumentException.class, () -> Ending.NONE.withSeconds(-1));
        Ending odd = Ending.NONE.withMetric("nonsense").withTakeBest(true);
        String told = assertThrows(
                        IllegalArgumentException.class, () -> run(PLAN.withEnding(odd), Optional.empty(), () -> false))
                .getMessage();
        assertTrue(told.startsWith("metric: unknown name \"nonsense\""), told);
    }
}
