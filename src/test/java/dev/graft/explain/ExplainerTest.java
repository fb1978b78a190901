package dev.graft.explain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.Settled;
import dev.graft.image.PictureReader;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.model.Precision;
import dev.graft.model.TrustedScript;
import dev.graft.predict.GoldenModel;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ExplainerTest {
    private static final double ROOM = 1e-4;
    private static final PredictorOptions EXACT = PredictorOptions.exact().withDevice(ComputeDevice.CPU);

    @TempDir
    static Path folder;

    private static Path model;
    private static Path picture;

    @BeforeAll
    static void saveModel() throws IOException {
        Threads.set(1);
        model = GoldenMaps.resnet18(folder);
        picture = GoldenMaps.picture(folder);
    }

    @Test
    void explain_everyStageMethodAndClass_equalsPyTorch() throws IOException {
        List<GoldenMaps.Golden> all = GoldenMaps.of("resnet18");
        assertEquals(4 * 3 * 3, all.size());
        try (Predictor p = Predictor.open(model, EXACT)) {
            for (GoldenMaps.Golden golden : all) {
                try (Explainer e = Explainer.of(p, golden.options())) {
                    golden.assertIs(e.explain(picture, golden.target()), ROOM);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"scripted", "traced"})
    void explain_foreignNetwork_everyLayerEqualsPyTorch(String how) throws IOException {
        Path foreign = GoldenMaps.foreign(folder, how);
        List<GoldenMaps.Golden> all = GoldenMaps.of("foreign");
        assertEquals(4 * 3 * 3, all.size());
        try (Predictor p = Predictor.open(TrustedScript.of(foreign), EXACT)) {
            for (GoldenMaps.Golden golden : all) {
                try (Explainer e = Explainer.of(p, golden.options())) {
                    for (int again = 0; again < 3; again++) // LibTorch optimises code after its first calls
                    golden.assertIs(e.explain(picture, golden.target()), ROOM);
                }
            }
        }
    }

    @Test
    void explain_withoutClass_takesTheMostProbableOne() throws IOException {
        try (Explainer e = Explainer.open(model, ExplainOptions.standard())) {
            Explanation seen = e.explain(picture);
            List<Float> expected = GoldenMaps.probabilities();
            for (int c = 0; c < expected.size(); c++)
                assertEquals(expected.get(c), seen.prediction().probabilities().get(c), 1e-5);
            assertEquals(e.classes().indexOf(seen.prediction().label()), seen.target());
            assertEquals(2, seen.target());
            Explanation upload = e.explain(Files.readAllBytes(picture), "upload");
            assertArrayEquals(seen.heat(), upload.heat());
            assertArrayEquals(
                    e.explain(picture, 0).heat(),
                    e.explain(Files.readAllBytes(picture), "upload", 0).heat());
        }
    }

    @Test
    void explain_picture_isWhatTheNetworkSees() throws IOException {
        Path weights = HashState.write(folder.resolve("again.pth"), 10);
        for (Preprocessing seen : List.of(
                Preprocessing.standard().withResize(new Resize.ShortSideCrop(70, 64)),
                Preprocessing.opencv().withResize(new Resize.Stretch(64, 96)))) {
            Path other = GoldenModel.save(folder.resolve("other.pt"), weights, seen);
            byte[] pixels = new byte[3 * seen.height() * seen.width()];
            new PictureReader(seen).readBytes(picture, ByteBuffer.wrap(pixels));
            try (Explainer e = Explainer.open(other, ExplainOptions.standard())) {
                Explanation made = e.explain(picture);
                assertArrayEquals(pixels, made.picture().rgb());
                assertEquals(seen.width(), made.picture().width());
            }
        }
    }

    @Test
    void of_fusedPredictor_needsTheWholeNetwork() throws IOException {
        PredictorOptions fused =
                PredictorOptions.fast().withDevice(ComputeDevice.CPU).withPrecision(Precision.FP32);
        try (Predictor p = Predictor.open(model, fused)) {
            Exception e = assertThrows(IllegalStateException.class, () -> Explainer.of(p, ExplainOptions.standard()));
            assertTrue(e.getMessage().contains("withWholeNetwork()"), e.getMessage());
            assertEquals(
                    GoldenMaps.probabilities().get(0),
                    p.predict(picture).probabilities().get(0),
                    1e-4);
        }
        try (Predictor p = Predictor.open(model, fused.withWholeNetwork());
                Explainer e = Explainer.of(p, ExplainOptions.standard().withLayer("layer3"))) {
            GoldenMaps.of("resnet18").stream()
                    .filter(g -> g.layer().equals("layer3") && g.method() == Method.GRAD_CAM)
                    .forEach(g -> g.assertIs(explained(e, g.target()), ROOM));
            assertEquals(
                    GoldenMaps.probabilities().get(0),
                    p.predict(picture).probabilities().get(0),
                    1e-4);
        }
    }

    private static Explanation explained(Explainer e, int target) {
        try {
            return e.explain(picture, target);
        } catch (IOException why) {
            throw new AssertionError(why);
        }
    }

    @Test
    void open_wrongLayer_listsThoseThatThereAre() throws IOException {
        Exception e =
                refused(() -> Explainer.open(model, ExplainOptions.standard().withLayer("layer5")));
        assertTrue(e.getMessage().contains("[layer1, layer2, layer3, layer4]"), e.getMessage());
        e = refused(() -> Explainer.open(model, ExplainOptions.standard().withLayer("head")));
        assertTrue(e.getMessage().contains("no map of height and width"), e.getMessage());
        TrustedScript foreign = TrustedScript.of(GoldenMaps.foreign(folder, "scripted"));
        e = refused(() -> Explainer.open(foreign, ExplainOptions.standard()));
        assertTrue(e.getMessage().contains("name the layer"), e.getMessage());
        e = refused(() -> Explainer.open(foreign, ExplainOptions.standard().withLayer("blocks.2")));
        assertTrue(e.getMessage().contains("no layer 'blocks.2'; there are 0, 1"), e.getMessage());
        e = refused(() -> Explainer.open(foreign, ExplainOptions.standard().withLayer("")));
        assertTrue(e.getMessage().contains("its layers are stem, blocks, fc"), e.getMessage());
        try (Explainer head = Explainer.open(foreign, ExplainOptions.standard().withLayer("fc"))) {
            e = refused(() -> head.explain(picture));
            assertTrue(e.getMessage().contains("gives an output of shape [1, 3]"), e.getMessage());
        }
    }

    private static Exception refused(Callable<?> call) {
        return assertThrows(IllegalArgumentException.class, call::call);
    }

    @Test
    void explain_badInput_isNamedAndTheExplainerLivesOn() throws IOException {
        try (Explainer e = Explainer.open(model, ExplainOptions.standard())) {
            Path none = folder.resolve("none.png");
            Exception bad = assertThrows(IOException.class, () -> e.explain(none));
            assertTrue(bad.getMessage().startsWith(none + ": "), bad.getMessage());
            bad = assertThrows(IOException.class, () -> e.explain(new byte[] {1, 2}, "upload 7"));
            assertTrue(bad.getMessage().startsWith("upload 7: "), bad.getMessage());
            assertThrows(IndexOutOfBoundsException.class, () -> e.explain(picture, 3));
            assertThrows(IndexOutOfBoundsException.class, () -> e.explain(picture, -1));
            assertEquals(2, e.explain(picture).target());
        }
    }

    @Test
    void close_thenUse_isRefused_andTheGivenPredictorLivesOn() throws IOException {
        Predictor p = Predictor.open(model, EXACT);
        Explainer e = Explainer.of(p, ExplainOptions.standard());
        Explainer late = Explainer.of(p, ExplainOptions.standard());
        e.close();
        e.close();
        assertThrows(IllegalStateException.class, () -> e.explain(picture));
        assertEquals(3, p.predict(picture).probabilities().size());
        p.close();
        assertThrows(IllegalStateException.class, () -> late.explain(picture));
        late.close();
    }

    /** LibTorch's memory grows with every thread that enters it. */
    @Test
    void openExplainAndClose_neverEnterLibTorchInTheCallersThread() throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try (Explainer e = Explainer.open(model, ExplainOptions.standard().withLayer("layer1"))) {
                for (int i = 0; i < 10; i++) e.explain(picture);
                done.complete(null);
            } catch (IOException | RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        caller.start();
        Set<String> inside = new TreeSet<>();
        while (caller.isAlive()) {
            for (StackTraceElement frame : caller.getStackTrace())
                if (frame.getClassName().startsWith("org.bytedeco.pytorch.")) inside.add(frame.toString());
        }
        done.get();
        assertEquals(Set.of(), inside);
    }

    @Test
    void explain_eightThreads_eachAnswerIsThatOfOneThread() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try (Explainer e = Explainer.open(model, ExplainOptions.standard().withLayer("layer2"))) {
            List<Explanation> alone = new ArrayList<>();
            for (int c = 0; c < 3; c++) alone.add(e.explain(picture, c));
            List<Future<Explanation>> answers = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                int c = i % 3;
                answers.add(pool.submit(() -> e.explain(picture, c)));
            }
            for (int i = 0; i < 24; i++)
                assertArrayEquals(alone.get(i % 3).heat(), answers.get(i).get().heat());
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void explain_manyTimes_holdsNoNativeMemory() throws IOException {
        TrustedScript foreign = TrustedScript.of(GoldenMaps.foreign(folder, "traced"));
        try (Explainer own = Explainer.open(model, ExplainOptions.standard().withLayer("layer2"));
                Explainer last = Explainer.open(model, ExplainOptions.standard());
                Explainer other =
                        Explainer.open(foreign, ExplainOptions.standard().withLayer("blocks"))) {
            List<Explainer> all = List.of(own, last, other);
            for (Explainer e : all) e.explain(picture);
            long before = Settled.count();
            long bytes = resident();
            for (int i = 0; i < 25; i++) for (Explainer e : all) e.explain(picture);
            assertEquals(before, Pointer.totalCount());
            long more = resident() - bytes;
            assertTrue(more < 40 << 20, "the process grew by " + more + " bytes");
        }
    }

    private static long resident() {
        return Pointer.physicalBytes();
    }

    @Test
    void withNetwork_task_runsOnThePredictorsThreadAndThrowsThrough() throws IOException {
        try (Predictor p = Predictor.open(model, EXACT)) {
            assertEquals(
                    "graft-predict", p.withNetwork(n -> Thread.currentThread().getName()));
            assertEquals(GoldenModel.CLASSES, p.withNetwork(Classifier::card).classes());
            Exception e = assertThrows(
                    IOException.class,
                    () -> p.withNetwork(n -> {
                        throw new IOException("from the task");
                    }));
            assertEquals("from the task", e.getMessage());
        }
    }
}
