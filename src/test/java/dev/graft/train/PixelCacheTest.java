package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ByType;
import dev.graft.ChildJvm;
import dev.graft.SmallRun;
import dev.graft.batch.PixelCache;
import dev.graft.batch.Unreadable;
import dev.graft.data.Sample;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.model.ModelCard;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Sgd;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Pixels are kept from the first epoch on, and nothing tells it from reading the files again, save that it does not. */
class PixelCacheTest {
    private static final TrainingPlan PLAN =
            TrainingPlan.reference().withEpochs(3).withBatchSize(4);
    private static final int SIZE = HashState.SIZE / 2;
    private static final int PICTURE = 3 * SIZE * SIZE;

    @TempDir
    static Path folder;

    private static Path weights;

    @TempDir
    Path pictures;

    @TempDir
    Path disk;

    private List<Sample> train;
    private List<Sample> validation;

    @BeforeAll
    static void writeWeights() throws IOException {
        Threads.set(1);
        weights = HashState.write(folder.resolve("hash.pth"), 10);
    }

    @BeforeEach
    void draw() throws IOException {
        train = SmallRun.samples(pictures.resolve("train"), 10);
        validation = SmallRun.samples(pictures.resolve("val"), 6);
    }

    /** What a run told and made. */
    private record Run(List<Double> losses, List<Integer> correct, Map<String, String> skipped, byte[] model) {}

    /** Does something to the files once the first epoch is over. */
    private interface Change {
        void of(Path file) throws IOException;
    }

    private Run run(TrainingPlan plan, PixelCache cache, Change afterFirstEpoch) throws IOException {
        return run(plan, cache, SmallRun.LITTLE, afterFirstEpoch);
    }

    private Run run(TrainingPlan plan, PixelCache cache, ModelCard card, Change afterFirstEpoch) throws IOException {
        List<Double> losses = new ArrayList<>();
        List<Integer> correct = new ArrayList<>();
        Path model = Files.createTempFile(folder, "model", ".pt");
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, card, random)) {
            Trainer.Outcome outcome = Trainer.of(c, train, plan)
                    .validation(validation)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .pixelCache(cache)
                    .listener(new ByType() {
                        @Override
                        public void onSteps(Event.StepsTaken steps) {
                            for (double loss : steps.losses()) losses.add(loss);
                        }

                        @Override
                        public void onEpoch(Event.EpochEnded epoch) throws IOException {
                            correct.add(epoch.correct());
                            if (epoch.epoch() == 1) {
                                for (Sample s : all()) afterFirstEpoch.of(s.file());
                            }
                        }
                    })
                    .fit();
            c.save(model);
            return new Run(losses, correct, outcome.skipped(), Files.readAllBytes(model));
        }
    }

    private List<Sample> all() {
        return Stream.concat(train.stream(), validation.stream()).toList();
    }

    private static void nothing(Path file) {}

    private static void assertSame(Run expected, Run seen) {
        assertEquals(expected.losses, seen.losses);
        assertEquals(expected.correct, seen.correct);
        assertEquals(expected.skipped, seen.skipped);
        assertEquals(0, java.util.Arrays.compare(expected.model, seen.model), "the model's bytes");
    }

    @Test
    void fit_inMemoryOrOnDisk_readsNoFileAfterTheFirstEpoch_andGivesTheSameBytes() throws IOException {
        Run without = run(PLAN, PixelCache.OFF, PixelCacheTest::nothing);
        assertEquals(9, without.losses.size());
        for (PixelCache cache : List.of(PixelCache.inMemory(1 << 20), PixelCache.onDisk(disk), PixelCache.inMemory())) {
            draw();
            assertSame(without, run(PLAN, cache, Files::delete));
            assertFalse(Files.exists(train.get(0).file()));
        }
        assertEquals(0, entries(disk), "the temporary file is gone");
    }

    @Test
    void fit_withoutCache_readsTheFilesAgain() {
        Exception e = assertThrows(IOException.class, () -> run(PLAN, PixelCache.OFF, Files::delete));
        assertTrue(e.getMessage().contains("does not exist"), e.getMessage());
    }

    @Test
    void fit_normalisedByOpenCv_isKeptToo() throws IOException {
        Preprocessing p = Preprocessing.opencv().withResize(new Resize.Stretch(SIZE, SIZE));
        ModelCard card = new ModelCard(Architecture.RESNET18, List.of("cat", "dog"), p);
        Run without = run(PLAN, PixelCache.OFF, card, PixelCacheTest::nothing);
        assertSame(without, run(PLAN, PixelCache.inMemory(16L * 4 * PICTURE), card, Files::delete));
    }

    /** The first ones of the list are kept, the others' files are read in every epoch. */
    @Test
    void fit_budgetForSome_keepsThem_andReadsTheOthersAgain() throws IOException {
        Run without = run(PLAN, PixelCache.OFF, PixelCacheTest::nothing);
        List<Path> fit = train.subList(0, 5).stream().map(Sample::file).toList();
        for (PixelCache cache : List.of(
                PixelCache.inMemory(5 * PICTURE + PICTURE - 1), PixelCache.onDisk(disk, 5 * PICTURE + PICTURE - 1))) {
            draw();
            assertSame(without, run(PLAN, cache, file -> {
                if (fit.contains(file)) Files.delete(file);
            }));
        }
        draw();
        Path sixth = train.get(5).file();
        Exception e = assertThrows(
                IOException.class,
                () -> run(PLAN, PixelCache.inMemory(5 * PICTURE), file -> {
                    if (file.equals(sixth)) Files.delete(file);
                }));
        assertTrue(e.getMessage().contains("\n  " + sixth + ": does not exist"), e.getMessage());
        assertSame(without, rerun(PixelCache.inMemory(PICTURE - 1)));
    }

    private Run rerun(PixelCache cache) throws IOException {
        draw();
        return run(PLAN, cache, PixelCacheTest::nothing);
    }

    /** Also when they could be read later: every epoch leaves the same pictures out. */
    @Test
    void fit_unreadablePictures_areLeftOutInEveryEpoch() throws IOException {
        // Of each five at least three can be read: batch norms cannot learn from one picture of this size.
        TrainingPlan plan = PLAN.withUnreadable(Unreadable.SKIP).withBatchSize(5);
        byte[] good = Files.readAllBytes(train.get(0).file());
        List<Path> bad = List.of(
                train.get(3).file(), train.get(8).file(), validation.get(2).file());
        for (Path file : bad) Files.writeString(file, "no picture");
        Run without = run(plan, PixelCache.OFF, PixelCacheTest::nothing);
        assertEquals(3, without.skipped.size());
        for (PixelCache cache :
                List.of(PixelCache.inMemory(1 << 20), PixelCache.onDisk(disk), PixelCache.inMemory(2 * PICTURE))) {
            for (Path file : bad) Files.writeString(file, "no picture");
            assertSame(without, run(plan, cache, file -> {
                if (bad.contains(file)) Files.write(file, good);
            }));
        }
    }

    @Test
    void fit_pictureThatChanges_countsAsItWasFirst() throws IOException {
        Run without = run(PLAN, PixelCache.OFF, PixelCacheTest::nothing);
        byte[] other = Files.readAllBytes(train.get(0).file());
        assertSame(without, run(PLAN, PixelCache.inMemory(1 << 20), file -> Files.write(file, other)));
        draw();
        Run changed = run(PLAN, PixelCache.OFF, file -> Files.write(file, other));
        assertNotEquals(without.losses, changed.losses);
    }

    /** What lies before layer4 is too much for the features' share: pictures pass it in every epoch, without being read. */
    @Test
    void fit_trunkOnceButFeaturesDoNotFit_keepsPixels() throws IOException {
        TrainingPlan plan = TrainingPlan.fast()
                .withEpochs(2)
                .withBatchSize(4)
                .withGroups(List.of(
                        new ParameterGroup("layer4", 1e-4, new Sgd(0.9, 0)),
                        new ParameterGroup(Classifier.HEAD, 1e-3, new Sgd(0.9, 0))));
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.LITTLE, random)) {
            Trainer.Outcome outcome = Trainer.of(c, train, plan)
                    .validation(validation)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .featuresWithin(0)
                    .pixelCache(PixelCache.inMemory(1 << 20))
                    .listener(new ByType() {
                        @Override
                        public void onEpoch(Event.EpochEnded epoch) throws IOException {
                            if (epoch.epoch() == 1) for (Sample s : all()) Files.delete(s.file());
                        }
                    })
                    .fit();
            assertEquals(6, outcome.evaluation().orElseThrow().samples().length);
        }
    }

    /** Views differ from epoch to epoch and are cut from the files; the validation pictures are kept all the same. */
    @Test
    void fit_views_keepsTheValidationPicturesOnly() throws IOException {
        TrainingPlan plan = PLAN.withViews(2);
        Run without = run(plan, PixelCache.OFF, PixelCacheTest::nothing);
        List<Path> kept = validation.stream().map(Sample::file).toList();
        assertSame(without, run(plan, PixelCache.inMemory(6 * PICTURE), file -> {
            if (kept.contains(file)) Files.delete(file);
        }));
    }

    @Test
    void fit_again_leavesNoNativeMemory() throws IOException {
        long[] held = new long[4];
        for (int i = 0; i < held.length; i++) {
            run(PLAN.withEpochs(2), PixelCache.inMemory(1 << 20), PixelCacheTest::nothing);
            System.gc();
            System.gc(); // what the first finds unreachable, the second frees
            held[i] = Pointer.totalBytes();
        }
        assertEquals(held[1], held[3]);
    }

    @Test
    void options_wrong_nameWhatIsAllowed() {
        String negative = assertThrows(IllegalArgumentException.class, () -> PixelCache.inMemory(-1))
                .getMessage();
        assertTrue(negative.contains("at least 0 bytes, was -1"), negative);
        Path nowhere = folder.resolve("nowhere");
        for (String message : List.of(
                assertThrows(IOException.class, () -> PixelCache.onDisk(nowhere))
                        .getMessage(),
                assertThrows(
                                IOException.class,
                                () -> run(PLAN, PixelCache.onDisk(nowhere, 1 << 20), PixelCacheTest::nothing))
                        .getMessage())) {
            assertTrue(message.startsWith("pixel cache: there is no folder " + nowhere), message);
        }
    }

    @Test
    void inMemory_unsaid_isAtMostAQuarterOfTheMachine() {
        long bytes = PixelCache.inMemory().mostBytes();
        assertTrue(bytes > 0 && bytes <= PixelCacheRun.machineMemory() / 4, bytes + " bytes");
    }

    /** Killed in the middle of the second epoch, and on a disk that is full after five pictures. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void onDisk_killedOrFull_leavesNothingAndChangesNothing() throws IOException {
        try (ChildJvm child =
                ChildJvm.start(folder, List.of("-Xmx64m"), PixelCacheRun.class, weights, pictures, disk, 99)) {
            waitFor(child, "epoch 2");
        }
        assertEquals(0, entries(disk), "after a kill");
        ChildJvm.Result whole =
                ChildJvm.run(folder, List.of("-Xmx64m"), PixelCacheRun.class, weights, pictures, disk, 3);
        assertEquals(0, whole.exit(), whole.output());
        assertFalse(whole.output().contains("cannot cache more pictures"), whole.output());
        long kilobytes = 5L * 3 * HashState.SIZE * HashState.SIZE / 1024;
        try (ChildJvm child = ChildJvm.startOnFullDisk(
                folder, kilobytes, List.of("-Xmx64m"), PixelCacheRun.class, weights, pictures, disk, 3)) {
            ChildJvm.Result full = child.await(Duration.ofMinutes(2));
            assertEquals(0, full.exit(), full.output());
            assertTrue(full.output().contains("pixel cache: cannot cache more pictures"), full.output());
            assertEquals(losses(whole), losses(full));
        }
        assertEquals(0, entries(disk));
    }

    private static void waitFor(ChildJvm child, String line) throws IOException {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!child.output().contains(line)) {
            assertTrue(System.nanoTime() < end, child.output());
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static List<String> losses(ChildJvm.Result result) {
        List<String> lines =
                result.output().lines().filter(l -> l.startsWith("loss ")).toList();
        assertEquals(9, lines.size(), result.output());
        return lines;
    }

    private static int entries(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return (int) files.count();
        }
    }
}
