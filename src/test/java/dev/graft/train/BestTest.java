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
import dev.graft.metrics.Metric;
import dev.graft.metrics.Metrics;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.plan.Ending;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import dev.graft.report.TrainingListener;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The best epoch is kept beside the last one. */
class BestTest {
    /** A rate so high that epochs differ. */
    private static final TrainingPlan PLAN = TrainingPlan.fast()
            .withBatchSize(4)
            .withGroups(List.of(new ParameterGroup(Classifier.HEAD, 0.05)))
            .withEpochs(8);

    @TempDir
    static Path folder;

    private static List<Sample> train;
    private static List<Sample> validation;

    @BeforeAll
    static void draw() throws IOException {
        Threads.set(1);
        HashState.write(folder.resolve("hash.pth"), 10);
        train = SmallRun.samples(folder.resolve("train"), 20);
        validation = SmallRun.validation(folder.resolve("val"), 6);
    }

    /** What each epoch's event says of the metric. */
    private static List<Double> run(Path place, Metric metric) throws IOException {
        List<Double> values = new ArrayList<>();
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(folder.resolve("hash.pth"), SmallRun.CARD, random)) {
            Trainer.of(c, train, PLAN)
                    .validation(validation)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .checkpointsIn(place)
                    .keepBest(metric)
                    .listener(TrainingListener.on(
                            Event.EpochEnded.class,
                            e -> values.add(
                                    e.metrics().get("val_" + metric.name()).doubleValue())))
                    .fit();
        }
        return values;
    }

    /** A better epoch's weights are written at once, the checkpoint that knows them later: killed in between. */
    @Test
    void takeBest_killedBeforeTheCheckpointOfABetterEpoch_endsWithTheSameBytes() throws IOException {
        TrainingPlan plan = PLAN.withGroups(List.of(new ParameterGroup(Classifier.HEAD, 1e-4)))
                .withEpochs(4)
                .withEnding(Ending.NONE.withMetric("loss").withTakeBest(true));
        byte[] wanted = model(plan, folder.resolve("unharmed"), 0, Optional.empty());
        for (int killed = 2; killed <= 3; killed++) {
            Path place = folder.resolve("killed" + killed);
            int after = killed;
            model(plan, place, 1, Optional.empty()); // its checkpoint knows the first epoch as the best
            assertThrows(UncheckedIOException.class, () -> model(plan, place, -after, Optional.of(place)));
            try (Checkpoint last = Checkpoint.open(place)) {
                assertEquals(1, last.run().best().epoch());
            }
            try (Checkpoint best = Checkpoint.open(place.resolve(Checkpoint.BEST))) {
                assertEquals(killed, best.run().best().epoch());
            }
            assertArrayEquals(wanted, model(plan, place, 0, Optional.of(place)), "killed after epoch " + killed);
            assertFalse(Files.exists(place.resolve(Checkpoint.EARLIER_BEST)));
        }
    }

    /**
     * A run's model.
     *
     * @param end 0: its own; above 0 it is asked to stop after this epoch; below 0 it fails after that epoch
     */
    private static byte[] model(TrainingPlan plan, Path place, int end, Optional<Path> resume) throws IOException {
        int[] done = {0};
        try (Checkpoint from = resume.isPresent() ? Checkpoint.open(place) : null;
                RandomSource random = new RandomSource(5);
                Classifier c = from == null
                        ? Classifier.graft(folder.resolve("hash.pth"), SmallRun.CARD, random)
                        : Classifier.load(from.file())) {
            Trainer trainer = Trainer.of(c, train, plan)
                    .validation(train)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .checkpointsIn(place)
                    .checkpointsEvery(Duration.ofDays(1))
                    .stopWhen(() -> end > 0 && done[0] >= end)
                    .listener(TrainingListener.on(Event.EpochEnded.class, e -> {
                        done[0] = e.epoch();
                        if (e.epoch() == -end) throw new UncheckedIOException(new IOException("killed"));
                    }));
            if (from != null) trainer.resume(from);
            trainer.fit();
            c.save(folder.resolve("model.pt"));
            return Files.readAllBytes(folder.resolve("model.pt"));
        }
    }

    /** Where the least is the best, and where the greatest is. */
    @Test
    void keepBest_keepsTheFirstOfTheBestEpochs() throws IOException {
        for (Metric metric : List.of(Metrics.loss(), Metrics.rocAuc())) {
            Path place = folder.resolve(metric.name());
            List<Double> values = run(place, metric);
            assertEquals(8, values.size());
            double wanted = metric.higherIsBetter()
                    ? values.stream().max(Double::compare).orElseThrow()
                    : values.stream().min(Double::compare).orElseThrow();
            int epoch = values.indexOf(wanted) + 1;
            RunState.Best best = new RunState.Best(metric.name(), wanted, epoch);
            try (Checkpoint last = Checkpoint.open(place)) {
                assertEquals(best, last.run().best());
                assertEquals(8, last.run().epoch());
            }
            try (Checkpoint kept = Checkpoint.open(place.resolve(Checkpoint.BEST));
                    RandomSource random = new RandomSource(9);
                    Classifier c = Classifier.load(kept.file())) {
                assertEquals(best, kept.run().best());
                assertEquals(epoch, kept.run().epoch());
                // Trained no further, it is judged as it was then.
                Trainer.Outcome outcome = Trainer.of(c, train, PLAN.withEpochs(epoch))
                        .validation(validation)
                        .on(ComputeDevice.CPU)
                        .drawingFrom(random)
                        .resume(kept)
                        .fit();
                assertEquals(
                        wanted, metric.of(outcome.evaluation().orElseThrow().scores()), 1e-6);
            }
            assertTrue(values.stream().distinct().count() > 1, "epochs differ: " + values);
        }
    }
}
