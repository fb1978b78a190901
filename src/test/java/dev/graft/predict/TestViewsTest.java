package dev.graft.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.image.PictureReader;
import dev.graft.image.Pixels;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.image.augment.SeededView;
import dev.graft.image.augment.View;
import dev.graft.model.HashState;
import dev.graft.model.Precision;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Predictions from several views: the mean of what the predictor says of each view as a picture of its own. */
class TestViewsTest {
    private static final int HEIGHT = 40;
    private static final int WIDTH = 48;
    private static final PredictorOptions EXACT = PredictorOptions.exact().withDevice(ComputeDevice.CPU);
    private static final PredictorOptions FUSED =
            PredictorOptions.fast().withDevice(ComputeDevice.CPU).withPrecision(Precision.FP32);

    @TempDir
    static Path folder;

    private static Path model;
    private static List<Path> pictures;

    @BeforeAll
    static void save() throws IOException {
        Threads.set(1);
        Path weights = HashState.write(folder.resolve("hash.pth"), 10);
        Preprocessing size = Preprocessing.standard().withResize(new Resize.Stretch(HEIGHT, WIDTH));
        model = GoldenModel.save(folder.resolve("model.pt"), weights, size);
        pictures = GoldenModel.draw(folder.resolve("pictures"), 5);
    }

    /** The views of a file, each as a file of the network's size. */
    private static List<Path> apart(Path picture, TestViews views) throws IOException {
        byte[] file = Files.readAllBytes(picture);
        Pixels whole = new PictureReader(Preprocessing.standard()).decode(picture);
        List<Pixels> seen = new ArrayList<>(List.of(whole.resized(HEIGHT, WIDTH)));
        for (int i = 0; i < views.parts().count(); i++) {
            SeededView part =
                    new SeededView(views.parts().augmentation(), views.parts().seed(), i);
            View view = part.of(ByteBuffer.wrap(file), whole.width(), whole.height(), WIDTH, HEIGHT);
            seen.add(whole.view(view, HEIGHT, WIDTH));
        }
        if (views.mirrored())
            for (Pixels one : List.copyOf(seen)) seen.add(one.view(new View(0, 0, HEIGHT, WIDTH, true), HEIGHT, WIDTH));
        List<Path> files = new ArrayList<>();
        for (Pixels one : seen)
            files.add(Files.write(folder.resolve(picture.getFileName() + "-" + files.size() + ".png"), one.png()));
        assertEquals(views.count(), files.size());
        return files;
    }

    @Test
    void probabilities_areTheMeanOfTheViews() throws IOException {
        assertMean(EXACT, TestViews.MIRRORED);
        assertMean(FUSED, TestViews.of(2));
        assertMean(EXACT, new TestViews(false, TestViews.of(1).parts()));
    }

    private static void assertMean(PredictorOptions options, TestViews views) throws IOException {
        List<Prediction> each;
        Prediction said;
        try (Predictor single = Predictor.open(model, options);
                Predictor many = Predictor.open(model, options.withViews(views))) {
            each = single.predict(apart(pictures.get(1), views));
            said = many.predict(pictures.get(1));
        }
        assertEquals(
                views.count(),
                each.stream().map(Prediction::probabilities).distinct().count(),
                "alike");
        double sum = 0;
        for (int c = 0; c < 3; c++) {
            int k = c;
            double mean = each.stream()
                    .mapToDouble(p -> p.probabilities().get(k))
                    .average()
                    .orElseThrow();
            assertEquals(mean, said.probabilities().get(c), 1e-5, views.toString());
            assertEquals(mean, Math.exp(said.logits().get(c)), 1e-5, views.toString());
            sum += said.probabilities().get(c);
        }
        assertEquals(1, sum, 1e-5);
    }

    /** Also beside pictures that cannot be read, whose rows the next ones take. */
    @Test
    void lists_streamsAndBytes_giveTheSame() throws IOException {
        Path bad = Files.writeString(folder.resolve("bad.png"), "no picture");
        List<Path> mixed = new ArrayList<>(pictures);
        mixed.add(1, bad);
        mixed.add(4, bad);
        try (Predictor p = Predictor.open(model, FUSED.withViews(TestViews.of(2)))) {
            List<Answer> listed = p.predictEach(mixed);
            List<Answer> streamed = new ArrayList<>();
            try (PredictionStream stream = p.stream(mixed.iterator())) {
                stream.forEachRemaining(streamed::add);
            }
            assertEquals(7, streamed.size());
            for (int i = 0; i < 7; i++) {
                assertEquals(listed.get(i).getClass(), streamed.get(i).getClass());
                if (mixed.get(i) == bad) continue;
                Prediction alone = p.predict(Files.readAllBytes(mixed.get(i)), "bytes");
                near(
                        alone,
                        assertInstanceOf(Answer.Classified.class, listed.get(i)).prediction());
                near(
                        alone,
                        assertInstanceOf(Answer.Classified.class, streamed.get(i))
                                .prediction());
            }
        }
    }

    private static void near(Prediction one, Prediction other) {
        for (int c = 0; c < 3; c++)
            assertEquals(one.probabilities().get(c), other.probabilities().get(c), 1e-5);
    }

    @Test
    void twice_isTheSameToTheBit_andNoneIsTheDefault() throws IOException {
        Prediction first;
        Prediction plain;
        try (Predictor p = Predictor.open(model, EXACT.withViews(TestViews.of(2)));
                Predictor without = Predictor.open(model, EXACT)) {
            first = p.predict(pictures.get(0));
            plain = without.predict(pictures.get(0));
        }
        try (Predictor p = Predictor.open(model, EXACT.withViews(TestViews.of(2)));
                Predictor without = Predictor.open(model, EXACT.withViews(TestViews.NONE))) {
            assertEquals(first, p.predict(pictures.get(0)));
            assertEquals(plain, without.predict(pictures.get(0)));
        }
    }

    @Test
    void moreViewsThanAnArrayHolds_areRefused() {
        String told = assertThrows(
                        IllegalArgumentException.class,
                        () -> Predictor.open(model, EXACT.withViews(TestViews.of(1_000_000))))
                .getMessage();
        assertTrue(told.contains("1000001 views of a picture are too many"), told);
    }
}
