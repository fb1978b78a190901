package dev.graft.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.SmallRun;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import dev.graft.weights.pickle.PickleNode;
import dev.graft.weights.pickle.PickleWriter;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.zip.TorchZipWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are no weights, or no longer: every door says so, names the file, and keeps nothing. */
class DamagedWeightsTest {
    @TempDir
    static Path folder;

    private static Path weights;
    private static Path checkpoint;
    private static RandomSource random;

    @BeforeAll
    static void writeFiles() throws IOException {
        random = new RandomSource(5);
        weights = HashState.write(folder.resolve("hash.pth"), 10);
        try (Classifier c = Classifier.graft(weights, SmallRun.CARD, random)) {
            Checkpoint.write(folder.resolve("run").resolve(Checkpoint.FILE), SmallRun.contents(c, random));
        }
        checkpoint = folder.resolve("run").resolve(Checkpoint.FILE);
    }

    @AfterAll
    static void freeRandom() {
        random.close();
    }

    private static Classifier graft(Path file) throws IOException {
        return Classifier.graft(file, SmallRun.CARD, random);
    }

    private static void assertRefused(Path file, org.junit.jupiter.api.function.Executable door) {
        Exception e = assertThrows(WeightsException.class, door);
        assertTrue(e.getMessage().startsWith("weights: " + file + ": "), e.getMessage());
        assertTrue(e.getMessage().contains("; "), "no remedy: " + e.getMessage());
    }

    private static Path cut(Path file, double part) throws IOException {
        Path cut = Files.copy(file, folder.resolve("cut" + part + file.getFileName()));
        try (FileChannel channel = FileChannel.open(cut, StandardOpenOption.WRITE)) {
            channel.truncate(part < 1 ? (long) (part * channel.size()) : channel.size() - (long) part);
        }
        return cut;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-8, 1e-6, 0.001, 0.1, 0.5, 0.999, 22, 1})
    void open_cutFile_isRefused(double part) throws IOException {
        long before = Pointer.totalCount();
        Path cutWeights = cut(weights, part);
        assertRefused(cutWeights, () -> graft(cutWeights));
        Path cutCheckpoint = cut(checkpoint, part);
        assertRefused(cutCheckpoint, () -> Checkpoint.open(cutCheckpoint));
        assertRefused(cutCheckpoint, () -> Classifier.load(cutCheckpoint));
        assertEquals(before, Pointer.totalCount());
        Files.delete(cutWeights);
        Files.delete(cutCheckpoint);
    }

    @Test
    void graft_textFolderOrNothing_isRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("readme.pth"), "<html>Please log in</html>");
        assertRefused(text, () -> graft(text));
        assertRefused(folder, () -> graft(folder));
        assertRefused(folder.resolve("none.pth"), () -> graft(folder.resolve("none.pth")));
    }

    @Test
    void graft_headIsASingleNumber_isRefused() throws IOException {
        Path odd = folder.resolve("odd.pth");
        PickleNode number = PickleNode.tensor("0", 1, ScalarKind.F32, List.of(), List.of(), 0, false);
        try (FileChannel out = FileChannel.open(odd, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                TorchZipWriter zip = new TorchZipWriter(out, "archive")) {
            zip.entry("data.pkl", PickleWriter.write(PickleNode.orderedDict(Map.of("fc.weight", number))));
            zip.entry("data/0", new byte[4]);
        }
        assertRefused(odd, () -> graft(odd));
    }

    @Test
    void load_notANumberInside_namesTheTensorAndKeepsNothing() throws IOException {
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            Path spoilt = folder.resolve("spoilt.pt");
            try (Classifier c = graft(weights);
                    NativeScope scope = NativeScope.open();
                    NoGradGuard noGrad = new NoGradGuard()) {
                c.network().tensor("layer4.1.bn2.running_var").narrow(0, 511, 1).fill_(new Scalar(bad));
                c.save(spoilt);
            }
            long before = Pointer.totalCount();
            for (int i = 0; i < 3; i++) {
                assertRefused(spoilt, () -> graft(spoilt));
                Exception e = assertThrows(IOException.class, () -> Classifier.load(spoilt));
                assertTrue(e.getMessage().contains("layer4.1.bn2.running_var holds NaN or infinite"), e.getMessage());
            }
            assertEquals(before, Pointer.totalCount());
        }
    }

    @Test
    void open_folderWithoutCheckpoint_saysWhatToGive() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        for (Path place : new Path[] {empty, folder.resolve("nowhere")}) {
            Exception e = assertThrows(IOException.class, () -> Checkpoint.open(place));
            assertTrue(e.getMessage().startsWith("checkpoint: there is no file " + place), e.getMessage());
            assertTrue(e.getMessage().contains("; give the folder checkpoint of an earlier run"), e.getMessage());
        }
    }

    @Test
    void open_weightsAsCheckpoint_saysTheyAreNone() {
        assertRefused(weights, () -> Checkpoint.open(weights));
    }
}
