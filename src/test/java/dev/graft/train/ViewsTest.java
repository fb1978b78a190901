package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ByType;
import dev.graft.Slice;
import dev.graft.SmallRun;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.Sample;
import dev.graft.features.FeatureStore;
import dev.graft.image.augment.Augmentation;
import dev.graft.image.augment.Augmentation.Range;
import dev.graft.image.augment.Views;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.plan.FrozenLayers;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Sgd;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Augmentation as views: against the whole network in every epoch, from the store, and after a stop. */
class ViewsTest {
    private static final Views THREE = new Views(3, Augmentation.STANDARD, 11);
    private static final TrainingPlan PLAN =
            TrainingPlan.fast().withEpochs(4).withBatchSize(8).withViews(THREE);

    @TempDir
    static Path folder;

    private static Path weights;
    private static List<Sample> train;
    private static final List<Sample> VALIDATION = new ArrayList<>();

    @BeforeAll
    static void draw() throws IOException {
        Threads.set(1);
        weights = HashState.write(folder.resolve("hash.pth"), 10);
        train = SmallRun.samples(folder.resolve("train"), 24);
        VALIDATION.addAll(SmallRun.validation(folder.resolve("val"), 6));
    }

    /** What a run told and came to. */
    private static final class Run extends ByType {
        final List<Double> losses = new ArrayList<>();
        Event.FeaturesReady pass;
        int passing;
        float[][] probabilities;

        void fit(Trainer trainer) throws IOException {
            probabilities =
                    trainer.listener(this).fit().evaluation().orElseThrow().probabilities();
        }

        @Override
        public void onSteps(Event.StepsTaken steps) {
            for (double loss : steps.losses()) losses.add(loss);
        }

        @Override
        public void onPictures(Event.PicturesPassed passed) {
            passing = passed.pictures();
        }

        @Override
        public void onFeatures(Event.FeaturesReady told) {
            pass = told;
        }
    }

    private static Trainer trainer(Classifier c, TrainingPlan plan, RandomSource random) {
        return Trainer.of(c, train, plan)
                .validation(VALIDATION)
                .on(ComputeDevice.CPU)
                .drawingFrom(random);
    }

    private static Run run(TrainingPlan plan, Path model, FeatureStore store) throws IOException {
        Run run = new Run();
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.LITTLE, random)) {
            run.fit(trainer(c, plan, random).featuresIn(store));
            c.save(model);
        }
        return run;
    }

    private static Run run(TrainingPlan plan) throws IOException {
        Run run = new Run();
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.LITTLE, random)) {
            run.fit(trainer(c, plan, random));
        }
        return run;
    }

    private static void assertSame(Run wanted, Run seen, double tolerance) {
        assertEquals(wanted.losses.size(), seen.losses.size());
        for (int i = 0; i < wanted.losses.size(); i++)
            assertEquals(wanted.losses.get(i), seen.losses.get(i), tolerance, "step " + i);
        for (int i = 0; i < VALIDATION.size(); i++)
            assertEquals(wanted.probabilities[i][0], seen.probabilities[i][0], tolerance, "picture " + i);
    }

    private static double apart(Run a, Run b, int from, int to) {
        double most = 0;
        for (int i = from; i < to; i++) most = Math.max(most, Math.abs(a.losses.get(i) - b.losses.get(i)));
        return most;
    }

    /** Four epochs of three steps: the fourth sees the first view again. */
    @Test
    void fit_equalsTheWholeNetworkInEveryEpoch() throws IOException {
        Run fast = run(PLAN);
        Run slow = run(PLAN.withFrozen(FrozenLayers.EVERY_EPOCH));
        assertEquals(12, fast.losses.size());
        assertSame(slow, fast, 1e-4);
        assertEquals(78, fast.passing);
        assertEquals(new Event.FeaturesReady(30, 3, 78, 0, fast.pass.seconds(), fast.pass.waitSeconds()), fast.pass);
        Run plain = run(PLAN.withViews(0));
        assertTrue(apart(plain, fast, 0, 3) > 1e-2, "as if there were no views");
        Run one = run(PLAN.withViews(new Views(1, THREE.augmentation(), THREE.seed())));
        assertEquals(0, apart(one, fast, 0, 3), "both see view 0 first");
        assertTrue(apart(one, fast, 3, 6) > 1e-3, "as if epochs saw the same");
        Run other = run(PLAN.withViews(new Views(3, THREE.augmentation(), 12)));
        assertTrue(apart(other, fast, 0, 3) > 1e-3, "as if the seed did not count");
    }

    /** Views that leave a square picture as it is: training on them is training on the pictures. */
    @Test
    void viewsOfTheWholePicture_arePlainTraining_alsoInTrainingMode() throws IOException {
        Views whole = new Views(2, new Augmentation(new Range(1, 1), new Range(1, 1), 0), 3);
        for (TrainingPlan plan :
                List.of(PLAN, TrainingPlan.reference().withEpochs(2).withBatchSize(8)))
            assertSame(run(plan.withViews(0)), run(plan.withViews(whole)), 0);
    }

    /** Where a stage learns, what lies before it is kept for each view, or computed anew where that is too much. */
    @Test
    void stageThatLearns_keptOrTooLarge_equalsTheWholeNetwork() throws IOException {
        TrainingPlan plan = PLAN.withEpochs(2)
                .withGroups(List.of(
                        new ParameterGroup("layer4", 0.001, new Sgd(0.9, 0)),
                        new ParameterGroup(Classifier.HEAD, 0.001, new Sgd(0.9, 0))));
        long ofPictures = 4L * (24 + 6) * 256 * 2 * 2;
        Run slow = run(plan.withFrozen(FrozenLayers.EVERY_EPOCH));
        Run kept = runWithin(2 * ofPictures, plan);
        Run anew = runWithin(ofPictures, plan);
        assertEquals(54, kept.passing);
        assertEquals(0, anew.passing, "two views take more memory than the pictures");
        assertSame(slow, kept, 1e-4);
        assertSame(slow, anew, 1e-4);
    }

    private static Run runWithin(long bytes, TrainingPlan plan) throws IOException {
        Run run = new Run();
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.LITTLE, random)) {
            run.fit(trainer(c, plan, random).featuresWithin(bytes));
        }
        return run;
    }

    /** Batch norms in training mode see the views too. */
    @Test
    void reference_withViews_seesThem() throws IOException {
        TrainingPlan reference = TrainingPlan.reference().withEpochs(2).withBatchSize(8);
        assertTrue(apart(run(reference), run(reference.withViews(THREE)), 0, 3) > 1e-3);
    }

    @Test
    void secondRun_findsAll_damageIsComputedAnew_validationIsPlain() throws IOException {
        Path place = folder.resolve("store");
        FeatureStore store = FeatureStore.in(place);
        Path model = folder.resolve("first.pt");
        Path again = folder.resolve("again.pt");
        assertEquals(78, run(PLAN, model, store).pass.computed());
        Run second = run(PLAN, again, store);
        assertEquals(0, second.pass.computed());
        assertEquals(78, second.pass.found());
        assertEquals(-1, Files.mismatch(model, again));
        damageOneOfTheViews(place);
        Run repaired = run(PLAN, again, store);
        assertEquals(24, repaired.pass.computed());
        assertEquals(54, repaired.pass.found());
        assertEquals(-1, Files.mismatch(model, again));
        Run more = run(PLAN.withViews(new Views(4, THREE.augmentation(), THREE.seed())), again, store);
        assertEquals(24, more.pass.computed(), "the fourth view alone is new");
        Run plain = run(PLAN.withViews(0), again, store);
        assertEquals(6, plain.pass.found(), "the validation pictures, which were seen as they are");
        assertEquals(24, plain.pass.computed());
    }

    private static void damageOneOfTheViews(Path store) throws IOException {
        Path largest;
        try (Stream<Path> files = Files.walk(store)) {
            List<Path> all = files.filter(Files::isRegularFile).sorted().toList();
            assertEquals(4, all.size(), all.toString());
            long most = all.stream().mapToLong(f -> f.toFile().length()).max().orElseThrow();
            largest = all.stream()
                    .filter(f -> f.toFile().length() == most)
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(largest);
        bytes[bytes.length / 2] ^= 1;
        Files.write(largest, bytes);
    }

    @Test
    void viewsThatNoEpochSees_areNotComputed() throws IOException {
        assertEquals(54, run(PLAN.withEpochs(2)).pass.computed());
        assertEquals(2, run(PLAN.withEpochs(2)).pass.views());
    }

    /** Also where the random source of the resumed run is another: the views are the plan's. */
    @Test
    void resume_inAnyEpoch_givesSameBytes() throws IOException {
        for (FrozenLayers frozen : FrozenLayers.values()) {
            TrainingPlan plan = PLAN.withFrozen(frozen);
            int before = frozen == FrozenLayers.ONCE ? 10 : 0; // batches pass the frozen layers first
            Path straight = folder.resolve(frozen + ".pt");
            run(plan, straight, null);
            // A step is one question, a validation two: one for its batch, one before it.
            for (int steps :
                    List.of(5, before + 7, before + 13, before + 1, before + 3).subList(0, Slice.of(5, 3))) {
                Path checkpoints = folder.resolve(frozen + "-" + steps);
                AtomicInteger asked = new AtomicInteger();
                try (RandomSource random = new RandomSource(5);
                        Classifier c = Classifier.graft(weights, SmallRun.LITTLE, random)) {
                    assertTrue(trainer(c, plan, random)
                            .checkpointsIn(checkpoints)
                            .stopWhen(() -> asked.incrementAndGet() >= steps)
                            .fit()
                            .stopped());
                }
                Path resumed = folder.resolve("resumed.pt");
                try (RandomSource random = new RandomSource(99);
                        Checkpoint checkpoint = Checkpoint.open(checkpoints);
                        Classifier c = Classifier.load(checkpoint.file())) {
                    trainer(c, checkpoint.plan(), random).resume(checkpoint).fit();
                    c.save(resumed);
                }
                assertEquals(-1, Files.mismatch(straight, resumed), frozen + " stopped at " + steps);
            }
        }
    }

    @Test
    void continues_onlyWithTheSameViews() {
        assertTrue(PLAN.withEpochs(9).continues(PLAN));
        assertFalse(PLAN.withViews(0).continues(PLAN));
        assertFalse(PLAN.withViews(new Views(3, THREE.augmentation(), 12)).continues(PLAN));
        assertFalse(PLAN.withViews(new Views(4, THREE.augmentation(), 11)).continues(PLAN));
        assertNotEquals(PLAN, PLAN.withViews(3), "another seed");
    }
}
