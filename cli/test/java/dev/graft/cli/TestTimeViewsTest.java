package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.predict.TestViews;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --tta}: predictions from several views. */
class TestTimeViewsTest {
    @TempDir
    Path folder;

    private static Typed predict(Object... words) {
        return Typed.verb(new PredictVerb(InputStream.nullInputStream()), words);
    }

    private static double probability(Typed typed) throws IOException {
        assertEquals(ExitStatus.DONE, typed.status(), typed.err());
        JsonNode line = new ObjectMapper().readTree(typed.out());
        return line.get("probability").asDouble();
    }

    /** Red with blue at the top left, so that parts of it differ. */
    private static Path twoColours(Path file) throws IOException {
        BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 30; y++) for (int x = 0; x < 40; x++) image.setRGB(x, y, x + y < 25 ? 0x2020E0 : 0xE02020);
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    @Test
    void probabilities_areThoseOfTheLibrarysViews() throws IOException {
        Path model = ColourModel.save(folder);
        Path picture = twoColours(folder.resolve("two.png"));
        double plain = probability(predict(model, picture, "--json"));
        double mirrored = probability(predict(model, picture, "--json", "--tta"));
        double parts = probability(predict(model, picture, "--json", "--tta", "2"));
        for (TestViews views : new TestViews[] {TestViews.NONE, TestViews.MIRRORED, TestViews.of(2)})
            try (Predictor predictor =
                    Predictor.open(model, PredictorOptions.fast().withBatch(1).withViews(views))) {
                double wanted = predictor.predict(picture).probability();
                double said = views.count() == 1 ? plain : views.count() == 2 ? mirrored : parts;
                assertEquals(wanted, said, 1e-6, views.toString());
            }
        assertNotEquals(plain, parts);
    }

    @Test
    void aWordBehindIt_isRefused() {
        Typed typed = predict("--tta", "model.pt", "a.png");
        assertEquals(ExitStatus.USAGE, typed.status());
        assertTrue(typed.err().contains("--tta: takes nothing or a number of parts"), typed.err());
        Typed evaluated = Typed.verb(new EvaluateVerb(), "--tta", "model.pt", "pictures");
        assertTrue(evaluated.err().contains("--tta: takes nothing or a number of parts"), evaluated.err());
    }
}
