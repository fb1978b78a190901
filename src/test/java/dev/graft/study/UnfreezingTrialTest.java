package dev.graft.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.data.ImageFolder;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.model.Classifier;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Phase;
import dev.graft.plan.TrainingPlan;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether another phase pays, on light and dark pictures, which a head tells apart the better the surer it gets. */
class UnfreezingTrialTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    static Path folder;

    private static Start network;
    private static ImageFolder data;

    @BeforeAll
    static void draw() throws IOException, URISyntaxException {
        Threads.set(1);
        Path script = Path.of(UnfreezingTrialTest.class
                .getResource("/golden/script/net.scripted.pt")
                .toURI());
        network = Start.of(
                dev.graft.model.TrustedScript.of(script),
                Preprocessing.standard().withResize(new Resize.Stretch(32, 32)));
        for (int i = 0; i < 24; i++) {
            Path place = Files.createDirectories(folder.resolve("pictures/train/" + (i % 2 == 0 ? "dark" : "light")));
            TwoColours.draw(place.resolve(i + ".png"), i % 2 == 1, i);
        }
        data = ImageFolder.open(folder.resolve("pictures"));
    }

    private static Phase steps(double rate) {
        return Phase.of("steps", 20, List.of(new ParameterGroup(Classifier.HEAD, rate)));
    }

    private static UnfreezingTrial.Verdict verdict(Phase more, Duration within) throws IOException {
        return new UnfreezingTrial(
                        network, data, TrainingPlan.auto().withBatchSize(4).then(more))
                .within(within)
                .run();
    }

    @Test
    void run_aPhaseThatLowersTheLoss_pays() throws IOException {
        UnfreezingTrial.Verdict verdict = verdict(steps(0.02), HOUR);
        assertTrue(
                verdict.reason().matches("steps pays: by 5 folds the loss with it is lower by 0\\.\\d+ \\+- 0\\.\\d+"),
                verdict.reason());
        assertEquals(
                List.of("head", "steps"),
                verdict.plan().phases().stream().map(Phase::name).toList());
    }

    @Test
    void run_aPhaseThatDoesNotPay_isLeftOut() throws IOException {
        UnfreezingTrial.Verdict verdict = verdict(steps(1e-12), HOUR);
        assertTrue(verdict.reason().startsWith("steps does not pay: by 5 folds"), verdict.reason());
        assertEquals(TrainingPlan.auto().withBatchSize(4), verdict.plan());
        assertFalse(verdict.stopped());
    }

    /** What a picture shows says nothing of its class: steps only learn the training pictures by heart. */
    @Test
    void run_aPhaseThatLearnsByHeart_isLeftOut() throws IOException {
        for (int i = 0; i < 24; i++) {
            Path place = Files.createDirectories(folder.resolve("mixed/train/" + (i / 2 % 2 == 0 ? "one" : "two")));
            TwoColours.draw(place.resolve(i + ".png"), i % 2 == 1, i);
        }
        ImageFolder mixed = ImageFolder.open(folder.resolve("mixed"));
        UnfreezingTrial.Verdict verdict = new UnfreezingTrial(
                        network, mixed, TrainingPlan.auto().withBatchSize(4).then(steps(1)))
                .run();
        assertTrue(
                verdict.reason().matches("steps does not pay: by 5 folds the loss with it is higher by \\d+\\.\\d+ .*"),
                verdict.reason());
        assertEquals(1, verdict.plan().phases().size());
    }

    @Test
    void run_withoutTime_saysSo() throws IOException {
        UnfreezingTrial.Verdict verdict = verdict(steps(0.02), Duration.ZERO);
        assertEquals(1, verdict.plan().phases().size());
        assertEquals("steps is left out: the time of 0 s is over", verdict.reason());
    }

    @Test
    void tooLong_addsUp_andSaysWhatWouldDo() {
        assertEquals(
                "55 s are spent, and 4 of its 5 runs and the training on all pictures are left, for about 247 s more, but 90 s are"
                        + " allowed; about 332 s would do",
                UnfreezingTrial.tooLong(55, 4, 47, 90).orElseThrow());
        assertTrue(UnfreezingTrial.tooLong(55, 4, 47, 332).isEmpty());
    }

    @Test
    void run_tooFewPictures_saysSo() throws IOException {
        ImageFolder few = data.with(data.train().subList(0, 5), List.of());
        UnfreezingTrial.Verdict verdict =
                new UnfreezingTrial(network, few, TrainingPlan.auto().then(steps(0.02))).run();
        assertTrue(verdict.reason().startsWith("steps is left out: 5 pictures have another"), verdict.reason());
        assertThrows(
                IllegalArgumentException.class,
                () -> new UnfreezingTrial(network, data, TrainingPlan.fast().then(steps(0.02))));
        assertThrows(IllegalArgumentException.class, () -> new UnfreezingTrial(network, data, TrainingPlan.auto()));
    }
}
