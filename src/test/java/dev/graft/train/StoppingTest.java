package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ByType;
import dev.graft.SmallRun;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.Sample;
import dev.graft.image.PictureReader;
import dev.graft.metrics.Scores;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import dev.graft.report.TrainingListener;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of three epochs of five steps that is asked to stop. */
class StoppingTest {
    private static final TrainingPlan PLAN =
            TrainingPlan.reference().withEpochs(3).withBatchSize(4);

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

    private static Trainer trainer(Classifier c, TrainingPlan plan, RandomSource random) {
        return Trainer.of(c, train, plan)
                .validation(validation)
                .on(ComputeDevice.CPU)
                .drawingFrom(random);
    }

    /** How a run ended, and how many epochs it told of. */
    private record Run(Trainer.Outcome outcome, int epochs, Path model) {}

    private static Run run(String name, TrainingPlan plan, BooleanSupplier stop, TrainingListener listener)
            throws IOException {
        AtomicInteger epochs = new AtomicInteger();
        Path model = folder.resolve(name + ".pt");
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.LITTLE, random)) {
            Trainer.Outcome outcome = trainer(c, plan, random)
                    .checkpointsIn(folder.resolve(name))
                    .listener(listener)
                    .listener(new ByType() {
                        @Override
                        public void onEpoch(Event.EpochEnded epoch) {
                            epochs.set(epoch.epoch());
                        }
                    })
                    .stopWhen(stop)
                    .fit();
            c.save(model);
            return new Run(outcome, epochs.get(), model);
        }
    }

    private static Run straight(int epochs) throws IOException {
        return run("straight" + epochs, PLAN.withEpochs(epochs), () -> false, e -> {});
    }

    /** Large files take a while, and each is read before the first step. */
    @Test
    void asked_whileFilesAreRead_endsWithoutACheckpoint() throws IOException {
        List<Sample> huge = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Path file = folder.resolve("huge" + i + ".jpg");
            try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
                sparse.setLength(PictureReader.MOST_FILE_BYTES);
            }
            huge.add(new Sample(file, 0));
        }
        for (TrainingPlan plan : List.of(PLAN, TrainingPlan.fast())) {
            try (RandomSource random = new RandomSource(5);
                    Classifier c = Classifier.graft(weights, SmallRun.LITTLE, random)) {
                Trainer.Outcome outcome = Trainer.of(c, huge, plan)
                        .validation(validation)
                        .on(ComputeDevice.CPU)
                        .drawingFrom(random)
                        .checkpointsIn(folder.resolve("never"))
                        .stopWhen(() -> true)
                        .fit();
                assertTrue(outcome.stopped());
                assertTrue(outcome.evaluation().isEmpty());
                assertFalse(Files.exists(folder.resolve("never")));
            }
        }
    }

    @Test
    void asked_atAnEpochsEnd_endsThereWithItsEvaluation() throws IOException {
        AtomicBoolean asked = new AtomicBoolean();
        Run run = run("asked", PLAN, asked::get, new ByType() {
            @Override
            public void onEpoch(Event.EpochEnded epoch) {
                asked.set(epoch.epoch() == 2);
            }
        });
        assertTrue(run.outcome.stopped());
        assertEquals(2, run.epochs);
        Run two = straight(2);
        assertEquals(-1, Files.mismatch(two.model, run.model), "the weights are those that were judged");
        assertArrayEquals(
                two.outcome.evaluation().orElseThrow().probabilities(),
                run.outcome.evaluation().orElseThrow().probabilities());
        assertGoesOn("asked", 2, 0);
    }

    @Test
    void asked_afterAnEpochsLastStep_endsThereWithItsEvaluation() throws IOException {
        AtomicInteger steps = new AtomicInteger();
        Run run = run("last", PLAN, () -> steps.incrementAndGet() == 5, e -> {});
        assertTrue(run.outcome.stopped());
        assertEquals(1, run.epochs);
        assertEquals(6, run.outcome.evaluation().orElseThrow().samples().length);
        assertEquals(-1, Files.mismatch(straight(1).model, run.model));
        assertGoesOn("last", 1, 0);
    }

    @Test
    void asked_withinAnEpoch_hasNoEvaluation() throws IOException {
        AtomicInteger steps = new AtomicInteger();
        Run run = run("within", PLAN, () -> steps.incrementAndGet() == 5 + 1 + 3, e -> {});
        assertTrue(run.outcome.stopped());
        assertEquals(1, run.epochs);
        assertTrue(run.outcome.evaluation().isEmpty());
        assertGoesOn("within", 1, 3);
    }

    @Test
    void asked_atTheLastEpochsEnd_isNoStop() throws IOException {
        AtomicInteger steps = new AtomicInteger();
        Run run = run("end", PLAN, () -> steps.incrementAndGet() >= 5 + 1 + 5 + 1 + 5, e -> {});
        assertFalse(run.outcome.stopped());
        assertEquals(3, run.epochs);
        assertTrue(run.outcome.evaluation().isPresent());
    }

    /** To the same bytes as a run that nobody stopped. */
    private static void assertGoesOn(String name, int epochsDone, int stepsDone) throws IOException {
        Path model = folder.resolve(name + "-resumed.pt");
        int[] from = new int[2];
        try (Checkpoint checkpoint = Checkpoint.open(folder.resolve(name));
                RandomSource random = new RandomSource(99);
                Classifier c = Classifier.load(checkpoint.file())) {
            trainer(c, checkpoint.plan(), random)
                    .resume(checkpoint)
                    .listener(new ByType() {
                        @Override
                        public void onResume(Event.Resumed resumed) {
                            from[0] = resumed.epoch();
                            from[1] = resumed.step();
                        }
                    })
                    .fit();
            c.save(model);
        }
        assertArrayEquals(new int[] {epochsDone + 1, stepsDone}, from);
        assertEquals(-1, Files.mismatch(straight(3).model, model), name);
    }

    @Test
    void evaluation_asText_saysHowManyAreCorrect() {
        Evaluation e = new Evaluation(
                new Scores(new int[] {0, 1, 2}, new int[] {0, 1, 1}, new float[][] {{2, 0}, {1, 0}, {0, 9}}),
                new float[][] {{0.9f, 0.1f}, {0.6f, 0.4f}, {0, 1}});
        assertEquals("2 of 3 correct (66.67%)", e.toString());
        assertEquals(2 / 3.0, e.accuracy());
        assertEquals(0, new Evaluation(new Scores(new int[0], new int[0], new float[0][]), new float[0][]).accuracy());
    }
}
