package dev.graft.study;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.SmallRun;
import dev.graft.data.ImageFolder;
import dev.graft.data.Sample;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.job.Job;
import dev.graft.metrics.Metrics;
import dev.graft.metrics.Scores;
import dev.graft.model.HashState;
import dev.graft.model.TrustedScript;
import dev.graft.plan.FrozenLayers;
import dev.graft.plan.TrainingPlan;
import dev.graft.predict.Predictor;
import dev.graft.report.Event;
import dev.graft.report.TrainingListener;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Studies of tiny networks: folds, seeds, grids, files, and going on after a stop. */
class StudyTest {
    private static final TrainingPlan PLAN = TrainingPlan.fast().withEpochs(2).withBatchSize(4);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Preprocessing SMALL = Preprocessing.standard().withResize(new Resize.Stretch(32, 32));
    private static final int TRAIN = 12;
    private static final int VALIDATION = 4;

    @TempDir
    static Path folder;

    /** A network of a few kilobytes: a run takes little more than its files. */
    private static Start network;

    private static ImageFolder data;
    private static ImageFolder undivided;

    /** Counts of the pictures that passed the frozen layers, and of the runs that began. */
    private final AtomicInteger passed = new AtomicInteger();

    private final AtomicInteger began = new AtomicInteger();

    @BeforeAll
    static void draw() throws IOException {
        Threads.set(1);
        network = Start.of(golden("net.scripted.pt"), SMALL);
        int picture = 0;
        for (String part : List.of("whole/train/", "whole/val/", "flat/")) {
            for (String c : List.of("cat", "dog")) {
                Path place = Files.createDirectories(folder.resolve(part + c));
                int n = part.endsWith("val/") ? VALIDATION / 2 : TRAIN / 2;
                for (int i = 0; i < n; i++) HashState.picture(place.resolve(i + ".png"), picture++);
            }
        }
        data = ImageFolder.open(folder.resolve("whole"));
        undivided = ImageFolder.open(folder.resolve("flat"));
    }

    @BeforeEach
    void forget() {
        passed.set(0);
        began.set(0);
    }

    private static TrustedScript golden(String name) {
        try {
            return TrustedScript.of(Path.of(
                    StudyTest.class.getResource("/golden/script/" + name).toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private Study study(ImageFolder of, TrainingPlan plan) {
        return new Study(network, of, plan).jobs(this::counted);
    }

    private static Scores alone(ImageFolder of, TrainingPlan plan, long seed) throws IOException {
        return network.graft(Job.Pictures.of(of))
                .plan(plan)
                .seed(seed)
                .run()
                .evaluation()
                .orElseThrow()
                .scores();
    }

    private Job counted(Job job) {
        return job.listener(TrainingListener.on(Event.FeaturesReady.class, e -> passed.addAndGet(e.computed())))
                .listener(TrainingListener.on(Event.RunBegan.class, e -> began.incrementAndGet()));
    }

    private static List<String> files(Path place) throws IOException {
        try (Stream<Path> all = Files.walk(place)) {
            return all.filter(Files::isRegularFile)
                    .map(f -> place.relativize(f).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        }
    }

    private static JsonNode json(Path place) throws IOException {
        ObjectNode all = (ObjectNode) JSON.readTree(place.resolve("study.json").toFile());
        all.path("members").forEach(m -> ((ObjectNode) m).remove("seconds"));
        return all;
    }

    private static Grid grid(String text) throws IOException {
        return Grid.of(JSON.readTree(text));
    }

    @Test
    void folds_judgeEachTrainingPictureOnce_andLeaveWholeFiles() throws IOException {
        Path place = folder.resolve("folds");
        List<Study.Step> steps = new ArrayList<>();
        StudyResult result =
                study(data, PLAN).folds(3).into(place).listener(steps::add).run();
        assertEquals(
                List.of("fold-1", "fold-2", "fold-3"),
                steps.stream().map(s -> s.result().member().name()).toList());
        assertEquals(3, result.best().members().size());
        Scores all = result.outOfFold().orElseThrow();
        assertArrayEquals(IntStream.range(0, TRAIN).toArray(), all.samples());
        assertEquals(data.train(), result.pictures());
        assertEquals(TRAIN, passed.get(), "each picture passes the frozen layers once for all folds");
        assertEquals(
                List.of(
                        "fold-1/metrics.jsonl",
                        "fold-1/predictions.csv",
                        "fold-1/scores.safetensors",
                        "fold-2/metrics.jsonl",
                        "fold-2/predictions.csv",
                        "fold-2/scores.safetensors",
                        "fold-3/metrics.jsonl",
                        "fold-3/predictions.csv",
                        "fold-3/scores.safetensors",
                        "out-of-fold.csv",
                        "study.json"),
                files(place));
        List<String> lines = Files.readAllLines(place.resolve("out-of-fold.csv"));
        assertEquals("file,actual,predicted,p(actual),p(predicted),logit(cat),logit(dog)", lines.get(0));
        assertEquals(1 + TRAIN, lines.size());
        double mean = steps.stream()
                .mapToDouble(s -> s.result().scores().accuracy())
                .average()
                .orElseThrow();
        JsonNode accuracy = json(place).at("/points/0/metrics/accuracy");
        assertEquals(mean, accuracy.path("mean").asDouble(), 1e-12);
        assertEquals(mean, result.best().metrics().get("accuracy").mean(), 1e-12);
        assertEquals("done", json(place).path("state").asText());
    }

    /** A fold's network is the one that a job makes of the other folds' pictures, from the same head. */
    @Test
    void fold_isTheJobOfTheOtherPictures() throws IOException {
        StudyResult result = study(data, PLAN).folds(3).seed(5).run();
        for (MemberResult fold : result.members()) {
            List<Sample> judged = IntStream.of(fold.scores().samples())
                    .mapToObj(result.pictures()::get)
                    .toList();
            List<Sample> others =
                    data.train().stream().filter(s -> !judged.contains(s)).toList();
            Scores alone = alone(data.with(others, judged), PLAN, 5);
            assertArrayEquals(alone.logits(), fold.scores().logits());
        }
    }

    @Test
    void wrongLabels_areSuspects() throws IOException {
        Path place = Files.createDirectories(folder.resolve("mislabelled"));
        for (String c : List.of("black", "white")) {
            Files.createDirectories(place.resolve(c));
            for (int i = 0; i < 6; i++)
                TwoColours.draw(place.resolve(c).resolve(i + ".png"), c.equals("white") ^ (i == 3), i);
        }
        StudyResult result =
                study(ImageFolder.open(place), TrainingPlan.auto()).folds(3).run();
        List<String> suspects = result.suspects(2).stream()
                .map(o -> place.relativize(o.file()).toString().replace('\\', '/'))
                .sorted()
                .toList();
        assertEquals(List.of("black/3.png", "white/3.png"), suspects);
        assertEquals(12, result.verdicts().size(), "the folder has no validation pictures of its own: all are dealt");
    }

    @Test
    void seeds_firstIsThePlainRun_othersHaveOtherHeads() throws IOException {
        StudyResult result = study(data, PLAN).seeds(3).seed(5).run();
        assertEquals(
                List.of("seed-5", "seed-6", "seed-7"),
                result.members().stream().map(m -> m.member().name()).toList());
        for (int s = 0; s < 3; s++) {
            Scores plain = alone(data, PLAN.withSeed(s), 5 + s);
            assertArrayEquals(plain.logits(), result.members().get(s).scores().logits());
        }
        assertFalse(java.util.Arrays.deepEquals(
                result.members().get(0).scores().logits(),
                result.members().get(1).scores().logits()));
        assertEquals(TRAIN + VALIDATION, passed.get());
        assertEquals(3, result.best().metrics().get("loss").count());
        assertTrue(result.outOfFold().isEmpty() && result.verdicts().isEmpty());
    }

    @Test
    void grid_ofFoldsAndSeeds_passesPicturesOnce_andRanks() throws IOException {
        Path place = folder.resolve("grid");
        StudyResult result = study(data, PLAN)
                .folds(2)
                .seeds(2)
                .grid(grid("{\"phases[0].groups[0].learningRate\": [1e-7, 0.05, 3e38]}"))
                .rankedBy(Metrics.loss())
                .into(place)
                .run();
        assertEquals(TRAIN, passed.get(), "once for all 12 runs");
        assertEquals(12, result.members().size());
        assertEquals("point-2-seed-0-fold-2", result.members().get(5).member().name());
        assertEquals(3, result.points().get(2).number(), "the last");
        assertTrue(
                result.points().get(2).failure().orElseThrow().contains("loss"), "a rate of 3e38 gives no finite loss");
        Difference ahead = result.best().ahead().orElseThrow();
        assertEquals(
                result.points().get(1).metrics().get("loss").mean()
                        - result.best().metrics().get("loss").mean(),
                ahead.mean(),
                1e-9);
        JsonNode first = json(place).at("/points/0");
        assertEquals(0.05, first.at("/values/phases[0].groups[0].learningRate").asDouble());
        assertEquals(ahead.error(), first.at("/ahead_of_next/standard_error").asDouble(), 1e-12);
        assertEquals("loss", json(place).path("ranked_by").asText());
    }

    @Test
    void stopped_thenRunAgain_skipsWhatEnded_andEndsTheSame() throws IOException {
        Path straight = folder.resolve("straight");
        study(data, PLAN).folds(3).into(straight).run();
        Path place = folder.resolve("stopped");
        AtomicInteger ended = new AtomicInteger();
        boolean[] learns = {false};
        StudyResult stopped = study(data, PLAN)
                .folds(3)
                .into(place)
                .listener(s -> ended.incrementAndGet())
                .jobs(j -> counted(j).listener(TrainingListener.on(Event.StepsTaken.class, e -> learns[0] = true)))
                .stopWhen(() -> ended.get() == 1 && learns[0])
                .run();
        assertTrue(stopped.stopped() && stopped.points().isEmpty());
        assertEquals(1, stopped.members().size());
        assertEquals("stopped", json(place).path("state").asText());
        assertThrows(IllegalStateException.class, stopped::best);
        forget();
        List<Boolean> earlier = new ArrayList<>();
        StudyResult result = study(data, PLAN)
                .folds(3)
                .into(place)
                .listener(s -> earlier.add(s.earlier()))
                .run();
        assertEquals(List.of(true, false, false), earlier);
        assertEquals(2, began.get());
        assertEquals(json(straight), json(place));
        assertEquals(-1, Files.mismatch(straight.resolve("out-of-fold.csv"), place.resolve("out-of-fold.csv")));
        assertEquals(files(straight), files(place));
        assertFalse(result.stopped());
    }

    /** A run that was stopped between its steps goes on from its checkpoint. */
    @Test
    void stoppedWithinARun_goesOnFromItsCheckpoint() throws IOException {
        Path place = folder.resolve("within");
        boolean[] epoch = {false};
        TrainingPlan plan = PLAN.withFrozen(FrozenLayers.EVERY_EPOCH);
        study(data, plan)
                .seeds(2)
                .into(place)
                .jobs(j -> j.listener(TrainingListener.on(Event.EpochEnded.class, e -> epoch[0] = true)))
                .stopWhen(() -> epoch[0])
                .run();
        assertTrue(Files.exists(place.resolve("seed-0/checkpoint/checkpoint.pt")), files(place)::toString);
        List<Integer> from = new ArrayList<>();
        StudyResult result = study(data, plan)
                .seeds(2)
                .into(place)
                .jobs(j -> j.listener(TrainingListener.on(
                        Event.RunBegan.class, e -> e.resumed().ifPresent(r -> from.add(r.epoch())))))
                .run();
        assertEquals(List.of(2), from);
        assertFalse(Files.exists(place.resolve("seed-0/checkpoint")));
        StudyResult straight = study(data, plan).seeds(2).run();
        assertArrayEquals(
                straight.members().get(0).scores().logits(),
                result.members().get(0).scores().logits());
    }

    @Test
    void anotherStudyInTheFolder_isRefusedWithWhatDiffers() throws IOException {
        Path place = folder.resolve("refused");
        study(data, PLAN).folds(2).into(place).stopWhen(() -> began.get() == 1).run();
        String said = assertThrows(IOException.class, () -> study(data, PLAN.withEpochs(3))
                        .folds(3)
                        .into(place)
                        .run())
                .getMessage();
        assertTrue(said.contains("with other settings (plan was") && said.contains("folds was 2, is 3"), said);
        Files.writeString(place.resolve("study.json"), "{\"format\": 2, \"mem");
        String damaged = assertThrows(
                        IOException.class,
                        () -> study(data, PLAN).folds(2).into(place).run())
                .getMessage();
        assertTrue(damaged.contains("study.json is damaged"), damaged);
    }

    @Test
    void finalModel_learnsFromAllThatWereDealt() throws IOException {
        Path place = folder.resolve("final");
        StudyResult result =
                study(undivided, PLAN).folds(3).withFinalModel().into(place).run();
        assertEquals(TRAIN, result.pictures().size());
        assertEquals(TRAIN, passed.get());
        assertEquals(0, result.last().orElseThrow().evaluation().orElseThrow().samples().length);
        assertFalse(
                Files.readString(place.resolve("final/metrics.jsonl")).contains("val_accuracy"), "nothing judges it");
        assertFalse(Files.exists(place.resolve("final/predictions.csv")));
        TrustedScript model = TrustedScript.pinned(
                place.resolve("final/model.pt"),
                result.last().orElseThrow().sha256().orElseThrow());
        try (Predictor p = Predictor.open(model)) {
            assertEquals(undivided.classes(), p.classes());
        }
        Path own = folder.resolve("own");
        Scores validated = study(data, PLAN)
                .folds(2)
                .withFinalModel()
                .into(own)
                .run()
                .last()
                .orElseThrow()
                .evaluation()
                .orElseThrow()
                .scores();
        assertEquals(VALIDATION, validated.count(), "validation pictures of its own judge it");
    }

    /** Of a ResNet, whose weights are read as data. */
    @Test
    void weights_areAStartToo() throws IOException {
        Path weights = HashState.write(folder.resolve("hash.pth"), 10);
        Start start = Start.of(weights, SmallRun.LITTLE.preprocessing());
        Path place = folder.resolve("resnet");
        StudyResult result = new Study(start, data, PLAN).folds(2).into(place).run();
        Scores fold = result.members().get(1).scores();
        Scores again = ScoresFile.read(place.resolve("fold-2/scores.safetensors"));
        assertArrayEquals(fold.logits(), again.logits());
        assertNotEquals(
                start.identity(), Start.of(weights, Preprocessing.standard()).identity());
    }

    @Test
    void wrongSettings_areRefusedBeforeAnythingIsTrained() {
        assertThrows(IllegalArgumentException.class, () -> study(data, PLAN).folds(1));
        assertThrows(IllegalArgumentException.class, () -> study(data, PLAN).seeds(0));
        String many = assertThrows(
                        IllegalArgumentException.class,
                        () -> study(data, PLAN).folds(TRAIN + 1).run())
                .getMessage();
        assertTrue(many.contains("take at most " + TRAIN + " folds"), many);
        assertThrows(
                IllegalArgumentException.class,
                () -> study(data, PLAN).folds(2).withFinalModel().run());
        String ending = assertThrows(IllegalArgumentException.class, () -> study(
                                undivided, PLAN.withEnding(PLAN.ending().withTakeBest(true)))
                        .folds(2)
                        .withFinalModel()
                        .into(folder.resolve("ending"))
                        .run())
                .getMessage();
        assertTrue(ending.contains("a final model on all pictures has none"), ending);
        assertEquals(0, began.get());
        assertFalse(Files.exists(folder.resolve("ending")));
    }

    @Test
    void networks_areClosed() throws IOException {
        List<Long> held = new ArrayList<>();
        study(data, PLAN.withEpochs(1))
                .seeds(6)
                .listener(s -> held.add(Pointer.totalBytes()))
                .run();
        assertEquals(held.get(1), held.get(5), 1 << 20, "bytes held after each run: " + held);
    }
}
