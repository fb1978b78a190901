package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.files.AtomicFile;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.torch.RandomSource;
import dev.graft.weights.StateDictWriter;
import dev.graft.weights.tensor.ScalarKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verb, with a network whose layers are all zero. */
class ExportVerbTest {
    @TempDir
    static Path run;

    @TempDir
    Path folder;

    private Typed typed; // the last one

    @BeforeAll
    static void save() throws IOException {
        StateDictWriter zeros = new StateDictWriter();
        Architecture.RESNET18.trunkShapes().forEach((name, shape) -> {
            ScalarKind kind = shape.isEmpty() ? ScalarKind.I64 : ScalarKind.F32;
            int elements = (int) shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
            zeros.add(name, kind, shape, ByteBuffer.allocate(elements * kind.width()));
        });
        Path weights = run.resolve("zeros.pth");
        AtomicFile.write(weights, zeros::write);
        ModelCard card = new ModelCard(
                Architecture.RESNET18,
                List.of("cat", "dog"),
                Preprocessing.standard().withResize(new Resize.Stretch(32, 32)));
        try (RandomSource random = new RandomSource(1);
                Classifier classifier = Classifier.graft(weights, card, random)) {
            classifier.save(run.resolve("model.pt"));
        }
    }

    private int export(Object... words) {
        typed = Typed.verb(new ExportVerb(), words);
        return typed.status();
    }

    private String err() {
        return typed.err();
    }

    @Test
    void formats_goIntoTheFolder_aJsonLineEach_andAreNotReplacedUnasked() throws IOException {
        String formats = "state-dict,safetensors,state-dict";
        assertEquals(ExitStatus.DONE, export(run, "--format", formats, "--out", folder, "--json"), this::err);
        List<String> lines = typed.out().lines().toList();
        assertEquals(2, lines.size());
        JsonNode line = new ObjectMapper().readTree(lines.get(1));
        assertEquals("safetensors", line.path("format").asText());
        Path file = folder.resolve("model.safetensors");
        assertEquals(file.toString(), line.path("path").asText());
        assertEquals(Files.size(file), line.path("bytes").asLong());
        assertEquals(0, line.path("largest_difference").asDouble(1));
        assertTrue(Files.isRegularFile(folder.resolve("model.pth")));

        Files.delete(folder.resolve("model.pth"));
        assertEquals(ExitStatus.ERROR, export(run, "--format", formats, "--out", folder));
        assertTrue(err().startsWith("graft export: " + file + " is there already"), err());
        assertTrue(Files.notExists(folder.resolve("model.pth")), "nothing is written when one cannot be");
    }

    @Test
    void oneFormat_isALineForPeople_andOverwrites() throws IOException {
        Path file = Files.writeString(folder.resolve("mine.pth"), "old");
        assertEquals(
                ExitStatus.DONE,
                export(run.resolve("model.pt"), "--format", "state-dict", "--out", file, "--overwrite", "--quiet"),
                this::err);
        String line = typed.out();
        assertTrue(
                line.startsWith("state-dict: " + file + ", 44.8 MB, logits within 0.0 of the model's (largest 0.0"),
                line);
        assertTrue(line.endsWith("), the same classes\n") && line.lines().count() == 1, line);
    }

    @Test
    void model_isNeverWrittenOver() throws IOException {
        Path model = Files.copy(run.resolve("model.pt"), folder.resolve("only.pt"));
        long bytes = Files.size(model);
        assertEquals(ExitStatus.USAGE, export(model, "--format", "state-dict", "--out", model, "--overwrite"));
        assertTrue(err().contains("is the model itself"), err());
        assertEquals(bytes, Files.size(model));
    }

    @Test
    void wrongUse_isToldWithWhatThereIs() {
        assertEquals(ExitStatus.USAGE, export(run, "--format", "state-dict,onxx"));
        assertTrue(err().startsWith("graft export: --format: 'onxx' is not there; there are: torchscript, "), err());
        assertEquals(ExitStatus.USAGE, export(run));
        assertTrue(err().contains("--format: is missing; give one or more of torchscript, "), err());
        assertEquals(ExitStatus.USAGE, export("--format", "state-dict"));
        assertTrue(err().contains("give one MODEL"), err());
        assertEquals(ExitStatus.ERROR, export(folder, "--format", "state-dict"));
        assertTrue(err().contains("MODEL: the folder " + folder + " holds no model.pt and no checkpoint"), err());
    }
}
