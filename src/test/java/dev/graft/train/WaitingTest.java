package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ByType;
import dev.graft.SmallRun;
import dev.graft.data.Sample;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much of a run goes by waiting for pictures: little where they are small, most where one worker reads large ones. */
@Tag("alone")
class WaitingTest {
    private static final int SMALL_PICTURES = 16;
    private static final int LARGE_PICTURES = 16; // four batches: the wait for the first is not counted

    @TempDir
    static Path folder;

    private static Path weights;
    private static List<Sample> small;
    private static final List<Sample> LARGE = new ArrayList<>();

    @BeforeAll
    static void draw() throws IOException {
        Threads.set(1);
        weights = HashState.write(folder.resolve("hash.pth"), 10);
        small = SmallRun.samples(folder.resolve("small"), SMALL_PICTURES);
        BufferedImage image = new BufferedImage(2400, 1800, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 1800; y++) {
            for (int x = 0; x < 2400; x++) image.setRGB(x, y, x * y * 7);
        }
        Path first = folder.resolve("large.png");
        ImageIO.write(image, "png", first.toFile());
        byte[] png = Files.readAllBytes(first);
        for (int i = 0;
                i < LARGE_PICTURES;
                i++) { // other files, or they would be read once: bytes behind the end do it
            Path file = Files.write(folder.resolve(i + "-large.png"), Arrays.copyOf(png, png.length + i));
            LARGE.add(new Sample(file, i % 2));
        }
    }

    /** What a run told. */
    private static final class Told extends ByType {
        private final List<Event.FeaturesReady> passes = new ArrayList<>();
        private final List<Event.EpochEnded> epochs = new ArrayList<>();

        @Override
        public void onFeatures(Event.FeaturesReady pass) {
            passes.add(pass);
        }

        @Override
        public void onEpoch(Event.EpochEnded epoch) {
            epochs.add(epoch);
        }
    }

    private static Told run(TrainingPlan plan, List<Sample> samples, int size) throws IOException {
        Told told = new Told();
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.card(size, "cat", "dog"), random)) {
            TrainingPlan short4 = plan.withEpochs(1).withBatchSize(4).withWorkers(1);
            Trainer.of(c, samples, short4)
                    .validation(samples.subList(0, 1))
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .listener(told)
                    .fit();
        }
        return told;
    }

    @Test
    void everyEpoch_shareRisesWithTheWorkOfTheDecoder() throws IOException {
        double waits = run(TrainingPlan.reference(), LARGE, 32).epochs.get(0).waitShare();
        double computes =
                run(TrainingPlan.reference(), small, 256).epochs.get(0).waitShare();
        assertTrue(waits > 0.4 && waits < 1, "large pictures: " + waits);
        assertTrue(computes < 0.2, "small pictures: " + computes);
    }

    @Test
    void trunkPass_shareRisesWithTheWorkOfTheDecoder_andTheHeadWaitsForNothing() throws IOException {
        Told waiting = run(TrainingPlan.fast(), LARGE, 32);
        double waits = waiting.passes.get(0).waitShare();
        double computes = run(TrainingPlan.fast(), small, 256).passes.get(0).waitShare();
        assertTrue(waits > 0.3 && waits < 1, "large pictures: " + waits);
        assertTrue(computes < 0.2, "small pictures: " + computes);
        assertEquals(0, waiting.epochs.get(0).waitSeconds());
    }
}
