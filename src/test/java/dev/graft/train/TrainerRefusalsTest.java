package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.SmallRun;
import dev.graft.batch.Unreadable;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.Sample;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.report.TrainingListener;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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
        return new Trainer(classifier, train, samples, plan, ComputeDevice.CPU, random);
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
                    "checkpoint: " + checkpoint.file() + " was written with 8 training pictures, the data has 7; resume"
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
        assertTrue(e.getMessage().startsWith(text.file() + ": "), e.getMessage());
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

    @Test
    void fit_nothingReadable_isAnErrorNotAnEmptyEpoch() {
        Trainer t = trainer(List.of(text, text), PLAN.withUnreadable(Unreadable.SKIP));
        Exception e = assertThrows(IOException.class, t::fit);
        assertTrue(e.getMessage().startsWith("training: none of the epoch's 2 pictures could be read"), e.getMessage());
        assertTrue(e.getMessage().contains("text.jpg"), e.getMessage());
    }

    @Test
    void trainer_noPicturesOrForeignClass_isRefused() {
        Exception e = assertThrows(IllegalArgumentException.class, () -> trainer(List.of(), PLAN));
        assertTrue(e.getMessage().contains("no training pictures"), e.getMessage());
        Sample third = new Sample(samples.get(0).file(), 2);
        e = assertThrows(IllegalArgumentException.class, () -> trainer(with(third), PLAN));
        assertTrue(e.getMessage().contains("of class 2, the model has 2 classes"), e.getMessage());
    }

    @Test
    void fit_checkpointFolderIsAFile_saysSo() {
        Trainer t = trainer(samples, PLAN).checkpointsIn(text.file());
        Exception e = assertThrows(IOException.class, t::fit);
        assertTrue(e.getMessage().startsWith("write: " + text.file() + "/checkpoint.pt could not"), e.getMessage());
    }

    @Test
    void fit_listenerFails_endsTheRunAndKeepsNothing() throws IOException {
        Trainer t = trainer(samples, PLAN).listener(new TrainingListener() {
            @Override
            public void onEpoch(Epoch epoch) throws IOException {
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
        Trainer t = trainer(samples, PLAN.withGroups(List.of(new ParameterGroup("layer5", 0.1, 0, 0))));
        Exception e = assertThrows(IllegalArgumentException.class, t::fit);
        assertTrue(e.getMessage().contains("no parameters under 'layer5'"), e.getMessage());
    }

    @Test
    void fit_closedClassifier_isRefused() throws IOException {
        Classifier closed = Classifier.load(folder.resolve("run").resolve(Checkpoint.FILE));
        closed.close();
        Trainer t = new Trainer(closed, samples, samples, PLAN, ComputeDevice.CPU, random);
        assertThrows(IllegalStateException.class, t::fit);
    }
}
