package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ByType;
import dev.graft.ChildJvm;
import dev.graft.Slice;
import dev.graft.SmallRun;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.Sample;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.model.ModelCard;
import dev.graft.plan.Cosine;
import dev.graft.plan.FrozenLayers;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Phase;
import dev.graft.plan.Schedule;
import dev.graft.plan.Sgd;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a resumed run takes for the stopped one, and what it refuses. */
class ResumeTest {
    private static final TrainingPlan PLAN =
            TrainingPlan.fast().withEpochs(3).withBatchSize(4).withSchedule(Schedule.COSINE);

    @TempDir
    static Path folder;

    private static List<Sample> train;
    private static List<Sample> validation;
    private static Path stopped;

    @BeforeAll
    static void stopARun() throws IOException {
        Threads.set(1);
        HashState.write(folder.resolve("hash.pth"), 10);
        train = SmallRun.samples(folder.resolve("train"), 20);
        validation = SmallRun.validation(folder.resolve("val"), 6);
        stopped = stop("stopped", PLAN);
    }

    /** A checkpoint within the second epoch. */
    private static Path stop(String name, TrainingPlan plan) throws IOException {
        Path checkpoints = folder.resolve(name);
        boolean[] stop = {false};
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(folder.resolve("hash.pth"), SmallRun.LITTLE, random)) {
            Trainer.of(c, train, plan.withReportEvery(1))
                    .validation(validation)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .checkpointsIn(checkpoints)
                    .listener(new ByType() {
                        @Override
                        public void onSteps(Event.StepsTaken steps) {
                            stop[0] = steps.epoch() == 2 && steps.firstStep() == 2;
                        }
                    })
                    .stopWhen(() -> stop[0])
                    .fit();
        }
        return checkpoints;
    }

    /** A change of the classifier before it goes on. */
    private interface Change {
        void of(Classifier classifier) throws IOException;
    }

    private static void resume(TrainingPlan plan, List<Sample> learn, List<Sample> judge, Change change)
            throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(stopped);
                RandomSource random = new RandomSource(99);
                Classifier c = Classifier.load(checkpoint.file())) {
            change.of(c);
            Trainer.of(c, learn, plan)
                    .validation(judge)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .resume(checkpoint)
                    .fit();
        }
    }

    private static String refusal(
            Class<? extends Exception> type, TrainingPlan plan, List<Sample> learn, List<Sample> judge) {
        return assertThrows(type, () -> resume(plan, learn, judge, c -> {})).getMessage();
    }

    @Test
    void cosine_overOtherEpochs_isRefused() throws IOException {
        for (int epochs : new int[] {2, 5}) {
            String said = refusal(IllegalArgumentException.class, PLAN.withEpochs(epochs), train, validation);
            assertTrue(
                    said.contains("with the schedule Cosine[every=EPOCH] over 3 epochs; over " + epochs
                            + " epochs the learning rates differ; resume with 3 epochs"),
                    said);
        }
        resume(PLAN, train, validation, c -> {});
        TrainingPlan constant = TrainingPlan.reference();
        assertTrue(constant.withEpochs(20).continues(constant));
        assertFalse(constant.withSchedule(Schedule.COSINE).continues(constant));
    }

    @Test
    void fewerEpochsThanAreDone_areRefused() throws IOException {
        TrainingPlan constant = PLAN.withSchedule(Schedule.CONSTANT);
        Path before = stopped;
        stopped = stop("constant", constant);
        try { // within the second epoch
            String said = refusal(IllegalArgumentException.class, constant.withEpochs(1), train, validation);
            assertTrue(
                    said.contains("is in epoch 2 after 3 steps, but the plan has 1 epochs; resume with at least 2"),
                    said);
            resume(constant.withEpochs(2), train, validation, c -> {});
        } finally {
            stopped = before;
        }
    }

    @Test
    void pictures_ofOtherContent_areRefused_ofOtherNamesAreNot() throws IOException {
        List<Sample> renamed = new ArrayList<>();
        Path others = Files.createDirectories(folder.resolve("renamed/deeper"));
        for (int i = 0; i < train.size(); i++) {
            Path copy = others.resolve("z" + (100 - i) + ".png");
            Files.copy(train.get(i).file(), copy);
            renamed.add(new Sample(copy, i % 2));
        }
        resume(PLAN, renamed, validation, c -> {});
        HashState.picture(renamed.get(7).file(), 77); // the same name, another picture
        String said = refusal(IOException.class, PLAN, renamed, validation);
        assertTrue(said.contains("was written with other training pictures"), said);
        List<Sample> turned = new ArrayList<>(train);
        Collections.swap(turned, 0, 2);
        said = refusal(IOException.class, PLAN, turned, validation);
        assertTrue(said.contains("other training pictures"), said);
        said = refusal(IOException.class, PLAN, train, validation.subList(0, 5));
        assertTrue(said.contains("was written with other validation pictures"), said);
        said = refusal(IOException.class, PLAN, train.subList(0, 19), validation);
        assertTrue(said.contains("with 20 training pictures, but the data has 19"), said);
    }

    @Test
    void classifier_thatIsNotTheCheckpoints_isRefused() throws IOException {
        String said = assertThrows(
                        IOException.class,
                        () -> resume(PLAN, train, validation, c -> {
                            try (NativeScope scope = NativeScope.open();
                                    NoGradGuard noGrad = new NoGradGuard()) {
                                c.parameters()
                                        .get("layer2.0.conv1.weight")
                                        .view(-1)
                                        .narrow(0, 5, 1)
                                        .add_(new Scalar(1e-3));
                            }
                        }))
                .getMessage();
        assertTrue(said.contains("belongs to another classifier: the values of layer2.0.conv1.weight differ"), said);
        ModelCard names = SmallRun.card(HashState.SIZE / 2, "dog", "cat");
        assertRefused(names, "its classes are [cat, dog], the classifier's [dog, cat]");
        assertRefused(SmallRun.card(48, "cat", "dog"), "its preprocessing is ");
        ModelCard card = SmallRun.LITTLE;
        assertRefused(
                new ModelCard(Architecture.RESNET34, card.classes(), card.preprocessing()),
                "its network is resnet18, the classifier's resnet34");
    }

    private static void assertRefused(ModelCard card, String told) throws IOException {
        Path weights = HashState.write(folder.resolve("other.pth"), (Architecture) card.network(), 10);
        try (Checkpoint checkpoint = Checkpoint.open(stopped);
                RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, card, random)) {
            boolean learning = c.parameters().get("conv1.weight").requires_grad();
            Trainer trainer = Trainer.of(c, train, PLAN)
                    .validation(validation)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .resume(checkpoint);
            String said = assertThrows(IOException.class, trainer::fit).getMessage();
            assertTrue(said.contains(told), said);
            assertEquals(learning, c.parameters().get("conv1.weight").requires_grad(), "it was left as it was");
        } finally {
            Files.delete(weights);
        }
    }

    /** A crash between two looks at the losses: what was not looked at yet counts too. */
    @Test
    void crashed_betweenTwoReports_losesNoLoss_andKeepsItsCheckpointAfterTheFirstEpoch() throws IOException {
        TrainingPlan plan = PLAN.withReportEvery(10);
        List<Double> straight = epochLosses(plan, folder.resolve("whole"), Integer.MAX_VALUE);
        for (int crash : new int[] {2, 7}) {
            Path place = folder.resolve("crashed" + crash);
            assertThrows(IllegalStateException.class, () -> epochLosses(plan, place, crash));
            List<Double> rest = epochLosses(plan, place, Integer.MAX_VALUE);
            assertEquals(straight.subList(crash / 5, 3), rest, "crashed after " + crash);
        }
    }

    /** Mean losses of the epochs that this run ends; asked after step {@code crash}, it breaks down. */
    private static List<Double> epochLosses(TrainingPlan plan, Path place, int crash) throws IOException {
        boolean resumes = Files.exists(place.resolve(Checkpoint.FILE));
        List<Double> means = new ArrayList<>();
        int[] asked = {0};
        try (RandomSource random = new RandomSource(5);
                Checkpoint from = resumes ? Checkpoint.open(place) : null;
                Classifier c = resumes
                        ? Classifier.load(from.file())
                        : Classifier.graft(folder.resolve("hash.pth"), SmallRun.LITTLE, random)) {
            Trainer trainer = Trainer.of(c, train, plan.withFrozen(FrozenLayers.EVERY_EPOCH))
                    .validation(validation)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .checkpointsIn(place)
                    .checkpointsEverySteps(1)
                    .stopWhen(() -> {
                        if (++asked[0] == crash) throw new IllegalStateException("crash");
                        return false;
                    })
                    .listener(new ByType() {
                        @Override
                        public void onEpoch(Event.EpochEnded epoch) {
                            means.add(epoch.loss());
                            assertTrue(Files.exists(place.resolve(Checkpoint.FILE)), "its own checkpoint stays");
                        }
                    });
            if (resumes) trainer.resume(from);
            trainer.fit();
        }
        return means;
    }

    @Test
    void continues_onlyWithTheSameGroups() {
        ParameterGroup head = new ParameterGroup(Classifier.HEAD, 0.1, new Sgd(0.9, 0.2));
        TrainingPlan plan = PLAN.withGroups(List.of(head));
        assertTrue(plan.withWorkers(3).withReportEvery(2).continues(plan));
        for (ParameterGroup other : List.of(
                new ParameterGroup(Classifier.HEAD, 0.2, new Sgd(0.9, 0.2)),
                new ParameterGroup(Classifier.HEAD, 0.1, new Sgd(0.8, 0.2)),
                new ParameterGroup(Classifier.HEAD, 0.1, new Sgd(0.9, 0.1)),
                new ParameterGroup("layer4", 0.1, new Sgd(0.9, 0.2)))) {
            assertFalse(plan.withGroups(List.of(other)).continues(plan), other.toString());
        }
    }

    /** How often a run is killed; 20 by hand, with {@code -Dgraft.kills=20}. Two phases need four kills to get to the second. */
    private static int kills(String recipe) {
        return Integer.getInteger("graft.kills", recipe.equals("phases") ? 4 : Slice.of(4, 2));
    }

    private static TrainingPlan planOf(String recipe) {
        int kills = kills(recipe);
        TrainingPlan plan = recipe.equals("reference") ? TrainingPlan.reference() : TrainingPlan.fast();
        plan = plan.withBatchSize(4).withReportEvery(1).withSchedule(Schedule.COSINE);
        if (!recipe.equals("phases")) return plan.withEpochs(kills < 4 ? 3 : 6 * (1 + kills / 8));
        List<ParameterGroup> groups = List.of(
                new ParameterGroup(Classifier.HEAD, 1e-3), new ParameterGroup("layer4", 1e-4, new Sgd(0.5, 1e-3)));
        return plan.withEpochs(Math.max(1, kills * 3 / 10))
                .then(Phase.of("layer4", Math.max(3, kills / 2), groups).withSchedule(new Cosine(Schedule.Every.STEP)));
    }

    /** SIGKILL after a random step, again and again: each time it goes on from a step, and not from the start. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "fast", "phases"})
    void killed_atRandomSteps_goesOnToTheSameBytes(String recipe) throws Exception {
        TrainingPlan plan = planOf(recipe);
        Path home = Files.createDirectories(folder.resolve("killed-" + recipe));
        Path straight = home.resolve("straight.pt");
        KilledRun.run(folder, plan, home.resolve("unharmed"), straight, t -> t);
        Path model = home.resolve("model.pt");
        Path checkpoints = home.resolve("checkpoints");
        Random random = new Random(recipe.hashCode());
        List<Integer> from = new ArrayList<>();
        for (int kill = 0; kill < kills(recipe); kill++) {
            int more = recipe.equals("phases") ? 2 + random.nextInt(2) : 1 + random.nextInt(4);
            try (ChildJvm child = ChildJvm.start(
                    home, ChildJvm.digesting(), KilledRun.class, folder, plan.toJson(), checkpoints, model)) {
                // The step before the last that is told is saved.
                List<String> told = child.awaitLines("epoch ", more + 1, 180);
                if (kill > 0) from.add(resumedFrom(told));
            } // killed here
            if (kill > 0) assertTrue(from.get(kill - 1) > 0, "it goes on, it does not start anew: " + from);
        }
        KilledRun.run(folder, plan, checkpoints, model, t -> t);
        System.out.println(recipe + ": " + kills(recipe) + " kills, resumed after the steps " + from);
        for (int i = 1; i < from.size(); i++) assertTrue(from.get(i) > from.get(i - 1), from.toString());
        if (recipe.equals("phases"))
            assertTrue(from.get(from.size() - 1) > 5 * plan.epochsBefore(1), "killed in the second phase too: " + from);
        assertEquals(-1, Files.mismatch(straight, model), from.toString());
    }

    /** The step of the whole run, five an epoch, from which the run says that it goes on: it is the first that it then takes. */
    private static int resumedFrom(List<String> told) {
        String[] words = told.get(0).split(" ");
        assertEquals("resumed", words[0], told.toString());
        int epoch = Integer.parseInt(words[3]);
        int step = Integer.parseInt(words[5]);
        String first = told.get(1);
        boolean atTheEnd = step == 5;
        assertTrue(
                first.startsWith("epoch " + (atTheEnd ? epoch + 1 : epoch) + " step " + (atTheEnd ? 0 : step) + " "),
                told.toString());
        return 5 * (epoch - 1) + step;
    }
}
