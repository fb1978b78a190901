package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.SmallRun;
import dev.graft.batch.Unreadable;
import dev.graft.data.DatasetException;
import dev.graft.data.ImageFolder;
import dev.graft.data.Sample;
import dev.graft.head.HeadData;
import dev.graft.head.HeadFitter;
import dev.graft.head.LinearHead;
import dev.graft.job.Job;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.model.ModelCard;
import dev.graft.plan.Mode;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Phase;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import dev.graft.report.TrainingListener;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Few pictures, small batches, unequal and many classes: each works, or is refused by name before work begins. */
class FewPicturesTest {
    @TempDir
    static Path folder;

    private static Path weights;

    @BeforeAll
    static void write() throws IOException {
        Threads.set(1);
        weights = HashState.write(folder.resolve("hash.pth"), 10);
    }

    static List<TrainingPlan> plans() {
        return List.of(
                TrainingPlan.fast().withEpochs(2),
                TrainingPlan.auto(),
                TrainingPlan.reference().withEpochs(2));
    }

    /** Pictures whose labels are these. */
    private static List<Sample> samples(String name, int... labels) throws IOException {
        Path place = Files.createDirectories(folder.resolve(name));
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < labels.length; i++) {
            Path file = place.resolve(i + ".png");
            samples.add(new Sample(Files.exists(file) ? file : HashState.picture(file, i), labels[i]));
        }
        return samples;
    }

    private static ModelCard card(int size, int classes) {
        return SmallRun.card(
                size, IntStream.range(0, classes).mapToObj(i -> "class" + i).toArray(String[]::new));
    }

    /** Trains and checks that all numbers of the model are finite. */
    private static Trainer.Outcome fit(
            ModelCard card, List<Sample> train, TrainingPlan plan, TrainingListener... listeners) throws IOException {
        List<Sample> validation = samples("validation", 0, 1, 0);
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, card, random)) {
            Trainer trainer = Trainer.of(c, train, plan)
                    .validation(validation)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random);
            for (TrainingListener l : listeners) trainer.listener(l);
            Trainer.Outcome outcome = trainer.fit();
            assertEquals(3, outcome.evaluation().orElseThrow().samples().length);
            try (NativeScope scope = NativeScope.open()) {
                c.state().forEach((name, t) -> assertTrue(t.isfinite().all().item_bool(), name));
            }
            return outcome;
        }
    }

    @ParameterizedTest
    @MethodSource("plans")
    void onePictureAClass_trains_inEachRecipe(TrainingPlan plan) throws IOException {
        List<Event.HeadFitted> fitted = new ArrayList<>();
        fit(card(64, 3), samples("three", 0, 1, 2), plan, TrainingListener.on(Event.HeadFitted.class, fitted::add));
        if (plan.phases().get(0).fitsAtOnce())
            assertEquals(
                    List.of("class0", "class1", "class2"),
                    fitted.get(0).alone(),
                    "no fold can judge them, and it says so");
    }

    /** What a folder of one picture a class is told: nothing would be left to validate with. */
    @Test
    void onePictureAClass_withoutAFolderToValidateWith_isRefusedByName() throws IOException {
        for (String c : List.of("cat", "dog"))
            HashState.picture(
                    Files.createDirectories(folder.resolve("single").resolve(c)).resolve("1.png"), 1);
        String said = assertThrows(DatasetException.class, () -> ImageFolder.open(folder.resolve("single")))
                .getMessage();
        assertTrue(said.contains("holds one picture (expected two or more"), said);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void batchOfOne_andALastBatchOfOne_train_whereBatchNormsHaveMoreThanOneNumber(int batch) throws IOException {
        List<Sample> train = samples("five", 0, 1, 0, 1, 0);
        fit(card(32, 2), train, TrainingPlan.fast().withEpochs(2).withBatchSize(batch));
        fit(card(64, 2), train, TrainingPlan.reference().withEpochs(2).withBatchSize(batch));
    }

    /** PyTorch: "Expected more than 1 value per channel when training". */
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void batchOfOne_whereBatchNormsHaveOneNumber_isRefusedBeforeWorkBegins(int batch) throws IOException {
        List<Sample> train = samples("five", 0, 1, 0, 1, 0);
        Phase layer4 =
                Phase.of("fine", 1, List.of(new ParameterGroup("head", 0.01), new ParameterGroup("layer4", 0.001)));
        for (TrainingPlan plan :
                List.of(TrainingPlan.reference(), TrainingPlan.fast().then(layer4.withMode(Mode.TRAINING)))) {
            List<Event> events = new ArrayList<>();
            String said = assertThrows(
                            IllegalArgumentException.class,
                            () -> fit(card(32, 2), train, plan.withBatchSize(batch), events::add))
                    .getMessage();
            assertTrue(
                    said.contains("has a batch of one picture of 32 x 32, the last of 5 in batches of " + batch), said);
            assertEquals(List.of(), events);
        }
    }

    /** Only while it trains it turns out that one picture is left of a batch. */
    @Test
    void batchOfOne_becauseOthersCannotBeRead_isRefused() throws IOException {
        List<Sample> train = samples("unreadable", 0, 1, 0, 1);
        Files.write(train.get(0).file(), new byte[] {1, 2, 3});
        Files.write(train.get(1).file(), new byte[] {1, 2, 3});
        Files.write(train.get(2).file(), new byte[] {1, 2, 3});
        TrainingPlan plan = TrainingPlan.reference().withUnreadable(Unreadable.SKIP);
        String said = assertThrows(IllegalArgumentException.class, () -> fit(card(32, 2), train, plan))
                .getMessage();
        assertTrue(said.contains("has a batch of one picture of 32 x 32"), said);
    }

    @ParameterizedTest
    @MethodSource("plans")
    void imbalanceOfAHundred_trains_inEachRecipe(TrainingPlan plan) throws IOException {
        int[] labels = new int[101];
        labels[57] = 1;
        List<Event.HeadFitted> fitted = new ArrayList<>();
        fit(
                card(32, 2),
                samples("unequal", labels),
                plan.phases().get(0).fitsAtOnce() ? plan : plan.withEpochs(1),
                TrainingListener.on(Event.HeadFitted.class, fitted::add));
        if (!fitted.isEmpty()) assertEquals(List.of("class1"), fitted.get(0).alone());
    }

    /** The search of auto over 1,000 classes takes minutes: with -Dgraft.whole=true. */
    static List<TrainingPlan> plansForMany() {
        return plans().stream()
                .filter(plan -> !plan.phases().get(0).fitsAtOnce() || Boolean.getBoolean("graft.whole"))
                .toList();
    }

    /** A thousand classes, most of which have no picture in such a small run. */
    @ParameterizedTest
    @MethodSource("plansForMany")
    void thousandClasses_train_inEachRecipe(TrainingPlan plan) throws IOException {
        int[] labels = IntStream.range(0, 24).map(i -> i / 2 * 90).toArray();
        Trainer.Outcome outcome = fit(card(32, 1000), samples("thousand", labels), plan);
        assertEquals(1000, outcome.evaluation().orElseThrow().probabilities()[0].length);
    }

    @Test
    void thousandClasses_ofTwoPictures_areFittedAtOnce_andFoundAgain() {
        int classes = 1000;
        int width = 32;
        Random random = new Random(1);
        float[] values = new float[2 * classes * width];
        int[] labels = new int[2 * classes];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i / 2;
            for (int f = 0; f < width; f++)
                values[i * width + f] = i % 2 == 0
                        ? (float) random.nextGaussian()
                        : values[(i - 1) * width + f] + 0.1f * (float) random.nextGaussian();
        }
        try (NativeScope scope = NativeScope.open()) {
            Tensor features = Tensor.create(values, labels.length, width);
            LinearHead head = HeadFitter.at(new HeadData(features, List.of(), labels, classes, true), 1e-3);
            Tensor weight = Tensor.create(head.weight(), classes, width);
            Tensor best = features.matmul(weight.t())
                    .add(Tensor.create(head.bias(), classes))
                    .argmax(new LongOptional(1), false);
            int right = 0;
            for (int i = 0; i < labels.length; i++) if (best.select(0, i).item_int() == labels[i]) right++;
            assertTrue(right > 1900, right + " of 2000");
        }
    }

    @Test
    void job_ofImbalance_beginsWithTheFrequencies_andRefusesThemWhereTheyDoNothing() throws IOException {
        Path place = folder.resolve("job");
        for (String part : List.of("train", "val")) {
            for (int i = 0; i < 9; i++) {
                String c = i == 0 ? "rare" : "usual";
                HashState.picture(
                        Files.createDirectories(place.resolve(part).resolve(c)).resolve(i + ".png"), i);
            }
        }
        ImageFolder data = ImageFolder.open(place);
        TrainingPlan still =
                TrainingPlan.fast().withEpochs(1).withGroups(List.of(new ParameterGroup(Classifier.HEAD, 1e-12)));
        try (var open = Job.graft(weights, data, SmallRun.LITTLE.preprocessing())
                .plan(still)
                .biasFromFrequencies()
                .open()) {
            open.run();
            try (NativeScope scope = NativeScope.open()) {
                Tensor bias = open.classifier().parameters().get("fc.bias");
                assertEquals(Math.log(1 / 9.0), bias.select(0, 0).item_double(), 1e-6);
                assertEquals(Math.log(8 / 9.0), bias.select(0, 1).item_double(), 1e-6);
            }
        }
        String said = assertThrows(
                        IllegalArgumentException.class, () -> Job.graft(weights, data, SmallRun.LITTLE.preprocessing())
                                .plan(TrainingPlan.auto())
                                .biasFromFrequencies()
                                .open())
                .getMessage();
        assertTrue(said.contains("the phase head fits the bias itself"), said);
    }
}
