package dev.graft.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.weights.WeightsFile;
import dev.graft.weights.pickle.PickleNode;
import dev.graft.weights.pickle.PickleWriter;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsChoice;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.zip.TorchZipWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of the state dicts of a file is taken. All tensors are views of one storage, so the files are small. */
class WeightsPlacesTest {
    private static final long LARGEST = 512 * 512 * 9;
    private static final Map<String, Object> NOISE = Map.of("a", tensor(List.of(3L), 0), "b", tensor(List.of(4L), 0));

    @TempDir
    Path folder;

    @Test
    void theOneThatFits_isTakenWhateverItsKey() throws IOException {
        Map<String, Object> tensors = new LinkedHashMap<>();
        for (int i = 0; i < 300; i++) tensors.put("x" + i, tensor(List.of(2L), 0));
        Path file = write(map("model", NOISE, "extra", tensors, "deep", map("er", List.of(1, resnet(0)))));
        try (WeightsFile open = WeightsFile.open(file, Architecture.any(WeightsChoice.ANY))) {
            assertEquals(Optional.of(Architecture.RESNET18), Architecture.recognise(open));
            assertEquals(List.of("took the tensors under 'deep.er.1'; beside it: model, extra"), open.notes());
            assertEquals(List.of("model", "extra", "deep.er.1"), open.keys());
        }
        try (WeightsFile open = WeightsFile.open(file)) { // nothing is looked for: the usual key
            assertEquals(NOISE.keySet(), open.tensors().keySet());
        }
    }

    @Test
    void severalThatFit_underUsualKeys_theFirstIsTakenAndTheOthersNamed() throws IOException {
        Path file = write(map("model_ema", resnet(1), "model", resnet(0), "best", resnet(2)));
        try (WeightsFile open = WeightsFile.open(file, Architecture.any(WeightsChoice.ANY))) {
            assertEquals(0, open.tensors().get("conv1.weight").offset());
            assertEquals(
                    "took the tensors under 'model'; beside it: model_ema, best",
                    open.notes().get(0));
            assertEquals(
                    "other weights lie under 'best' (100 tensors), 'model_ema' (100 tensors, averaged weights): to take"
                            + " them, give the key (--weights-key KEY, or WeightsChoice.key(KEY))",
                    open.notes().get(1));
        }
        try (WeightsFile open = WeightsFile.open(file, Architecture.any(WeightsChoice.key("model_ema")))) {
            assertEquals(1, open.tensors().get("conv1.weight").offset());
            assertTrue(open.notes().get(0).contains("'model_ema', which are averaged weights;"));
            assertEquals(1, open.notes().size());
        }
    }

    @Test
    void severalThatFit_withoutUsualKeys_areRefusedWithTheirKeys() throws IOException {
        Path file = write(map("student", resnet(0), "teacher", resnet(1)));
        WeightsChoice any = Architecture.any(WeightsChoice.ANY);
        refused(file, any, "several networks that fit: 'student' (100 tensors), 'teacher' (100 tensors); say which");
        try (WeightsFile open = WeightsFile.open(file, WeightsChoice.key("teacher"))) {
            assertEquals(1, open.tensors().get("conv1.weight").offset());
        }
        try (WeightsFile open = WeightsFile.open(write(map("student", resnet(3), "twin", resnet(3))), any)) {
            assertFalse(open.tensors().isEmpty(), "the same numbers twice are no choice");
        }
    }

    @Test
    void key_thatLeadsNowhere_isRefusedWithThoseThatThereAre() throws IOException {
        Path file = write(map("model", NOISE, "epoch", 3));
        refused(file, WeightsChoice.key("epoch"), "has no tensors under 'epoch'; they lie under: 'model' (2 tensors)");
        refused(
                write(map("w", NOISE.get("a"))),
                WeightsChoice.key("x"),
                "they lie under: the outermost dict (1 tensors)");
    }

    private static void refused(Path file, WeightsChoice choice, String words) {
        String told = assertThrows(WeightsException.class, () -> WeightsFile.open(file, choice))
                .getMessage();
        assertTrue(told.contains(words), told);
    }

    /** The trunk of a ResNet18, each tensor {@code offset} numbers behind the storage's start. */
    private static Map<String, Object> resnet(int offset) {
        Map<String, Object> state = new LinkedHashMap<>();
        Architecture.RESNET18.trunkShapes().forEach((name, shape) -> {
            if (!name.endsWith("num_batches_tracked")) state.put(name, tensor(shape, offset));
        });
        return state;
    }

    private static PickleNode tensor(List<Long> shape, int offset) {
        return PickleNode.tensor(
                new StoredTensor("", ScalarKind.F32, shape, StoredTensor.rowOrder(shape), offset, "0", LARGEST + 8),
                false);
    }

    private static Map<String, Object> map(Object... items) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < items.length; i += 2) map.put((String) items[i], items[i + 1]);
        return map;
    }

    private Path write(Object value) throws IOException {
        Path file = folder.resolve("weights.pth");
        try (FileChannel out = FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
                TorchZipWriter zip = new TorchZipWriter(out, "archive")) {
            zip.entry("data.pkl", PickleWriter.write(value));
            zip.entry("data/0", ByteBuffer.allocate((int) (LARGEST + 8) * 4));
        }
        return file;
    }
}
