package dev.graft.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.SmallRun;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.hub.Sha256;
import dev.graft.job.RunFolder;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.torch.RandomSource;
import dev.graft.weights.SafetensorsWriter;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.tensor.WeightsKind;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Files and folders of a run, and what they are told to be. */
class InspectionsTest {
    /** PyTorch's number for resnet18 with two classes: 11,689,512 less the head of 1,000 classes. */
    private static final long PARAMETERS = 11_689_512 - 513_000 + 1_026;

    @TempDir
    static Path folder;

    private static Path weights;
    private static RunFolder run;

    @BeforeAll
    static void make() throws IOException {
        weights = HashState.write(folder.resolve("hash.pth"), 10);
        run = new RunFolder(Files.createDirectories(folder.resolve("run")));
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.CARD, random)) {
            c.save(run.model());
            Files.createDirectories(run.checkpoint());
            Checkpoint.write(Checkpoint.fileIn(run.checkpoint()), SmallRun.contents(c, random));
        }
        Files.writeString(
                run.metrics(),
                "{\"epoch\":1,\"step\":0,\"loss\":0.7}\n{\"epoch\":1,\"epochs\":2,\"val_accuracy\":0.5}\n"
                        + "{\"epoch\":2,\"epochs\":2,\"val_accuracy\":0.75}\n{\"epoch\":3,\"epo");
        Files.writeString(run.folder().resolve("run.json"), "{\"seed\":3}");
    }

    @Test
    void model_hasCardSizeDigestAndTraining() throws IOException {
        ModelInspection seen = ModelInspection.of(run.model());
        assertEquals(SmallRun.CARD, seen.card());
        assertEquals(PARAMETERS, seen.parameters().all());
        assertEquals(1_026, seen.parameters().head());
        assertEquals(Sha256.of(run.model()).hex(), seen.file().sha256());
        TrainingRecord training = seen.training().orElseThrow();
        assertEquals(2, training.epochs());
        assertEquals(0.75, training.last().orElseThrow().path("val_accuracy").asDouble());
        assertEquals(3, training.run().orElseThrow().path("seed").asInt());
    }

    @Test
    void model_elsewhere_hasNoTraining() throws IOException {
        Path copy = Files.copy(run.model(), folder.resolve("copy.pt"));
        assertEquals(Optional.empty(), ModelInspection.of(copy).training());
    }

    @Test
    void checkpoint_hasPlanAndState() throws IOException {
        CheckpointInspection seen = CheckpointInspection.of(run.checkpoint());
        assertEquals(1, seen.run().epoch());
        assertEquals(10, seen.plan().epochs());
        assertEquals(8, seen.data().pictures());
        assertEquals(PARAMETERS, seen.parameters().all());
        assertEquals(SmallRun.CARD, seen.card());
    }

    @Test
    void run_hasAll() throws IOException {
        RunInspection seen = RunInspection.of(run.folder());
        assertTrue(seen.model().isPresent()
                && seen.checkpoint().isPresent()
                && seen.training().isPresent());
        Path begun = Files.createDirectories(folder.resolve("begun"));
        Files.copy(run.metrics(), begun.resolve("metrics.jsonl"));
        assertEquals(Optional.empty(), RunInspection.of(begun).model());
        assertEquals(2, RunInspection.of(begun).training().orElseThrow().epochs());
    }

    @Test
    void weights_areRecognised() throws IOException {
        WeightsInspection seen = WeightsInspection.of(weights);
        assertEquals(WeightsKind.STATE_DICT, seen.kind());
        assertEquals(Optional.of(Architecture.RESNET18), seen.network().architecture());
        assertEquals(122, seen.tensors().size());
        assertEquals(List.of(), seen.network().lacking());
        assertEquals(List.of(""), seen.places());
    }

    @Test
    void weights_ofWhichSomeAreMissing_areNearest_andTheMissingAreNamed() throws IOException {
        Path file = folder.resolve("partial.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter(Map.of("format", "pt"));
        Architecture.RESNET18.trunkShapes().forEach((name, shape) -> {
            if (name.startsWith("layer4.1.") || name.endsWith("num_batches_tracked")) return;
            List<Long> other = name.equals("bn1.bias") ? List.of(3L) : shape;
            int n = (int) other.stream().mapToLong(s -> s).reduce(1, (a, b) -> a * b);
            writer.add(name, ScalarKind.BF16, other, ByteBuffer.allocate(2 * n));
        });
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            writer.write(out);
        }
        WeightsInspection.Recognition seen = WeightsInspection.of(file).network();
        assertEquals(Optional.empty(), seen.architecture());
        assertEquals(Optional.of(Architecture.RESNET18), seen.nearest());
        assertEquals(11, seen.lacking().size());
        assertEquals("bn1.bias has the shape [3], not [64]", seen.lacking().get(0));
        assertEquals(
                "layer4.1.conv1.weight [512, 512, 3, 3] is missing",
                seen.lacking().get(1));
    }

    @Test
    void subject_isToldByTheContent() throws IOException {
        assertEquals(Subject.MODEL, Subject.of(Files.copy(run.model(), folder.resolve("model.zip"))));
        assertEquals(Subject.CHECKPOINT, Subject.of(Checkpoint.fileIn(run.checkpoint())));
        assertEquals(Subject.CHECKPOINT, Subject.of(run.checkpoint()));
        assertEquals(Subject.RUN, Subject.of(run.folder()));
        assertEquals(Subject.WEIGHTS, Subject.of(weights));
        assertEquals(Subject.DATA, Subject.of(Files.createDirectories(folder.resolve("pets"))));
        assertEquals(Subject.DATA, Subject.of(zip("pets.pt", "cat/1.jpg")));
        assertEquals(Subject.DATA, Subject.of(Files.writeString(folder.resolve("labels.csv"), "file,label\n")));
    }

    /** Opening it would wait for somebody who writes. */
    @Test
    @Timeout(20)
    @DisabledOnOs(OS.WINDOWS)
    void subject_ofAPipe_isRefused() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        String said = assertThrows(IOException.class, () -> Subject.of(pipe)).getMessage();
        assertTrue(said.startsWith(pipe + " is neither a file nor a folder"), said);
    }

    @Test
    void subject_ofAnythingElse_saysWhatItIs() throws IOException {
        assertThrows(FileNotFoundException.class, () -> Subject.of(folder.resolve("nothing")));
        Path numpy = zip("arrays.npz", "a.npy");
        assertTrue(assertThrows(WeightsException.class, () -> Subject.of(numpy))
                .getMessage()
                .contains("is a zip of NumPy arrays"));
        Path text = Files.writeString(folder.resolve("notes.txt"), "hello");
        assertThrows(WeightsException.class, () -> Subject.of(text));
    }

    private static Path zip(String name, String entry) throws IOException {
        Path file = folder.resolve(name);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry(entry));
            zip.write(new byte[9]);
            zip.closeEntry();
        }
        return file;
    }
}
