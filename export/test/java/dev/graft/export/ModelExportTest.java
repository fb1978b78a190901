package dev.graft.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.image.GreyScaling;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.model.ScriptNetwork;
import dev.graft.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every format, of one small model. */
class ModelExportTest {
    @TempDir
    static Path shared;

    private static ModelExport export;

    @TempDir
    Path folder;

    @BeforeAll
    static void open() throws IOException {
        export =
                ModelExport.open(SmallModel.save(shared.resolve("model.pt"), Architecture.RESNET18, SmallModel.SQUARE));
    }

    @AfterAll
    static void close() {
        export.close();
    }

    @ParameterizedTest
    @EnumSource
    void to_everyFormat_isTheModel_andTheSameBytesAgain(ExportFormat format) throws IOException {
        Path target = folder.resolve(format.fileName("m"));
        Exported done = export.to(format, target);
        assertEquals(4, done.comparison().pictures());
        assertTrue(done.comparison().sameClasses(), done.toString());
        double allowed = allowed(format);
        double largest = done.comparison().largestLogit();
        assertTrue(largest > 0.1 && done.comparison().largestDifference() <= allowed * largest, done.toString());
        assertEquals(format.isFolder(), Files.isDirectory(target));
        assertTrue(done.bytes() > 44_000_000, done.toString());
        List<byte[]> first = contents(target);
        IOException refused = assertThrows(IOException.class, () -> export.to(format, target));
        assertTrue(refused.getMessage().contains(target + " is there already"), refused.getMessage());
        export.to(format, target, Existing.REPLACE);
        List<byte[]> second = contents(target);
        assertEquals(first.size(), second.size());
        for (int i = 0; i < first.size(); i++) assertArrayEquals(first.get(i), second.get(i));
        assertEquals(List.of(target.getFileName().toString()), names(folder), "nothing else is left");
    }

    /** No format holds the scaling, so each export says what is left to do; it is compared without. */
    @Test
    void to_modelThatScalesGreyValues_saysSo() throws IOException {
        ModelCard plain = SmallModel.card(Architecture.RESNET18, SmallModel.SQUARE);
        ModelCard card = new ModelCard(
                plain.network(), plain.classes(), plain.preprocessing().withGrey(new GreyScaling.Window(40, 400)));
        try (ModelExport scaling =
                ModelExport.open(SmallModel.save(folder.resolve("m.pt"), Architecture.RESNET18, card))) {
            for (ExportFormat format : List.of(ExportFormat.TORCHSCRIPT_SELF_CONTAINED, ExportFormat.HUGGINGFACE)) {
                Exported done = scaling.to(format, folder.resolve(format.fileName("m")));
                assertTrue(
                        done.notes().stream().anyMatch(n -> n.contains("(window:40,400), and the export does not")),
                        done.toString());
                Exported other = export.to(format, folder.resolve(format.fileName("other")));
                assertEquals(other.notes().size() + 1, done.notes().size());
            }
        }
    }

    private static double allowed(ExportFormat format) {
        return switch (format) {
            case TORCHSCRIPT_SELF_CONTAINED -> 0.05;
            case ONNX, ONNX_UNFOLDED, ONNX_PROBABILITIES -> 1e-4;
            default -> 1e-5;
        };
    }

    @Test
    void folder_withOtherFiles_isNotReplaced() throws IOException {
        Files.writeString(folder.resolve("thesis.txt"), "the only copy");
        IOException refused =
                assertThrows(IOException.class, () -> export.to(ExportFormat.HUGGINGFACE, folder, Existing.REPLACE));
        assertTrue(refused.getMessage().contains("holds more than an export (thesis.txt)"), refused.getMessage());
        assertEquals(List.of("thesis.txt"), names(folder));
    }

    @Test
    void folder_whereAFileIsWanted_isRefused() {
        IOException refused =
                assertThrows(IOException.class, () -> export.to(ExportFormat.STATE_DICT, folder, Existing.REPLACE));
        assertTrue(refused.getMessage().endsWith("is a folder; give a file"), refused.getMessage());
    }

    @Test
    void place_thatCannotBeMade_isNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        IOException refused =
                assertThrows(IOException.class, () -> export.to(ExportFormat.STATE_DICT, file.resolve("m.pth")));
        assertTrue(
                refused.getMessage().startsWith(file.resolve("m.pth") + " could not be written"), refused.getMessage());
    }

    @Test
    void safetensors_isAModelOfGraft_andTellsOthersWhatItIs() throws IOException {
        Path file = folder.resolve("m.safetensors");
        export.to(ExportFormat.SAFETENSORS, file);
        try (WeightsFile weights = WeightsFile.open(file);
                Classifier classifier = Classifier.load(file)) {
            assertEquals(export.card(), classifier.card());
            assertEquals("resnet18", weights.value("architecture"));
            assertEquals("pt", weights.value("format"));
            assertEquals(
                    export.card().classes(),
                    List.of(new ObjectMapper().readValue((String) weights.value("classes"), String[].class)));
            assertEquals(export.card().preprocessing().toJson().toString(), weights.value("preprocessing"));
        }
    }

    @Test
    void stateDict_hasTorchvisionsNamesInItsOrder_withCounters() throws IOException {
        Path file = folder.resolve("m.pth");
        export.to(ExportFormat.STATE_DICT, file);
        try (WeightsFile weights = WeightsFile.open(file)) {
            List<String> names = List.copyOf(weights.tensors().keySet());
            assertEquals(122, names.size());
            assertEquals("bn1.num_batches_tracked", names.get(5));
            assertEquals("fc.bias", names.get(121));
        }
    }

    @Test
    void resnext_isNotForTransformers() throws IOException {
        Optional<String> why = ExportFormat.HUGGINGFACE
                .writer()
                .refusal(SmallModel.card(Architecture.RESNEXT50_32X4D, SmallModel.SQUARE));
        assertTrue(why.orElseThrow().contains("only resnet18, resnet34, resnet50, resnet101, resnet152"), why.get());
    }

    /** Only its own format can hold a network that Graft does not know. */
    @ParameterizedTest
    @EnumSource
    void foreignNetwork_isForTorchScriptOnly(ExportFormat format) {
        ModelCard foreign = SmallModel.card(new ScriptNetwork("net.pt", "0".repeat(64), "head", 8), SmallModel.SQUARE);
        Optional<String> why = format.writer().refusal(foreign);
        assertEquals(format == ExportFormat.TORCHSCRIPT, why.isEmpty());
        assertTrue(why.isEmpty() || why.get().contains("export it as torchscript"), why.toString());
    }

    @Test
    void open_runFolder_takesItsModel_andSaysWhatIsMissing() throws IOException {
        try (ModelExport run = ModelExport.open(shared)) {
            assertEquals(export.card(), run.card());
        }
        IOException refused = assertThrows(IOException.class, () -> ModelExport.open(folder));
        assertTrue(refused.getMessage().contains("neither model.pt nor a checkpoint"), refused.getMessage());
    }

    @Test
    void format_unknown_isToldWithThoseThatThereAre() {
        Exception refused = assertThrows(IllegalArgumentException.class, () -> ExportFormat.named("onxx"));
        assertTrue(refused.getMessage().contains("torchscript, torchscript-self-contained"), refused.getMessage());
        assertFalse(ExportFormat.titles().contains("onxx"));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    private static List<byte[]> contents(Path target) throws IOException {
        try (Stream<Path> files = Files.walk(target)) {
            return files.filter(Files::isRegularFile)
                    .sorted()
                    .map(ModelExportTest::bytes)
                    .toList();
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
