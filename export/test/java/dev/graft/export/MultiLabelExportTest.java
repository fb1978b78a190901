package dev.graft.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.export.onnx.OnnxCheck;
import dev.graft.export.onnx.OnnxExport;
import dev.graft.export.onnx.OnnxOptions;
import dev.graft.metrics.LabelThresholds;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each export of a multi-label model keeps its logits and says that a probability is a sigmoid. */
class MultiLabelExportTest {
    private static final LabelThresholds THRESHOLDS = new LabelThresholds(List.of(0.5, 0.25, 0.75));

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Classifier model;

    @BeforeAll
    static void graft() throws IOException {
        Path weights = SmallModel.weights(shared.resolve("weights.pth"), Architecture.RESNET18);
        ModelCard card =
                SmallModel.card(Architecture.RESNET18, SmallModel.SQUARE).withThresholds(THRESHOLDS);
        try (RandomSource random = new RandomSource(5)) {
            model = Classifier.graft(weights, card, random);
        }
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private Path export(ExportFormat format, String name) throws IOException {
        Path target = folder.resolve(name);
        Exported done = ModelExport.of(model).to(format, target);
        assertTrue(done.comparison().largestDifference() < 0.05, "logits are kept");
        return target;
    }

    @Test
    void selfContained_givesSigmoids() throws IOException {
        Path file = export(ExportFormat.TORCHSCRIPT_SELF_CONTAINED, "self.pt");
        try (NativeScope scope = NativeScope.open();
                ReopenedScript script = ReopenedScript.open(file)) {
            Tensor picture = ReopenedScript.tensor(SamplePictures.drawn(80, 70, 3));
            Tensor logits = script.run("logits", picture);
            Tensor probabilities = script.run("forward", picture);
            assertEquals(0, probabilities.sub(logits.sigmoid()).abs().max().item_double(), 1e-6);
            assertTrue(Math.abs(probabilities.sum().item_double() - 1) > 1e-3, "not a softmax");
        }
    }

    @Test
    void onnx_hasASigmoidAndThresholds() throws IOException {
        Path file = folder.resolve("model.onnx");
        OnnxExport.write(model, file, OnnxOptions.STANDARD.withOutput(OnnxOptions.Output.PROBABILITIES));
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertTrue(text.contains("Sigmoid") && !text.contains("Softmax"));
        assertTrue(text.contains("multi_label") && text.contains("{\"thresholds\":[0.5,0.25,0.75]}"));
        try (NativeScope scope = NativeScope.open()) {
            Tensor images = SamplePictures.of(model).images();
            OnnxCheck.compare(file, model, images);
            byte[] damaged = text.replace("[0.5,0.25,0.75]", "[0.5,0.25,0.74]").getBytes(StandardCharsets.ISO_8859_1);
            Files.write(file, damaged);
            assertTrue(assertThrows(IOException.class, () -> OnnxCheck.compare(file, model, images))
                    .getMessage()
                    .contains("metadata give as multi_label"));
        }
    }

    @Test
    void metadata_sayThatItIsMultiLabel() throws IOException {
        Path config = export(ExportFormat.HUGGINGFACE, "hugging").resolve("config.json");
        assertEquals(
                "multi_label_classification",
                new ObjectMapper()
                        .readTree(config.toFile())
                        .path("problem_type")
                        .asText());
        Path safetensors = export(ExportFormat.SAFETENSORS, "model.safetensors");
        try (Classifier again = Classifier.load(safetensors)) {
            assertEquals(THRESHOLDS, again.card().thresholds().orElseThrow());
        }
        assertTrue(Files.readString(safetensors, StandardCharsets.ISO_8859_1).contains("{\\\"thresholds\\\":[0.5"));
        Path script = export(ExportFormat.TORCHSCRIPT, "model.pt");
        try (Classifier again = Classifier.load(script)) {
            assertTrue(again.card().isMultiLabel());
        }
        assertFalse(TransformersConfig.network(SmallModel.card(Architecture.RESNET18, SmallModel.SQUARE))
                .contains("problem_type"));
    }
}
