package dev.graft.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.predict.GoldenModel;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.torch.ComputeDevice;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that earlier versions of Graft saved open, and say what PyTorch says of them. A new kind of file gets a folder of its own. */
class KeptModelsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"0.1.0-before-samples", "0.1.0"})
    void open_modelOfThisVersion_answersAsPyTorch(String version) throws IOException {
        PredictorOptions exact = PredictorOptions.exact().withDevice(ComputeDevice.CPU);
        Path picture = GoldenModel.draw(folder.resolve("picture.png"), 7, 150, 110);
        List<Prediction> all = new ArrayList<>();
        try (Predictor p = Predictor.open(unpacked(version, "model.pt"), exact)) {
            all.add(checked(p, picture));
        }
        try (Predictor p = Predictor.open(TrustedScript.of(unpacked(version, "foreign.pt")), exact)) {
            all.add(checked(p, picture));
        }
        String[] lines = new String(bytes(version + "/expected.tsv")).strip().split("\n");
        assertEquals(all.size(), lines.length);
        for (int i = 0; i < lines.length; i++) {
            String[] cells = lines[i].split("\t");
            for (int c = 0; c < KeptModels.CLASSES.size(); c++)
                assertEquals(
                        Float.parseFloat(cells[c + 1]),
                        all.get(i).probabilities().get(c),
                        1e-5,
                        version + cells[0]);
        }
        if (KeptModelsTest.class.getResource("/saved/" + version + "/checkpoint.pt.gz.gz") == null) return;
        try (Predictor p = Predictor.open(unpacked(version, "checkpoint.pt"), exact)) {
            assertEquals(all.get(0), checked(p, picture));
        }
    }

    private static Prediction checked(Predictor p, Path picture) throws IOException {
        assertEquals(KeptModels.CLASSES, p.classes());
        Prediction prediction = p.predict(picture);
        assertTrue(
                p.notes().stream().noneMatch(n -> n.startsWith("the preprocessing")),
                p.notes().toString());
        return prediction;
    }

    private Path unpacked(String version, String name) throws IOException {
        Path file = folder.resolve(name);
        try (InputStream packed =
                        KeptModelsTest.class.getResourceAsStream("/saved/" + version + "/" + name + ".gz.gz");
                InputStream in = new GZIPInputStream(new GZIPInputStream(packed))) {
            Files.copy(in, file);
        }
        return file;
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream in = KeptModelsTest.class.getResourceAsStream("/saved/" + name)) {
            return in.readAllBytes();
        }
    }
}
