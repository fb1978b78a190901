package dev.graft.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.SmallRun;
import dev.graft.data.ImageFolder;
import dev.graft.job.Job;
import dev.graft.metrics.Scores;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.model.HeadSpec;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import dev.graft.report.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the runs of a study begin: with which head, and with which plans they do not. */
class StudyStartTest {
    private static final TrainingPlan PLAN = TrainingPlan.fast().withEpochs(2).withBatchSize(4);

    @TempDir
    static Path folder;

    private static Start start;
    private static ImageFolder data;

    private final AtomicInteger began = new AtomicInteger();

    @BeforeAll
    static void draw() throws IOException {
        start = Start.of(HashState.write(folder.resolve("hash.pth"), 10), SmallRun.LITTLE.preprocessing());
        for (String c : List.of("black", "white")) {
            Path place = Files.createDirectories(folder.resolve("data/" + c));
            int n = c.equals("white") ? 7 : 5;
            for (int i = 0; i < n; i++) TwoColours.draw(place.resolve(i + ".png"), c.equals("white"), i);
        }
        data = ImageFolder.open(folder.resolve("data"));
    }

    private Job counted(Job job) {
        return job.listener(TrainingListener.on(Event.RunBegan.class, e -> began.incrementAndGet()));
    }

    @Test
    void point_thatThisMachineCannotTrain_isRefusedBeforeTheFirstRun() throws IOException {
        String said = assertThrows(IllegalArgumentException.class, () -> new Study(start, data, PLAN)
                        .jobs(this::counted)
                        .folds(2)
                        .grid(Grid.of(new ObjectMapper().readTree("{\"compute.precision\": [\"FP32\", \"FP16\"]}")))
                        .into(folder.resolve("impossible"))
                        .run())
                .getMessage();
        assertTrue(said.startsWith("grid: compute.precision = FP16: "), said);
        assertEquals(0, began.get());
        assertFalse(Files.exists(folder.resolve("impossible")));
    }

    @Test
    void headOfTheStart_isThatOfEachRun_andOfTheFinalModel() throws IOException {
        Start hidden = start.head(new HeadSpec.Hidden(5, 0));
        assertTrue(hidden.identity().endsWith(" head Hidden[width=5, dropout=0.0]"), hidden.identity());
        Path place = folder.resolve("headed");
        new Study(hidden, data, PLAN).folds(2).withFinalModel().into(place).run();
        try (Classifier last = Classifier.load(place.resolve("final/model.pt"))) {
            assertEquals(new HeadSpec.Hidden(5, 0), last.card().head());
        }
        String said = assertThrows(IllegalArgumentException.class, () -> new Study(hidden, data, TrainingPlan.auto())
                        .folds(2)
                        .run())
                .getMessage();
        assertTrue(said.contains("linear head only"), said);
    }

    @Test
    void biasOfTheStart_isThatOfEachRun() throws IOException {
        Start bias = start.biasFromFrequencies();
        Scores with =
                new Study(bias, data, PLAN).folds(2).run().members().get(0).scores();
        Scores without = new Study(start, data, PLAN)
                .jobs(this::counted)
                .folds(2)
                .run()
                .members()
                .get(0)
                .scores();
        assertFalse(Arrays.deepEquals(with.logits(), without.logits()));
        assertNotEquals(start.identity(), bias.identity());
    }
}
