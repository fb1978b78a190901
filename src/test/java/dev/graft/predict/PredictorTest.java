package dev.graft.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.SmallRun;
import dev.graft.data.Sample;
import dev.graft.model.HashState;
import dev.graft.model.Precision;
import dev.graft.model.TrustedScript;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PredictorTest {
    @TempDir
    static Path folder;

    private static Path model;
    private static List<Path> pictures;
    private static List<Prediction> expected;

    @BeforeAll
    static void saveModel() throws IOException {
        Threads.set(1);
        Path weights = HashState.write(folder.resolve("hash.pth"), 10);
        model = SmallRun.model(folder.resolve("model.pt"), weights, SmallRun.CARD);
        pictures = SmallRun.samples(folder, 16).stream().map(Sample::file).toList();
        try (Predictor p = open()) {
            expected = new ArrayList<>();
            for (Path picture : pictures) {
                expected.add(p.predict(picture));
            }
        }
    }

    private static Predictor open() throws IOException {
        return Predictor.open(model, ComputeDevice.CPU);
    }

    @Test
    void openFused_eachPrecision_saysTheSame() throws IOException {
        fusedSays(Precision.FP32, List.of(), 1e-5f);
        fusedSays(Precision.BF16, List.of(), 0.02f);
        fusedSays(Precision.INT8, pictures.subList(0, 12), 0.05f);
    }

    private static void fusedSays(Precision precision, List<Path> seen, float tolerance) throws IOException {
        try (Predictor p = Predictor.openFused(model, ComputeDevice.CPU, precision, seen)) {
            List<Prediction> all = p.predict(pictures);
            float most = 0;
            for (int i = 0; i < all.size(); i++) {
                float off = Math.abs(all.get(i).probabilities().get(0)
                        - expected.get(i).probabilities().get(0));
                most = Math.max(most, off);
                if (expected.get(i).probability() > 0.5f + tolerance)
                    assertEquals(expected.get(i).label(), all.get(i).label());
            }
            assertTrue(most <= tolerance && (precision == Precision.FP32 || most > 0), precision + ": " + most);
        }
    }

    @Test
    void openFused_picturesMissingOrForNothing_orAGpu_isRefused() throws IOException {
        List<Path> two = pictures.subList(0, 2);
        ComputeDevice gpu = new ComputeDevice(ComputeDevice.Kind.CUDA, 0);
        assertTrue(refusal(ComputeDevice.CPU, Precision.INT8, List.of()).contains("INT8 needs pictures"));
        assertTrue(refusal(ComputeDevice.CPU, Precision.BF16, two).contains("BF16 takes no pictures"));
        assertTrue(refusal(gpu, Precision.INT8, two).contains("INT8 is for the processor"));
        Path bad = Files.writeString(folder.resolve("rubbish.png"), "no picture");
        Exception e = assertThrows(
                IOException.class,
                () -> Predictor.openFused(model, ComputeDevice.CPU, Precision.INT8, List.of(two.get(0), bad)));
        assertTrue(e.getMessage().contains("rubbish.png"), e.getMessage());
    }

    private static String refusal(ComputeDevice device, Precision precision, List<Path> seen) {
        return assertThrows(IllegalArgumentException.class, () -> Predictor.openFused(model, device, precision, seen))
                .getMessage();
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
                assertEquals(expected.get(i % 16), answers.get(i).get());
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
                assertEquals(expected.get(i), p.predict(pictures.get(i)));
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
        assertEquals(List.of("cat", "dog"), p.classes());
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
            assertEquals(expected.get(3), p.predict(pictures.get(3)));
            assertEquals(expected.get(3), p.predict(Files.readAllBytes(pictures.get(3)), "upload 8"));
            assertEquals(List.of(), p.predict(List.of()));
        }
    }

    @Test
    void open_trusted_answersAsOpen_andRefusesAHead() throws IOException {
        TrustedScript trusted = TrustedScript.of(model);
        try (Predictor p = Predictor.open(trusted)) {
            assertEquals(expected.get(2).label(), p.predict(pictures.get(2)).label());
        }
        Exception e = assertThrows(IllegalArgumentException.class, () -> Predictor.open(trusted.withHead("fc"))
                .close());
        assertTrue(e.getMessage().contains("already has its head"), e.getMessage());
    }

    @Test
    void predict_manyTimesAndBadOnes_holdsNoNativeMemory() throws IOException {
        try (Predictor p = open()) {
            p.predict(pictures);
            long before = settledCount();
            for (int i = 0; i < 20; i++) {
                p.predict(pictures);
                assertThrows(IOException.class, () -> p.predict(folder.resolve("none.png")));
            }
            assertEquals(before, Pointer.totalCount());
        }
    }

    /** Once what other tests left to the collector is gone: it would be counted as freed here. */
    private static long settledCount() {
        long count = Pointer.totalCount();
        for (int same = 0; same < 3; ) {
            System.gc();
            LockSupport.parkNanos(50_000_000);
            same = Pointer.totalCount() == count ? same + 1 : 0;
            count = Pointer.totalCount();
        }
        return count;
    }

    @Test
    void predict_interruptedThread_getsItsAnswerAndKeepsTheFlag() throws IOException {
        byte[] picture = Files.readAllBytes(pictures.get(5));
        try (Predictor p = open()) {
            Thread.currentThread().interrupt();
            assertEquals(expected.get(5), p.predict(picture, "five"));
            assertTrue(Thread.interrupted());
        }
    }
}
