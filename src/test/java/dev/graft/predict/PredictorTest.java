package dev.graft.predict;

import static dev.graft.predict.GoldenModel.assertIsGolden;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.Settled;
import dev.graft.Slice;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.model.Precision;
import dev.graft.model.TrustedScript;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PredictorTest {
    @TempDir
    static Path folder;

    private static final PredictorOptions EXACT = PredictorOptions.exact().withDevice(ComputeDevice.CPU);
    private static final PredictorOptions FUSED =
            PredictorOptions.fast().withDevice(ComputeDevice.CPU).withPrecision(Precision.FP32);

    private static Path weights;
    private static Path model;
    /** More than a batch, of different sizes. */
    private static List<Path> pictures;

    @BeforeAll
    static void saveModel() throws IOException {
        Threads.set(1);
        weights = HashState.write(folder.resolve("hash.pth"), 10);
        model = save("stretch", Preprocessing.standard().withResize(GoldenModel.STRETCH));
        pictures = GoldenModel.draw(folder.resolve("pictures"), 40);
    }

    private static Path save(String name, Preprocessing preprocessing) throws IOException {
        return GoldenModel.save(folder.resolve(name + ".pt"), weights, preprocessing);
    }

    private static Predictor open() throws IOException {
        return Predictor.open(model, EXACT);
    }

    @Test
    void predict_exactAndFused_equalsPyTorch() throws IOException {
        Path photo = Files.write(folder.resolve("photo.jpg"), GoldenModel.resource("photo.jpg"));
        for (PredictorOptions options : List.of(EXACT, FUSED)) {
            try (Predictor p = Predictor.open(model, options)) {
                List<Prediction> all = p.predict(pictures);
                assertEquals(pictures.size(), all.size());
                for (int i = 0; i < all.size(); i++) assertIsGolden("stretch", i, all.get(i));
                for (int i = 0; i < 4; i++) {
                    assertIsGolden("stretch", i, p.predict(pictures.get(i)));
                    assertIsGolden("stretch", i, p.predict(Files.readAllBytes(pictures.get(i)), "upload"));
                }
                assertIsGolden("stretch", "photo.jpg", p.predict(photo));
                assertIsGolden("stretch", "photo.jpg", p.predict(Files.readAllBytes(photo), "photo"));
            }
        }
    }

    @Test
    void predict_shortSideAndCrop_equalsPyTorch() throws IOException {
        Path crop = save("crop", Preprocessing.standard().withResize(GoldenModel.CROP));
        try (Predictor p = Predictor.open(crop, EXACT)) {
            for (int i = 0; i < 4; i++) assertIsGolden("crop", i, p.predict(pictures.get(i)));
            assertIsGolden("crop", "photo.jpg", p.predict(GoldenModel.resource("photo.jpg"), "photo"));
        }
    }

    /** This engine's pixels come as floats; it filters otherwise than Pillow, so nothing is resized here. */
    @Test
    void predict_openCv_equalsPyTorch() throws IOException {
        Path opencv = save("opencv", Preprocessing.opencv().withResize(GoldenModel.STRETCH));
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < 4; i++) files.add(GoldenModel.draw(folder.resolve("as-is/" + i + ".png"), i, 72, 56));
        for (PredictorOptions options : List.of(EXACT, FUSED)) {
            try (Predictor p = Predictor.open(opencv, options)) {
                List<Prediction> all = p.predict(files);
                for (int i = 0; i < 4; i++) {
                    assertIsGolden("as-is", i, all.get(i));
                    assertIsGolden("as-is", i, p.predict(Files.readAllBytes(files.get(i)), "upload"));
                }
            }
        }
    }

    @Test
    void predict_fewerBits_isNearPyTorch() throws IOException {
        isNear(FUSED.withPrecision(Precision.BF16), 0.03f);
        isNear(FUSED.withInt8(pictures.subList(0, 12)), 0.06f);
    }

    private static void isNear(PredictorOptions options, float room) throws IOException {
        try (Predictor p = Predictor.open(model, options)) {
            List<Prediction> all = p.predict(pictures.subList(0, 16));
            float most = 0;
            for (int i = 0; i < all.size(); i++) {
                assertIsGolden("stretch", i, all.get(i), room);
                float expected = GoldenModel.probabilities("stretch", "" + i)[0];
                most = Math.max(most, Math.abs(all.get(i).probabilities().get(0) - expected));
            }
            assertTrue(most > GoldenModel.ROUNDING, options + " computes in FP32: " + most);
        }
    }

    /** The short way is the fast one; what is fused rounds otherwise. */
    @Test
    void open_withoutOptions_isFast() throws IOException {
        PredictorOptions fast = PredictorOptions.fast();
        assertTrue(fast.fused());
        try (Predictor p = Predictor.open(model);
                Predictor named = Predictor.open(model, fast);
                Predictor exact = Predictor.open(model, PredictorOptions.exact())) {
            assertEquals(named.predict(pictures), p.predict(pictures));
            assertNotEquals(exact.predict(pictures), p.predict(pictures));
        }
    }

    @Test
    void open_foreignNetwork_runsAsSaved_andRefusesOtherPrecisions() throws Exception {
        Path script = Path.of(PredictorTest.class
                .getResource("/golden/script/net.scripted.pt")
                .toURI());
        Path saved = folder.resolve("foreign.pt");
        Preprocessing small = Preprocessing.standard().withResize(new Resize.Stretch(32, 32));
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(TrustedScript.of(script), List.of("cat", "dog"), small, random)) {
            c.save(saved);
        }
        TrustedScript trusted = TrustedScript.of(saved);
        try (Predictor fast = Predictor.open(trusted);
                Predictor fp32 = Predictor.open(trusted, FUSED);
                Predictor exact = Predictor.open(trusted, EXACT)) {
            List<Prediction> expected = exact.predict(pictures);
            assertEquals(expected, fast.predict(pictures));
            assertEquals(expected, fp32.predict(pictures));
        }
        for (PredictorOptions options :
                List.of(FUSED.withPrecision(Precision.BF16), FUSED.withInt8(pictures.subList(0, 2)))) {
            Exception e = assertThrows(IllegalArgumentException.class, () -> Predictor.open(trusted, options));
            assertTrue(e.getMessage().contains("runs in FP32 only"), e.getMessage());
        }
    }

    @Test
    void open_calibrationPictureIsBad_isNamed() throws IOException {
        Path bad = Files.writeString(folder.resolve("rubbish.png"), "no picture");
        PredictorOptions options = FUSED.withInt8(List.of(pictures.get(0), bad));
        Exception e = assertThrows(IOException.class, () -> Predictor.open(model, options));
        assertTrue(e.getMessage().contains("rubbish.png"), e.getMessage());
    }

    /** LibTorch's memory grows with every thread that enters it. */
    @Test
    void openPredictAndClose_neverEnterLibTorchInTheCallersThread() throws Exception {
        List<Path> seen = pictures.subList(0, 20);
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try (Predictor p = Predictor.open(model, FUSED.withInt8(seen))) {
                p.predict(pictures);
                done.complete(null);
            } catch (IOException | RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        caller.start();
        Set<String> inside = new TreeSet<>();
        while (caller.isAlive()) {
            for (StackTraceElement frame : caller.getStackTrace()) {
                if (frame.getClassName().startsWith("org.bytedeco.pytorch.")) inside.add(frame.toString());
            }
        }
        done.get();
        assertEquals(Set.of(), inside);
    }

    @Test
    void predict_sixteenThreads_eachAnswerIsThatOfOneThread() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(16);
        try (Predictor first = open();
                Predictor second = open()) {
            List<Future<Prediction>> answers = new ArrayList<>();
            for (int i = 0; i < 96; i++) {
                Predictor p = i % 2 == 0 ? first : second;
                Path picture = pictures.get(i % 16);
                answers.add(pool.submit(() -> p.predict(picture)));
            }
            for (int i = 0; i < 96; i++) {
                assertIsGolden("stretch", i % 16, answers.get(i).get());
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void close_whileSixteenThreadsPredict_eachGetsItsAnswerOrIsRefused() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(16);
        try {
            AtomicInteger refused = new AtomicInteger();
            for (int round = 0; round < 5; round++) {
                Predictor p = open();
                AtomicInteger answered = new AtomicInteger();
                List<Callable<Void>> callers = new ArrayList<>();
                for (int i = 0; i < 16; i++) {
                    int picture = i;
                    callers.add(() -> predictUntilClosed(p, picture, answered, refused));
                }
                List<Future<Void>> ends = new ArrayList<>();
                for (Callable<Void> caller : callers) {
                    ends.add(pool.submit(caller));
                }
                while (answered.get() < 20) {
                    Thread.sleep(1);
                }
                Future<?> alsoClosing = pool.submit(p::close);
                p.close();
                p.close();
                alsoClosing.get();
                for (Future<Void> end : ends) {
                    end.get();
                }
            }
            assertEquals(5 * 16, refused.get());
        } finally {
            pool.shutdownNow();
        }
    }

    private static Void predictUntilClosed(Predictor p, int i, AtomicInteger answered, AtomicInteger refused)
            throws IOException {
        try {
            while (true) {
                assertIsGolden("stretch", i, p.predict(pictures.get(i)));
                answered.incrementAndGet();
            }
        } catch (IllegalStateException e) {
            assertEquals("predictor: used after close; open a new one", e.getMessage());
            refused.incrementAndGet();
        }
        return null;
    }

    @Test
    void predict_afterClose_isRefusedBeforeAnythingIsRead() throws IOException {
        Predictor p = open();
        p.close();
        p.close();
        assertThrows(IllegalStateException.class, () -> p.predict(folder.resolve("none.png")));
        assertThrows(IllegalStateException.class, () -> p.predict(new byte[3], "three bytes"));
        assertThrows(IllegalStateException.class, () -> p.predict(List.of()));
        assertThrows(IllegalStateException.class, () -> p.predictEach(List.of(folder.resolve("none.png"))));
        assertEquals(GoldenModel.CLASSES, p.classes());
    }

    @Test
    void predict_badPicture_isNamedAndThePredictorLivesOn() throws IOException {
        Path text = Files.writeString(folder.resolve("text.jpg"), "no picture");
        try (Predictor p = open()) {
            List<Path> some = List.of(pictures.get(0), text);
            for (int i = 0; i < 3; i++) {
                Exception e = assertThrows(IOException.class, () -> p.predict(some));
                assertTrue(e.getMessage().startsWith(text + ": "), e.getMessage());
                e = assertThrows(IOException.class, () -> p.predict(new byte[] {1, 2, 3}, "upload 7"));
                assertTrue(e.getMessage().startsWith("upload 7: "), e.getMessage());
                assertThrows(IOException.class, () -> p.predict(folder.resolve("none.png")));
            }
            assertIsGolden("stretch", 3, p.predict(pictures.get(3)));
            assertIsGolden("stretch", 3, p.predict(Files.readAllBytes(pictures.get(3)), "upload 8"));
            assertEquals(List.of(), p.predict(List.of()));
        }
    }

    @Test
    void predict_namelessUpload_isCalledAPictureInMemory() throws IOException {
        try (Predictor p = open()) {
            for (String name : new String[] {null, "", " "}) {
                Exception e = assertThrows(IOException.class, () -> p.predict(new byte[0], name));
                assertTrue(e.getMessage().startsWith("picture in memory: is empty"), e.getMessage());
                e = assertThrows(NullPointerException.class, () -> p.predict(null, name));
                assertEquals("picture in memory: was null, expected the bytes of a picture file", e.getMessage());
                assertIsGolden("stretch", 3, p.predict(Files.readAllBytes(pictures.get(3)), name));
            }
            Exception e = assertThrows(NullPointerException.class, () -> p.predict(null, "upload 9"));
            assertTrue(e.getMessage().startsWith("upload 9: was null"), e.getMessage());
        }
    }

    @Test
    void predict_null_saysWhich() throws IOException {
        try (Predictor p = open()) {
            List<Path> second = Arrays.asList(pictures.get(0), null);
            assertNamed("picture", () -> p.predict((Path) null));
            assertNamed("pictures", () -> p.predict((List<Path>) null));
            assertNamed("pictures: element 2 of 2 is null; give only files", () -> p.predict(second));
            assertNamed("pictures", () -> p.predictEach(null));
            assertNamed("pictures: element 2 of 2 is null; give only files", () -> p.predictEach(second));
        }
    }

    private static void assertNamed(String message, Executable call) {
        assertEquals(message, assertThrows(NullPointerException.class, call).getMessage());
    }

    @Test
    void predictEach_picturesFromAnywhere_giveTheBitsOfTheirFiles() throws IOException {
        byte[] file = Files.readAllBytes(pictures.get(2));
        List<PictureInput> some = List.of(
                PictureInput.of(pictures.get(1)),
                PictureInput.of(new byte[] {1, 2}, "upload 9"),
                PictureInput.of(file, ""));
        try (Predictor p = open()) {
            Map<Integer, String> reasons = new HashMap<>();
            List<Optional<Prediction>> each = p.predictEach(some, (why, i) -> reasons.put(i, why.getMessage()));
            assertEquals(
                    p.predict(List.of(pictures.get(1), pictures.get(2))),
                    List.of(each.get(0).get(), each.get(2).get()));
            assertEquals(Set.of(1), reasons.keySet());
            assertTrue(each.get(1).isEmpty() && reasons.get(1).startsWith("upload 9: "), reasons.get(1));
        }
    }

    @Test
    void predictEach_badOnesAmongMany_answersForEachInTheCallersOrder() throws IOException {
        Path text = Files.writeString(folder.resolve("each.jpg"), "no picture");
        Path none = folder.resolve("none.png");
        List<Path> some = new ArrayList<>(pictures);
        some.add(0, text);
        some.add(20, none);
        some.add(text);
        try (Predictor p = open()) {
            List<Answer> answers = p.predictEach(some);
            assertEquals(some, answers.stream().map(Answer::picture).toList());
            for (int i = 0; i < some.size(); i++) {
                if (answers.get(i) instanceof Answer.Classified c) {
                    assertIsGolden("stretch", pictures.indexOf(some.get(i)), c.prediction());
                } else {
                    String reason = ((Answer.Unreadable) answers.get(i)).reason();
                    assertTrue(reason.startsWith(some.get(i) + ": "), reason);
                    assertTrue(List.of(0, 20, some.size() - 1).contains(i), reason);
                }
            }
            assertEquals(
                    3,
                    answers.stream().filter(a -> a instanceof Answer.Unreadable).count());
            assertEquals(List.of(), p.predictEach(List.of()));
            assertInstanceOf(
                    Answer.Unreadable.class, p.predictEach(List.of(none)).get(0));
            assertThrows(IOException.class, () -> p.predict(some));
        }
    }

    @Test
    void close_whileAnAcceptedPictureIsDecoded_waitsForItsAnswer() throws Exception {
        Path large = folder.resolve("large.png");
        ImageIO.write(new BufferedImage(4000, 4000, BufferedImage.TYPE_INT_RGB), "png", large.toFile());
        Predictor p = open();
        CompletableFuture<Prediction> answer = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                answer.complete(p.predict(large));
            } catch (IOException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        caller.start();
        while (caller.isAlive() && !isIn(caller, "dev.graft.image.")) {
            Thread.onSpinWait();
        }
        p.close();
        assertTrue(GoldenModel.CLASSES.contains(answer.get(20, TimeUnit.SECONDS).label())); // not that it was closed
    }

    private static boolean isIn(Thread thread, String classes) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(f -> f.getClassName().startsWith(classes));
    }

    @Test
    void open_trusted_answersAsOpen_andRefusesAHead() throws IOException {
        TrustedScript trusted = TrustedScript.of(model);
        try (Predictor p = Predictor.open(trusted)) {
            assertIsGolden("stretch", 2, p.predict(pictures.get(2)), 0.03f);
        }
        Exception e = assertThrows(IllegalArgumentException.class, () -> Predictor.open(trusted.withHead("fc"))
                .close());
        assertTrue(e.getMessage().contains("already has a head"), e.getMessage());
    }

    @Test
    void predict_manyTimesAndBadOnes_holdsNoNativeMemory() throws IOException {
        try (Predictor p = open()) {
            p.predict(pictures);
            long before = Settled.count();
            for (int i = 0; i < Slice.of(20, 8); i++) {
                p.predict(pictures);
                assertThrows(IOException.class, () -> p.predict(folder.resolve("none.png")));
            }
            assertEquals(before, Pointer.totalCount());
        }
    }

    @Test
    void predict_interruptedThread_endsAndKeepsTheFlag() throws IOException {
        byte[] picture = Files.readAllBytes(pictures.get(5));
        try (Predictor p = open()) {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedIOException.class, () -> p.predict(picture, "five"));
            assertTrue(Thread.interrupted());
            assertIsGolden("stretch", 5, p.predict(picture, "five"));
        }
    }
}
