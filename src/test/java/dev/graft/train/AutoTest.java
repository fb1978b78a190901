package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.SmallRun;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.Sample;
import dev.graft.head.FittedHead;
import dev.graft.head.LinearHead;
import dev.graft.head.Trial;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.model.ModelCard;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Phase;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.ConsoleReport;
import dev.graft.report.Event;
import dev.graft.report.TrainingListener;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The recipe auto in the loop: what it tells, the same bytes again, after a stop, with views, in front of fine-tuning. */
class AutoTest {
    @TempDir
    static Path folder;

    private static Path weights;
    private static List<Sample> train;
    private static List<Sample> validation;

    @BeforeAll
    static void draw() throws IOException {
        Threads.set(1);
        weights = HashState.write(folder.resolve("hash.pth"), 10);
        train = samples("train", 24);
        validation = samples("val", 6);
    }

    /** Two classes in turn that differ in colour, in noise. */
    private static List<Sample> samples(String name, int n) throws IOException {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            BufferedImage image = new BufferedImage(HashState.SIZE, HashState.SIZE, BufferedImage.TYPE_INT_RGB);
            SplittableRandom random = new SplittableRandom(name.hashCode() + i);
            for (int at = 0; at < HashState.SIZE * HashState.SIZE; at++) {
                int rgb = random.nextInt(1 << 24) & 0x7f7f7f | (i % 2 == 0 ? 0x800000 : 0x80);
                image.setRGB(at % HashState.SIZE, at / HashState.SIZE, rgb);
            }
            Path file = folder.resolve(name + i + ".png");
            ImageIO.write(image, "png", file.toFile());
            samples.add(new Sample(file, i % 2));
        }
        return samples;
    }

    private static final class Told implements TrainingListener {
        final List<Event> all = new ArrayList<>();

        @Override
        public void on(Event event) {
            all.add(event);
        }

        Event.HeadFitted head() {
            return only(Event.HeadFitted.class);
        }

        <E extends Event> E only(Class<E> type) {
            List<E> found =
                    all.stream().filter(type::isInstance).map(type::cast).toList();
            assertEquals(1, found.size(), type + " in " + all);
            return found.get(0);
        }
    }

    private static Path fit(String name, TrainingPlan plan, Told told, UnaryOperator<Trainer> more) throws IOException {
        try (RandomSource random = new RandomSource(7);
                Classifier classifier = Classifier.graft(weights, SmallRun.CARD, random)) {
            return fit(name, plan, told, more, classifier, random, train);
        }
    }

    private static Path fit(
            String name,
            TrainingPlan plan,
            Told told,
            UnaryOperator<Trainer> more,
            Classifier classifier,
            RandomSource random,
            List<Sample> samples)
            throws IOException {
        Trainer trainer = Trainer.of(classifier, samples, plan)
                .validation(validation)
                .on(ComputeDevice.CPU)
                .drawingFrom(random)
                .listener(told);
        more.apply(trainer).fit();
        Path file = folder.resolve(name);
        classifier.save(file);
        return file;
    }

    @Test
    void fit_auto_tellsWhatItTriedAndLearns() throws IOException {
        Told told = new Told();
        List<String> lines = new ArrayList<>();
        fit("told.pt", TrainingPlan.auto(), told, t -> t.listener(new ConsoleReport(lines::add)));
        Event.HeadFitted head = told.head();
        Trial chosen = head.choice().tried().get(head.choice().chosen());
        assertTrue(head.choice().tried().size() >= 3, head.toString());
        assertTrue(chosen.loss().value() < Math.log(2), chosen.toString());
        assertEquals(0.5, head.choice().majority());
        assertEquals(24, head.outOfFold().size());
        assertEquals(train.get(0).file(), head.outOfFold().get(0).file());
        Event.EpochEnded epoch = told.only(Event.EpochEnded.class);
        assertTrue(
                epoch.loss() < chosen.loss().value(), epoch + " is of pictures that it saw, " + chosen + " of others");
        assertEquals(1, lines.stream().filter(l -> l.endsWith("  chosen")).count(), lines.toString());
        assertTrue(lines.stream().anyMatch(l -> l.contains("the class whose mean is nearest")), lines.toString());
    }

    @ParameterizedTest
    @CsvSource({"NaN, 1, 0", "0.1, NaN, 0", "0.1, 1, Infinity", "Infinity, 1, 0"})
    void refuseUnusable_headOrLossThatIsNoNumber(double loss, float weight, float bias) {
        LinearHead head = new LinearHead(new float[] {1, weight}, new float[] {bias});
        String message = assertThrows(
                        TrainingException.class,
                        () -> HeadEpoch.refuseUnusable(new FittedHead(head, null, null, loss), 2))
                .getMessage();
        assertTrue(message.contains("epoch 2") && message.contains("the head is as it was"), message);
    }

    @Test
    void fit_sameSeed_givesSameBytes_otherSeedOtherFolds() throws IOException {
        Told one = new Told();
        Told other = new Told();
        Path first = fit("first.pt", TrainingPlan.auto(), new Told(), t -> t);
        assertArrayEquals(
                Files.readAllBytes(first), Files.readAllBytes(fit("again.pt", TrainingPlan.auto(), one, t -> t)));
        fit("other.pt", TrainingPlan.auto().withSeed(1), other, t -> t);
        assertNotEquals(one.head().outOfFold(), other.head().outOfFold());
    }

    @Test
    void fit_stoppedWithinTheHead_isFittedAnewByTheResumedRun() throws IOException {
        Path whole = fit("whole.pt", TrainingPlan.auto(), new Told(), t -> t);
        Path place = folder.resolve("stopped");
        boolean[] stop = {false};
        Told stopped = new Told();
        fit("stopped.pt", TrainingPlan.auto(), stopped, t -> t.checkpointsIn(place)
                .listener(TrainingListener.on(Event.FeaturesReady.class, e -> stop[0] = true))
                .stopWhen(() -> stop[0]));
        assertTrue(stopped.only(Event.RunEnded.class).stopped());
        assertTrue(stopped.all.stream().noneMatch(Event.HeadFitted.class::isInstance), stopped.all.toString());
        Told resumed = new Told();
        try (Checkpoint checkpoint = Checkpoint.open(place);
                RandomSource random = new RandomSource(99);
                Classifier classifier = Classifier.load(Checkpoint.fileIn(place))) {
            assertEquals(0, checkpoint.run().epoch());
            Path file =
                    fit("resumed.pt", checkpoint.plan(), resumed, t -> t.resume(checkpoint), classifier, random, train);
            assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(file));
        }
        assertFalse(resumed.only(Event.RunEnded.class).stopped());
    }

    @Test
    void fit_withViews_triesThemToo() throws IOException {
        Told told = new Told();
        fit("views.pt", TrainingPlan.auto().withViews(2), told, t -> t);
        assertEquals(2, told.only(Event.FeaturesReady.class).views() - 1, "as they are, and two views");
        List<Trial> tried = told.head().choice().tried();
        assertEquals(1, tried.stream().filter(t -> t.setting().views()).count(), tried.toString());
    }

    @Test
    void fit_thenLayer4_fineTunesFromTheFittedHead() throws IOException {
        Phase tuned = Phase.of(
                "layer4", 1, List.of(new ParameterGroup("layer4", 1e-5), new ParameterGroup(Classifier.HEAD, 1e-5)));
        Told told = new Told();
        fit("tuned.pt", TrainingPlan.auto().then(tuned), told, t -> t);
        List<Event.EpochEnded> epochs = told.all.stream()
                .filter(Event.EpochEnded.class::isInstance)
                .map(Event.EpochEnded.class::cast)
                .toList();
        assertEquals(
                List.of("head", "layer4"),
                epochs.stream().map(Event.EpochEnded::phase).toList());
        assertEquals(epochs.get(0).loss(), epochs.get(1).loss(), 0.02, "steps that small change little");
    }

    @Test
    void fit_classOfOnePicture_isNamed_andNothingJudgesIt() throws IOException {
        Told told = new Told();
        ModelCard three = SmallRun.card(HashState.SIZE, "cat", "dog", "emu");
        List<Sample> samples = new ArrayList<>(train.subList(0, 12));
        samples.add(new Sample(train.get(12).file(), 2));
        try (RandomSource random = new RandomSource(7);
                Classifier classifier = Classifier.graft(weights, three, random)) {
            fit("alone.pt", TrainingPlan.auto(), told, t -> t, classifier, random, samples);
        }
        assertEquals(List.of("emu"), told.head().alone());
        assertEquals(12, told.head().outOfFold().size());
    }

    @Test
    void fit_featuresThatDoNotFit_areRefusedWithTheNumbers() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> fit("large.pt", TrainingPlan.auto(), new Told(), t -> t.featuresWithin(1000)))
                .getMessage();
        assertTrue(message.contains("featuresWithin") && message.contains("fast"), message);
    }
}
