package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.SmallRun;
import dev.graft.data.Sample;
import dev.graft.features.FeatureStore;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.model.Classifier;
import dev.graft.model.TrustedScript;
import dev.graft.plan.FrozenLayers;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import dev.graft.report.TrainingListener;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks whose code came in a file, their pictures passing once: the same losses as passing in every epoch. */
class ForeignFeaturesTest {
    private static final Preprocessing SMALL = Preprocessing.standard().withResize(new Resize.Stretch(32, 32));

    @TempDir
    static Path folder;

    private static List<Sample> train;
    private static List<Sample> validation;

    @BeforeAll
    static void draw() throws IOException {
        Threads.set(1);
        train = SmallRun.samples(folder.resolve("train"), 16);
        validation = SmallRun.validation(folder.resolve("val"), 4);
    }

    private static Path golden(String name) {
        try {
            return Path.of(ForeignFeaturesTest.class
                    .getResource("/golden/script/" + name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static double[] losses(String name, TrainingPlan plan, FeatureStore store, List<Event> events)
            throws IOException {
        List<Double> losses = new ArrayList<>();
        try (RandomSource random = new RandomSource(5);
                Classifier classifier =
                        Classifier.graft(TrustedScript.of(golden(name)), List.of("cat", "dog"), SMALL, random)) {
            Trainer.of(classifier, train, plan)
                    .validation(validation)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .featuresIn(store)
                    .listener(events::add)
                    .listener(TrainingListener.on(Event.StepsTaken.class, s -> {
                        for (double loss : s.losses()) losses.add(loss);
                    }))
                    .fit();
        }
        return losses.stream().mapToDouble(Double::doubleValue).toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"net.scripted.pt", "net.traced.pt", "nobias.scripted.pt"})
    void fit_fast_givesTheLossesOfPassingEveryEpoch(String name) throws IOException {
        TrainingPlan plan = TrainingPlan.fast().withEpochs(2).withBatchSize(8);
        double[] once = losses(name, plan, null, new ArrayList<>());
        double[] every = losses(name, plan.withFrozen(FrozenLayers.EVERY_EPOCH), null, new ArrayList<>());
        assertEquals(4, once.length);
        assertArrayEquals(every, once, 1e-5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"net.scripted.pt", "nobias.scripted.pt"})
    void fit_auto_isFittedOnceForFeaturesThatAreKept(String name) throws IOException {
        FeatureStore store = FeatureStore.in(folder.resolve("store-" + name));
        List<Event> first = new ArrayList<>();
        List<Event> second = new ArrayList<>();
        double[] losses = losses(name, TrainingPlan.auto(), store, first);
        assertEquals(1, losses.length);
        assertArrayEquals(losses, losses(name, TrainingPlan.auto(), store, second));
        assertTrue(first.stream().anyMatch(e -> e instanceof Event.FeaturesReady f && f.computed() == 20));
        assertTrue(second.stream().anyMatch(e -> e instanceof Event.FeaturesReady f && f.found() == 20));
    }

    @Test
    void fit_fast_softmaxBehindTheHead_isRefused() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> losses("softmax.traced.pt", TrainingPlan.fast(), null, new ArrayList<>()))
                .getMessage();
        assertTrue(message.contains("something follows the head") && message.contains("EVERY_EPOCH"), message);
    }
}
