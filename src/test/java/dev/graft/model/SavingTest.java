package dev.graft.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ChildJvm;
import dev.graft.Slice;
import dev.graft.SmallRun;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.torch.RandomSource;
import dev.graft.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Saving under a full disk and under SIGKILL: what lies at the target is whole, old or new. */
@EnabledOnOs(OS.LINUX)
class SavingTest {
    private static final int QUICK_KILLS = Slice.of(45, 12);
    private static final int REAL_KILLS = Slice.of(5, 3);

    @TempDir
    static Path folder;

    private static Path two;
    private static Path three;

    @BeforeAll
    static void saveModels() throws IOException {
        Path weights = HashState.write(folder.resolve("hash.pth"), 10);
        two = SmallRun.model(folder.resolve("two.pt"), weights, SmallRun.CARD);
        three = SmallRun.model(folder.resolve("three.pt"), weights, SmallRun.card(64, "cat", "cow", "dog"));
    }

    private static List<Path> parts(Path place) throws IOException {
        try (Stream<Path> all = Files.list(place)) {
            return all.filter(f -> f.toString().endsWith(".part")).toList();
        }
    }

    @Test
    void save_diskFull_leavesTheOldFilesAndTheJvm() throws IOException {
        Path place = Files.createDirectory(folder.resolve("full"));
        Path model = Files.copy(two, place.resolve("model.pt"));
        Path checkpoint = writeCheckpoint(place);
        byte[] before = Files.readAllBytes(checkpoint);
        try (ChildJvm child =
                ChildJvm.startOnFullDisk(folder, 20_000, List.of("-Xmx64m"), Saving.class, "once", place, three)) {
            ChildJvm.Result result = child.await(Duration.ofMinutes(2));
            assertEquals(0, result.exit(), result.output());
            for (Path file : List.of(model, checkpoint)) {
                String expected = "refused: write: " + file
                        + " could not be written (File too large); the file there is unchanged; check that";
                assertTrue(result.output().contains(expected), result.output());
            }
            assertTrue(result.output().endsWith("alive with 62 parameters\n"), result.output());
        }
        assertEquals(-1, Files.mismatch(two, model));
        assertEquals(-1, Arrays.mismatch(before, Files.readAllBytes(checkpoint)));
        assertEquals(List.of(), parts(place));
    }

    private static Path writeCheckpoint(Path place) throws IOException {
        try (Classifier c = Classifier.load(two);
                RandomSource random = new RandomSource(1)) {
            Checkpoint.write(place.resolve(Checkpoint.FILE), SmallRun.contents(c, random));
        }
        return place.resolve(Checkpoint.FILE);
    }

    @Test
    void save_killedManyTimes_leavesNoHalfFile() throws Exception {
        Path place = Files.createDirectory(folder.resolve("killed"));
        Path model = place.resolve("model.pt");
        Random when = new Random(7);
        int caught = 0;
        for (int i = 0; i < QUICK_KILLS + REAL_KILLS; i++) {
            String how = i < QUICK_KILLS ? "copies" : "forever";
            kill(how, place, when.nextInt(250));
            if (Files.exists(model)) {
                assertWhole(model);
            }
            if (Files.exists(place.resolve(Checkpoint.FILE))) {
                Checkpoint.open(place).close();
            }
            caught += parts(place).size();
            for (Path part : parts(place)) {
                Files.delete(part);
            }
        }
        assertTrue(caught > 0, "no kill came in the middle of a file");
        try (Classifier c = Classifier.load(model)) {
            assertEquals(2, c.card().classes().size());
        }
        try (Classifier c = Classifier.load(place.resolve(Checkpoint.FILE))) {
            assertEquals(SmallRun.CARD, c.card());
        }
    }

    private static void kill(String how, Path place, int millis) throws Exception {
        try (ChildJvm child = ChildJvm.start(
                folder, ChildJvm.digesting("-Xmx64m", "-Xshare:auto"), Saving.class, how, place, two, three)) {
            long limit = System.nanoTime() + Duration.ofMinutes(1).toNanos();
            while (!child.output().contains("ready")) {
                assertTrue(System.nanoTime() < limit, child.output());
                Thread.sleep(10);
            }
            Thread.sleep(millis);
        }
    }

    private static void assertWhole(Path model) throws IOException {
        long size = Files.size(model);
        assertTrue(size == Files.size(two) || size == Files.size(three), "model.pt has " + size + " bytes");
        try (WeightsFile file = WeightsFile.open(model)) {
            assertEquals(122, file.tensors().size());
        }
    }
}
