package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.image.Preprocessing;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.torch.RandomSource;
import dev.graft.weights.SafetensorsWriter;
import dev.graft.weights.tensor.ScalarKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectVerbTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private static Typed inspect(Object... words) {
        return Typed.verb(new InspectVerb(), words);
    }

    /** Random squares, as PPM. */
    private static Path picture(Path file, int seed) throws IOException {
        Random random = new Random(seed);
        byte[] squares = new byte[64];
        random.nextBytes(squares);
        ByteBuffer ppm =
                ByteBuffer.allocate(13 + 3 * 32 * 32).put("P6 32 32 255\n".getBytes(StandardCharsets.US_ASCII));
        for (int y = 0; y < 32; y++)
            for (int x = 0; x < 32; x++) for (int c = 0; c < 3; c++) ppm.put(squares[y / 4 * 8 + x / 4]);
        Files.createDirectories(file.getParent());
        return Files.write(file, ppm.array());
    }

    private Path pictures() throws IOException {
        Path data = folder.resolve("pets");
        int seed = 0;
        for (String place : List.of("train/cat", "train/dog", "val/cat", "val/dog"))
            for (int i = 0; i < 2; i++) picture(data.resolve(place).resolve(i + ".ppm"), seed++);
        return data;
    }

    /** The tensors of a ResNet18 whose names pass, full of zeros. */
    private Path weights(String name, Predicate<String> wanted) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter(Map.of("format", "pt"));
        Architecture.RESNET18.trunkShapes().forEach((tensor, shape) -> {
            if (!wanted.test(tensor) || tensor.endsWith("num_batches_tracked")) return;
            int n = (int) shape.stream().mapToLong(s -> s).reduce(1, (a, b) -> a * b);
            writer.add(tensor, ScalarKind.BF16, shape, ByteBuffer.allocate(2 * n));
        });
        Path file = folder.resolve(name);
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            writer.write(out);
        }
        return file;
    }

    @Test
    void pictures_inOrder_areCounted() throws IOException {
        Typed run = inspect(pictures());
        assertEquals(ExitStatus.DONE, run.status(), run::toString);
        assertTrue(run.says("2 classes, 4 pictures to train on, 4 to validate with"), run::toString);
        assertTrue(run.says("formats", "PNM: 8"), run::toString);
        assertFalse(run.says("duplicates"), run::toString);
    }

    @Test
    void pictures_unreadableAndTwice_areNamed_andTheStatusSaysSo() throws IOException {
        Path data = pictures();
        Files.copy(data.resolve("train/cat/0.ppm"), data.resolve("val/dog/leak.ppm"));
        Files.write(data.resolve("train/dog/cut.ppm"), new byte[] {'P', '6', ' ', '9'});
        Typed run = inspect(data);
        assertEquals(ExitStatus.SOME_UNREADABLE, run.status(), run::toString);
        assertTrue(run.says("1 cannot be read"), run::toString);
        assertTrue(run.says("  train/dog/cut.ppm: "), run::toString);
        assertTrue(run.says("1 group of duplicates: 1 with different labels, 1 across splits"), run::toString);
        assertTrue(
                run.says("  different labels, across splits, same bytes: train/cat/0.ppm, val/dog/leak.ppm"),
                run::toString);
        JsonNode json =
                JSON.readTree(inspect(data, "--json", "--duplicates", "exact").out());
        assertEquals("data", json.path("kind").asText());
        assertEquals(3, json.path("classes").path(1).path("train").asInt());
        assertEquals(1, json.path("unreadable").size());
        assertEquals("val", json.at("/duplicates/0/pictures/1/split").asText());
        assertEquals(
                0,
                JSON.readTree(inspect(data, "--json", "--duplicates", "off").out())
                        .path("duplicates")
                        .size());
    }

    @Test
    void weights_tensorsAreListedOnRequest_andWhatIsMissing() throws IOException {
        Path file = weights("part.safetensors", n -> !n.startsWith("layer4.1."));
        Typed run = inspect(file);
        assertEquals(ExitStatus.DONE, run.status(), run::toString);
        assertTrue(run.says("part.safetensors: a file of weights, safetensors"), run::toString);
        assertTrue(run.says("most similar to resnet18", "10 tensors"), run::toString);
        assertTrue(run.says("  layer4.1.bn2.weight [512] is missing"), run::toString);
        assertFalse(run.says("conv1.weight bfloat16"), run::toString);
        assertTrue(inspect(file, "--tensors").says("  conv1.weight bfloat16 [64, 3, 7, 7]"));
        JsonNode json = JSON.readTree(inspect(file, "--tensors", "--json").out());
        assertEquals("resnet18", json.path("nearest").asText());
        assertEquals(10, json.path("lacking").size());
        assertEquals(90, json.path("tensors").size());
    }

    @Test
    void model_hasNetworkClassesAndDigest() throws IOException {
        Path file = folder.resolve("model.pt");
        ModelCard card = new ModelCard(Architecture.RESNET18, List.of("cat", "dog"), Preprocessing.standard());
        String sha256;
        try (RandomSource random = new RandomSource(1);
                Classifier c = Classifier.graft(weights("zero.safetensors", n -> true), card, random)) {
            sha256 = c.save(file);
        }
        Typed run = inspect(file);
        assertEquals(ExitStatus.DONE, run.status(), run::toString);
        assertTrue(
                run.says("network", "resnet18, 11,177,538 parameters (1,026 of them in the head fc)"), run::toString);
        assertTrue(run.says("classes", "2: cat, dog"), run::toString);
        assertTrue(run.says("file", "MiB, SHA-256 " + sha256), run::toString);
        JsonNode json = JSON.readTree(inspect(folder, "--json").out()); // the folder of a run, by its model.pt
        assertEquals("run", json.path("kind").asText());
        assertEquals(sha256, json.at("/model/sha256").asText());
        assertEquals("dog", json.at("/model/card/classes/1").asText());
    }

    @Test
    void wrongWords_areAWrongUse_otherFilesAnError() throws IOException {
        assertEquals(ExitStatus.USAGE, inspect().status());
        assertEquals(ExitStatus.USAGE, inspect("a", "b").status());
        Typed near = inspect("a", "--duplicates", "nearly");
        assertEquals(ExitStatus.USAGE, near.status());
        assertEquals("graft inspect: --duplicates: 'nearly' is not there; there are: off, exact, near\n", near.err());
        Typed absent = inspect(folder.resolve("absent"));
        assertEquals(ExitStatus.ERROR, absent.status());
        assertEquals("graft inspect: there is no file or folder " + folder.resolve("absent") + "\n", absent.err());
    }
}
