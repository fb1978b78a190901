package dev.graft.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.HeadSpec;
import dev.graft.model.ModelCard;
import dev.graft.torch.RandomSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every format takes each kind of head, or refuses it by name; the linear one is ModelExportTest's. */
class HeadExportTest {
    private static final String PYTHON = System.getenv("GRAFT_PYTHON");
    private static final ModelCard CARD = SmallModel.card(Architecture.RESNET18, SmallModel.SQUARE);

    private static final Map<HeadSpec, Set<ExportFormat>> REFUSED = Map.of(
            new HeadSpec.Dropout(0.5),
            EnumSet.noneOf(ExportFormat.class),
            new HeadSpec.Hidden(16, 0.5),
            EnumSet.of(ExportFormat.HUGGINGFACE),
            HeadSpec.Cosine.STANDARD,
            EnumSet.of(ExportFormat.HUGGINGFACE, ExportFormat.STATE_DICT));

    /** One of each way to write and to open again. */
    private static final Set<ExportFormat> WRITTEN = EnumSet.of(
            ExportFormat.STATE_DICT,
            ExportFormat.SAFETENSORS,
            ExportFormat.HUGGINGFACE,
            ExportFormat.TORCHSCRIPT_SELF_CONTAINED,
            ExportFormat.ONNX_PROBABILITIES);

    @TempDir
    static Path folder;

    private static Path weights;

    @BeforeAll
    static void write() throws IOException {
        weights = SmallModel.weights(folder.resolve("weights.pth"), Architecture.RESNET18);
    }

    static Set<HeadSpec> heads() {
        return REFUSED.keySet();
    }

    private static Classifier classifier(HeadSpec head) throws IOException {
        try (RandomSource random = new RandomSource(5)) {
            return Classifier.graft(weights, CARD.withHead(head), random);
        }
    }

    @ParameterizedTest
    @MethodSource("heads")
    void export_ofEachHead_isTheModel_orIsRefusedByName(HeadSpec head) throws IOException {
        try (Classifier classifier = classifier(head);
                ModelExport export = ModelExport.of(classifier)) {
            for (ExportFormat format : ExportFormat.values()) {
                if (REFUSED.get(head).contains(format)) {
                    String said = assertThrows(IllegalArgumentException.class, () -> export.requireFits(format))
                            .getMessage();
                    assertTrue(said.contains("its head ") && said.contains("or train a linear head"), said);
                    continue;
                }
                export.requireFits(format);
                if (!WRITTEN.contains(format)) continue;
                Path target = folder.resolve(format.fileName("m"));
                Exported done = export.to(format, target, Existing.REPLACE);
                assertTrue(done.comparison().sameClasses(), done.toString());
                double allowed = format == ExportFormat.TORCHSCRIPT_SELF_CONTAINED ? 0.05 : 1e-4;
                assertTrue(
                        done.comparison().largestDifference()
                                <= allowed * done.comparison().largestLogit(),
                        done.toString());
                assertEquals(
                        head instanceof HeadSpec.Hidden
                                && (format == ExportFormat.STATE_DICT || format == ExportFormat.SAFETENSORS),
                        done.notes().stream().anyMatch(n -> n.contains("model.fc = torch.nn.Sequential(")),
                        done.notes()::toString);
            }
        }
    }

    /** The line that a note tells is run as it is. */
    @Test
    void stateDict_ofEachHeadThatFits_loadsStrictlyInTorchvision() throws Exception {
        assumeTrue(PYTHON != null, "needs a Python with PyTorch (set GRAFT_PYTHON to its path)");
        StringBuilder code = new StringBuilder("import torch, torchvision\n");
        for (HeadSpec head : List.of(new HeadSpec.Dropout(0.5), new HeadSpec.Hidden(16, 0.5))) {
            Path target = folder.resolve(head.kind() + ".pth");
            try (Classifier classifier = classifier(head);
                    ModelExport export = ModelExport.of(classifier)) {
                Exported done = export.to(ExportFormat.STATE_DICT, target);
                code.append("model = torchvision.models.resnet18(num_classes=3)\n");
                done.notes().stream().filter(n -> n.contains("model.fc = ")).forEach(n -> code.append(
                                n.substring(n.indexOf("model.fc = ")))
                        .append('\n'));
                code.append("print(model.load_state_dict(torch.load('")
                        .append(target.toString().replace("\\", "/"))
                        .append("', weights_only=True), strict=True))\n");
            }
        }
        assertEquals(
                List.of("<All keys matched successfully>", "<All keys matched successfully>"),
                said("-c", code.toString()));
    }

    @Test
    void onnx_ofEachHead_givesTheScriptsLogits_inOnnxRuntime() throws Exception {
        assumeTrue(PYTHON != null, "needs a Python with PyTorch and onnx (set GRAFT_PYTHON to its path)");
        assumeTrue(said("-c", "import onnx, onnxruntime").isEmpty(), "needs onnx and onnxruntime beside PyTorch");
        Path check = Path.of("..").resolve("tools/check_onnx.py").toAbsolutePath();
        List<String> command = new ArrayList<>(List.of(check.toString()));
        for (HeadSpec head : List.of(new HeadSpec.Hidden(16, 0.5), HeadSpec.Cosine.STANDARD)) {
            Path script = folder.resolve(head.kind() + ".pt");
            Path onnx = folder.resolve(head.kind() + ".onnx");
            try (Classifier classifier = classifier(head);
                    ModelExport export = ModelExport.of(classifier)) {
                classifier.save(script);
                export.to(ExportFormat.ONNX, onnx);
            }
            command.addAll(List.of(script.toString(), onnx.toString()));
        }
        List<String> told = said(command.toArray(String[]::new));
        assertEquals(2, told.stream().filter(l -> l.contains("differs by")).count(), told::toString);
        assertTrue(told.get(told.size() - 1).startsWith("cosine.onnx: "), told::toString);
    }

    private static List<String> said(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(PYTHON));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said.isBlank() ? List.of() : said.strip().lines().toList();
    }
}
