package dev.graft.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.image.PreprocessingSample;
import dev.graft.predict.Predictor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model says whether its preprocessing gives other pixels here than where it was saved. */
class PreprocessingContractTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CARD = "graft/extra/graft.json";

    @TempDir
    static Path folder;

    private static Path model;

    @BeforeAll
    static void saveModel() throws IOException {
        Path weights = HashState.write(folder.resolve("hash.pth"), 10);
        model = folder.resolve("model.pt");
        try (Classifier c = HashClassifier.load(weights, Architecture.RESNET18)) {
            assertFalse(c.preprocessingDiffers());
            c.save(model);
        }
    }

    /** The model with another card; all else is copied. */
    private static Path withCard(Consumer<ObjectNode> change) throws IOException {
        Path changed = folder.resolve("changed.pt");
        try (ZipFile in = new ZipFile(model.toFile());
                OutputStream file = Files.newOutputStream(changed);
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (ZipEntry e : in.stream().toList()) {
                byte[] bytes;
                try (InputStream content = in.getInputStream(e)) {
                    bytes = content.readAllBytes();
                }
                if (e.getName().equals(CARD)) {
                    ObjectNode card = (ObjectNode) JSON.readTree(bytes);
                    change.accept(card);
                    bytes = JSON.writeValueAsBytes(card);
                }
                ZipEntry copy = new ZipEntry(e.getName());
                CRC32 sum = new CRC32();
                sum.update(bytes);
                copy.setMethod(ZipEntry.STORED);
                copy.setSize(bytes.length);
                copy.setCrc(sum.getValue());
                out.putNextEntry(copy);
                out.write(bytes);
            }
        }
        return changed;
    }

    private static boolean differs(Path file) throws IOException {
        try (Classifier c = Classifier.load(file)) {
            return c.preprocessingDiffers();
        }
    }

    private static List<String> notes(Path file) throws IOException {
        try (Predictor p = Predictor.open(file)) {
            return p.notes();
        }
    }

    @Test
    void save_card_holdsTheChecksumAndNothingElseIsNew() throws IOException {
        try (ZipFile zip = new ZipFile(model.toFile());
                InputStream in = zip.getInputStream(zip.getEntry(CARD))) {
            ObjectNode card = (ObjectNode) JSON.readTree(in);
            assertEquals(
                    PreprocessingSample.checksum(HashClassifier.SMALL),
                    card.path("preprocessing_sample").path("sha256").asText());
            card.remove("preprocessing_sample");
            List<String> names = new ArrayList<>();
            card.fieldNames().forEachRemaining(names::add);
            assertEquals(List.of("format", "architecture", "classes", "preprocessing"), names);
        }
    }

    @Test
    void load_samePixels_isSilent() throws IOException {
        assertFalse(differs(model));
        assertEquals(List.of(), notes(model));
    }

    @Test
    void load_otherPixels_areReportedAndTheModelOpens() throws IOException {
        Path other = withCard(card -> card.withObject("/preprocessing_sample").put("sha256", "0".repeat(64)));
        assertTrue(differs(other));
        List<String> notes = notes(other);
        assertEquals(1, notes.size());
        assertTrue(notes.get(0).startsWith("the preprocessing gives other pixels here"), notes.get(0));
    }

    /** A copy, made where the pixels differ, still tells of the machine that trained the model. */
    @Test
    void save_loaded_keepsTheChecksum() throws IOException {
        Path other = withCard(card -> card.withObject("/preprocessing_sample").put("sha256", "0".repeat(64)));
        Path copy = folder.resolve("copy.pt");
        try (Classifier c = Classifier.load(other)) {
            c.save(copy);
        }
        assertTrue(differs(copy));
        try (Classifier c = Classifier.load(withCard(card -> card.remove("preprocessing_sample")))) {
            c.save(copy);
        }
        assertFalse(differs(copy));
        assertEquals(-1, Files.mismatch(model, copy));
    }

    @Test
    void load_oldModelOrOtherSamples_isSilent() throws IOException {
        assertFalse(differs(withCard(card -> card.remove("preprocessing_sample"))));
        assertFalse(differs(withCard(
                card -> card.withObject("/preprocessing_sample").put("set", 99).put("sha256", "0".repeat(64)))));
    }

    @Test
    void fromJson_notJson_isStillRefused() {
        assertThrows(IllegalArgumentException.class, () -> ModelCard.fromJson("{"));
    }
}
