package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.ByType;
import dev.graft.SmallRun;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.Sample;
import dev.graft.metrics.LabelThresholds;
import dev.graft.metrics.Metrics;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.model.ModelCard;
import dev.graft.plan.BinaryCrossEntropy;
import dev.graft.plan.LossSpec;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.TrainingPlan;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.predict.TestViews;
import dev.graft.report.Event;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures with any number of four labels: against PyTorch (tools/golden_bce.py), after a stop, and saved. */
class MultiLabelTest {
    private static final ModelCard CARD = card(HashState.SIZE);
    private static final ModelCard LITTLE = card(HashState.SIZE / 2);
    private static final List<ParameterGroup> HEAD = List.of(new ParameterGroup(Classifier.HEAD, 0.01));
    private static final TrainingPlan ONCE = TrainingPlan.fast()
            .withGroups(HEAD)
            .withEpochs(2)
            .withBatchSize(8)
            .withLoss(new BinaryCrossEntropy(List.of(1.0, 2.0, 3.0, 0.5)));
    private static final TrainingPlan EVERY_EPOCH = TrainingPlan.reference()
            .withGroups(HEAD)
            .withEpochs(2)
            .withBatchSize(8)
            .withLoss(LossSpec.BINARY_CROSS_ENTROPY);

    @TempDir
    static Path folder;

    private static Path weights;
    private static List<Sample> train;
    private static List<Sample> validation;

    @BeforeAll
    static void draw() throws IOException {
        Threads.set(1);
        weights = HashState.write(folder.resolve("hash.pth"), 10);
        train = labelled(SmallRun.samples(folder.resolve("train"), 40), 0);
        validation = labelled(SmallRun.validation(folder.resolve("val"), 12), 500);
        assertTrue(train.stream().anyMatch(s -> s.labels().isEmpty()));
        assertTrue(train.stream().anyMatch(s -> s.labels().size() > 2));
    }

    private static ModelCard card(int size) {
        return SmallRun.card(size, "a", "b", "c", "d").withThresholds(new LabelThresholds(List.of(0.5, 0.4, 0.3, 0.6)));
    }

    private static List<Sample> labelled(List<Sample> pictures, int first) {
        return IntStream.range(0, pictures.size())
                .mapToObj(i -> new Sample(
                        pictures.get(i).file(),
                        IntStream.range(0, 4)
                                .filter(c -> ((first + i) * 7 + c * 5) % (c + 2) == 0)
                                .boxed()
                                .toList()))
                .toList();
    }

    private static TrainingPlan plan(String name) {
        return name.equals("once") ? ONCE : EVERY_EPOCH;
    }

    /** Losses, and what a listener hears of the epochs. */
    private static final class Told extends ByType {
        final List<Double> losses = new ArrayList<>();
        final List<Event.EpochEnded> epochs = new ArrayList<>();

        @Override
        public void onSteps(Event.StepsTaken steps) {
            for (double loss : steps.losses()) losses.add(loss);
        }

        @Override
        public void onEpoch(Event.EpochEnded epoch) {
            epochs.add(epoch);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"once", "every-epoch"})
    void fit_equalsPyTorch_andWhatIsSavedSaysTheSame(String name) throws IOException {
        JsonNode golden;
        try (InputStream in = MultiLabelTest.class.getResourceAsStream("/golden/bce/" + name + ".json")) {
            golden = new ObjectMapper().readTree(in);
        }
        Told told = new Told();
        Path model = folder.resolve(name + ".pt");
        Evaluation evaluation;
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, CARD, random)) {
            evaluation = Trainer.of(c, train, plan(name))
                    .validation(validation)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .listener(told)
                    .fit()
                    .evaluation()
                    .orElseThrow();
            c.save(model);
        }
        assertEquals(10, told.losses.size());
        for (int i = 0; i < 10; i++)
            assertEquals(golden.get("losses").get(i).asDouble(), told.losses.get(i), 2e-4, "step " + i);
        for (int i = 0; i < 12; i++)
            for (int c = 0; c < 4; c++)
                assertEquals(
                        golden.get("validation").get(i).get(c).asDouble(),
                        evaluation.probabilities()[i][c],
                        2e-4);
        assertSaysTheSame(model, evaluation);
        Event.EpochEnded last = told.epochs.get(1);
        assertEquals(
                Metrics.averagePrecision().of(evaluation.scores()),
                last.metrics().get("val_average_precision"));
        assertEquals(evaluation.scores().correct(), last.correct());
    }

    private static void assertSaysTheSame(Path model, Evaluation evaluation) throws IOException {
        try (Predictor predictor = Predictor.open(model, PredictorOptions.exact())) {
            assertEquals(CARD.thresholds(), predictor.thresholds());
            List<Prediction> all =
                    predictor.predict(validation.stream().map(Sample::file).toList());
            for (int i = 0; i < all.size(); i++) {
                List<String> given = new ArrayList<>();
                for (int c = 0; c < 4; c++) {
                    assertEquals(
                            evaluation.probabilities()[i][c],
                            all.get(i).probabilities().get(c),
                            1e-5);
                    if (evaluation.scores().predicts(i, c))
                        given.add(CARD.classes().get(c));
                }
                assertEquals(given, all.get(i).labels().stream().sorted().toList());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"once", "every-epoch"})
    void fit_afterAStop_goesOnToTheSameBytes(String name) throws IOException {
        TrainingPlan plan = plan(name).withBatchSize(3);
        byte[] whole = fitted(plan, folder.resolve(name + "-whole"), 0);
        Path checkpoints = folder.resolve(name + "-stopped");
        fitted(plan, checkpoints, 2);
        assertArrayEquals(whole, fitted(plan, checkpoints, 0));
    }

    /** A run with half the pictures at half their size. @param stopAt an epoch, after three steps; 0 for none. Goes on with a checkpoint that is there */
    private static byte[] fitted(TrainingPlan plan, Path checkpoints, int stopAt) throws IOException {
        boolean[] stop = {false};
        boolean resumes = Files.exists(checkpoints.resolve(Checkpoint.FILE));
        Path model = folder.resolve("resumed.pt");
        try (RandomSource random = new RandomSource(resumes ? 9 : 5);
                Checkpoint from = resumes ? Checkpoint.open(checkpoints) : null;
                Classifier c = resumes
                        ? Classifier.load(checkpoints.resolve(Checkpoint.FILE))
                        : Classifier.graft(weights, LITTLE, random)) {
            Trainer trainer = Trainer.of(c, train.subList(0, 12), plan.withReportEvery(1))
                    .validation(validation.subList(0, 4))
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .checkpointsIn(checkpoints)
                    .listener(new ByType() {
                        @Override
                        public void onSteps(Event.StepsTaken steps) {
                            stop[0] = steps.epoch() == stopAt && steps.firstStep() == 2;
                        }
                    })
                    .stopWhen(() -> stop[0]);
            if (resumes) trainer.resume(from);
            assertEquals(stopAt > 0, trainer.fit().stopped());
            c.save(model);
        }
        return Files.readAllBytes(model);
    }

    @Test
    void resume_withAnotherLabel_isRefused() throws IOException {
        Path checkpoints = folder.resolve("labels");
        fitted(ONCE.withBatchSize(3), checkpoints, 2);
        List<Sample> others = new ArrayList<>(train.subList(0, 12));
        others.set(3, new Sample(train.get(3).file(), List.of(0, 1, 2)));
        try (RandomSource random = new RandomSource(5);
                Checkpoint from = Checkpoint.open(checkpoints);
                Classifier c = Classifier.load(from.file())) {
            Trainer trainer = Trainer.of(c, others, ONCE.withBatchSize(3))
                    .validation(validation.subList(0, 4))
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .resume(from);
            String said = assertThrows(IOException.class, trainer::fit).getMessage();
            assertTrue(said.contains("other training pictures"), said);
        }
    }

    private static String refused(ModelCard card, List<Sample> pictures, TrainingPlan plan) throws IOException {
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, card, random)) {
            return assertThrows(IllegalArgumentException.class, () -> Trainer.of(c, pictures, plan)
                            .fit())
                    .getMessage();
        }
    }

    @Test
    void whatDoesNotGoTogether_isRefusedByName() throws IOException {
        ModelCard one = new ModelCard(CARD.network(), CARD.classes(), CARD.preprocessing());
        assertTrue(refused(CARD, train, TrainingPlan.fast()).contains("use BinaryCrossEntropy"));
        assertTrue(refused(CARD, train, TrainingPlan.auto()).contains("--recipe fast"));
        assertTrue(refused(CARD, train, ONCE.withLoss(new BinaryCrossEntropy(List.of(1.0))))
                .contains("1 positive weights, allowed are none or one for each of the 4 labels"));
        assertTrue(refused(one, train, TrainingPlan.fast()).contains("exactly one class each"));
        List<Sample> single = List.of(new Sample(train.get(0).file(), 0));
        assertTrue(refused(one, single, ONCE).contains("use CrossEntropy"));
        assertTrue(refused(CARD, List.of(new Sample(train.get(0).file(), List.of(1, 4))), ONCE)
                .contains("has the label 4, allowed are 0 to 3"));
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, CARD, random)) {
            Trainer trainer = Trainer.of(c, single, ONCE).on(ComputeDevice.CPU).drawingFrom(random);
            assertTrue(assertThrows(IllegalArgumentException.class, () -> trainer.keepBest(Metrics.cohenKappa()))
                    .getMessage()
                    .contains("cohen_kappa is for pictures with exactly one class"));
            trainer.keepBest(Metrics.microF1());
        }
        assertThrows(IllegalArgumentException.class, () -> new BinaryCrossEntropy(List.of(0.0)));
    }

    @Test
    void prediction_hasTheLabelsAboveTheirThreshold_theMostProbableFirst() {
        Prediction p = Prediction.of(CARD, new float[] {0.5f, 0.45f, 0.9f, 0.55f}, new float[] {0, -0.2f, 2.2f, 0.2f});
        assertEquals(List.of("c", "b"), p.labels());
        assertEquals("c", p.label());
        assertEquals(
                List.of(),
                Prediction.of(CARD, new float[4], new float[] {-9, -9, -9, -9}).labels());
    }

    @Test
    void card_isTheSameAfterJson_andOlderVersionsRefuseIt() {
        ModelCard read = ModelCard.fromJson(CARD.toJson());
        assertEquals(CARD, read);
        assertTrue(CARD.toJson().contains("\"format\" : 2"), CARD.toJson());
        ModelCard one = new ModelCard(CARD.network(), CARD.classes(), CARD.preprocessing());
        assertTrue(one.toJson().contains("\"format\" : 1") && !one.toJson().contains("multi_label"), one.toJson());
        for (String wrong : List.of("[ 0.5 ]", "[ ]", "[ 0.5, 0.4, 0.3, 2.0 ]", "[ 0.5, 0.4, 0.3, \"x\" ]", "7"))
            assertThrows(
                    IllegalArgumentException.class,
                    () -> ModelCard.fromJson(CARD.toJson().replace("[ 0.5, 0.4, 0.3, 0.6 ]", wrong)),
                    wrong);
    }

    @Test
    void predict_withMirroredViews_givesTheMeanOfTheSigmoids() throws IOException {
        Path model = SmallRun.model(folder.resolve("views.pt"), weights, CARD);
        Path picture = validation.get(1).file();
        BufferedImage image = ImageIO.read(picture.toFile());
        BufferedImage turned = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.getHeight(); y++)
            for (int x = 0; x < image.getWidth(); x++) turned.setRGB(image.getWidth() - 1 - x, y, image.getRGB(x, y));
        Path mirrored = folder.resolve("mirrored.png");
        ImageIO.write(turned, "png", mirrored.toFile());
        try (Predictor plain = Predictor.open(model, PredictorOptions.exact());
                Predictor views = Predictor.open(model, PredictorOptions.exact().withViews(TestViews.MIRRORED))) {
            List<Float> one = plain.predict(picture).probabilities();
            List<Float> other = plain.predict(mirrored).probabilities();
            Prediction mean = views.predict(picture);
            assertTrue(Math.abs(one.get(0) - other.get(0)) > 1e-3, one + " and " + other);
            for (int c = 0; c < 4; c++) {
                assertEquals(
                        (one.get(c) + other.get(c)) / 2, mean.probabilities().get(c), 1e-5);
                assertEquals(
                        mean.probabilities().get(c),
                        LabelThresholds.sigmoid(mean.logits().get(c)),
                        1e-6);
            }
        }
    }

    @Test
    void plan_isTheSameAfterJson() {
        assertEquals(ONCE, TrainingPlan.fromJson(ONCE.toJson()));
        assertTrue(ONCE.toJson().contains("\"kind\":\"binarycrossentropy\",\"positiveWeights\":[1.0"), ONCE.toJson());
    }
}
