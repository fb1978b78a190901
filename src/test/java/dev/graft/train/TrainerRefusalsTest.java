package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ByType;
import dev.graft.SmallRun;
import dev.graft.batch.Unreadable;
import dev.graft.batch.UnreadableException;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.Sample;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Plateau;
import dev.graft.plan.Schedule;
import dev.graft.plan.Sgd;
import dev.graft.plan.TrainingPlan;
import dev.graft.plan.Warmup;
import dev.graft.report.Event;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run refuses, and that a run that failed leaves the classifier usable and no memory behind. */
@Timeout(60)
class TrainerRefusalsTest {
    private static final TrainingPlan PLAN =
            TrainingPlan.reference().withEpochs(1).withBatchSize(4);

    @TempDir
    static Path folder;

    private static List<Sample> samples;
    private static Sample text;
    private static Classifier classifier;
    private static RandomSource random;

    @BeforeAll
    static void prepare() throws IOException {
        Threads.set(1);
        samples = SmallRun.samples(folder, 8);
        text = new Sample(Files.writeString(folder.resolve("text.jpg"), "no picture"), 1);
        random = new RandomSource(5);
        Path weights = HashState.write(folder.resolve("hash.pth"), 10);
        classifier = Classifier.graft(weights, SmallRun.CARD, random);
        trainer(samples, PLAN).checkpointsIn(folder.resolve("run")).fit();
    }

    @AfterAll
    static void free() {
        classifier.close();
        random.close();
    }

    private static Trainer trainer(List<Sample> train, TrainingPlan plan) {
        return Trainer.of(classifier, train, plan)
                .validation(samples)
                .on(ComputeDevice.CPU)
                .drawingFrom(random);
    }

    private static List<Sample> with(Sample extra) {
        List<Sample> all = new ArrayList<>(samples);
        all.add(3, extra);
        return all;
    }

    @Test
    void resume_otherData_isRefused() throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("run"))) {
            Trainer other = trainer(samples.subList(0, 7), PLAN).resume(checkpoint);
            Exception e = assertThrows(IOException.class, other::fit);
            assertEquals(
                    "checkpoint: " + checkpoint.file()
                            + " was written with 8 training pictures, but the data has 7; resume"
                            + " with the same data",
                    e.getMessage());
        }
    }

    @Test
    void fit_unreadablePictureUnderFail_namesItAndKeepsNothing() throws IOException {
        Trainer t = trainer(with(text), PLAN);
        assertThrows(IOException.class, t::fit);
        long before = Pointer.totalCount();
        Exception e = assertThrows(IOException.class, t::fit);
        String[] lines = e.getMessage().split("\n");
        assertTrue(lines[0].startsWith("data: 1 of 17 pictures cannot be read; "), lines[0]);
        assertTrue(lines[1].startsWith("  " + text.file() + ": "), lines[1]);
        assertEquals(before, Pointer.totalCount());
        assertTrue(trainer(samples, PLAN).fit().evaluation().isPresent());
    }

    @Test
    void fit_unreadablePictureUnderSkip_isNamedInTheOutcome() throws IOException {
        Trainer.Outcome outcome =
                trainer(with(text), PLAN.withUnreadable(Unreadable.SKIP)).fit();
        assertEquals(
                List.of(text.file().toString()), List.copyOf(outcome.skipped().keySet()));
    }

    /** Whoever mends one wants to know of the others too, also of those to validate with. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void fit_unreadablePictures_areAllNamedInOneGo(boolean fast) throws IOException {
        List<Sample> learn = new ArrayList<>(samples);
        learn.set(1, new Sample(Files.writeString(folder.resolve("second.jpg"), "no picture"), 0));
        learn.set(3, new Sample(folder.resolve("gone.png"), 0));
        List<Sample> judge = List.of(samples.get(0), text);
        TrainingPlan plan = fast ? TrainingPlan.fast().withEpochs(1) : PLAN;
        Trainer t = Trainer.of(classifier, learn, plan)
                .validation(judge)
                .on(ComputeDevice.CPU)
                .drawingFrom(random);
        UnreadableException e = assertThrows(UnreadableException.class, t::fit);
        assertEquals(
                Set.of("second.jpg", "gone.png", text.file().getFileName().toString()),
                e.pictures().keySet().stream()
                        .map(f -> Path.of(f).getFileName().toString())
                        .collect(Collectors.toSet()));
        int all = learn.size() + 2;
        assertTrue(e.getMessage().startsWith("data: 3 of " + all + " pictures cannot be read; repair"), e.getMessage());
        assertEquals(4, e.getMessage().lines().count(), e.getMessage());
        assertTrue(e.getMessage().contains("gone.png: does not exist"), e.getMessage());
    }

    @Test
    void fit_nothingReadable_isAnErrorNotAnEmptyEpoch() {
        Trainer t = trainer(List.of(text, text), PLAN.withUnreadable(Unreadable.SKIP));
        Exception e = assertThrows(IOException.class, t::fit);
        assertTrue(e.getMessage().startsWith("training: none of the epoch's 2 pictures could be read"), e.getMessage());
        assertTrue(e.getMessage().contains("text.jpg"), e.getMessage());
    }

    @Test
    void trainer_noPicturesOrForeignClass_isRefused() {
        Exception e = assertThrows(
                IllegalArgumentException.class, () -> trainer(List.of(), PLAN).fit());
        assertTrue(e.getMessage().contains("no training pictures"), e.getMessage());
        Sample third = new Sample(samples.get(0).file(), 2);
        e = assertThrows(
                IllegalArgumentException.class, () -> trainer(with(third), PLAN).fit());
        assertTrue(e.getMessage().contains("has the label 2, allowed are 0 to 1"), e.getMessage());
    }

    @Test
    void trainer_plateauWithoutValidationPictures_isRefused() {
        Schedule plateau = new Warmup(1, Schedule.Every.EPOCH, 0.1, Plateau.STANDARD);
        TrainingPlan plan = PLAN.withSchedule(plateau);
        String message = assertThrows(IllegalArgumentException.class, () -> Trainer.of(classifier, samples, plan)
                        .fit())
                .getMessage();
        assertTrue(message.contains("phase head depend on the loss on the validation pictures (plateau)"), message);
    }

    @Test
    void fit_checkpointFolderIsAFile_saysSo() {
        Trainer t = trainer(samples, PLAN).checkpointsIn(text.file());
        Exception e = assertThrows(IOException.class, t::fit);
        assertTrue(e.getMessage().startsWith("write: " + text.file() + "/checkpoint.pt could not"), e.getMessage());
    }

    @Test
    void fit_listenerFails_endsTheRunAndKeepsNothing() throws IOException {
        Trainer t = trainer(samples, PLAN).listener(new ByType() {
            @Override
            public void onEpoch(Event.EpochEnded epoch) throws IOException {
                throw new IOException("metrics: disk full");
            }
        });
        assertThrows(IOException.class, t::fit);
        long before = Pointer.totalCount();
        Exception e = assertThrows(IOException.class, t::fit);
        assertEquals("metrics: disk full", e.getMessage());
        assertEquals(before, Pointer.totalCount());
    }

    @Test
    void fit_unknownLayer_isRefusedByName() {
        Trainer t = trainer(samples, PLAN.withGroups(List.of(new ParameterGroup("layer5", 0.1, new Sgd(0, 0)))));
        Exception e = assertThrows(IllegalArgumentException.class, t::fit);
        assertTrue(e.getMessage().contains("no parameters under 'layer5'"), e.getMessage());
    }

    @Test
    void fit_closedClassifier_isRefused() throws IOException {
        Classifier closed = Classifier.load(folder.resolve("run").resolve(Checkpoint.FILE));
        closed.close();
        Trainer t = Trainer.of(closed, samples, PLAN)
                .validation(samples)
                .on(ComputeDevice.CPU)
                .drawingFrom(random);
        assertThrows(IllegalStateException.class, t::fit);
    }
}
