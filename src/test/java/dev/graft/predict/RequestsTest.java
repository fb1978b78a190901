package dev.graft.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.Settled;
import dev.graft.SmallRun;
import dev.graft.model.HashState;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Single pictures of many callers: batches, places, deadlines, ends. */
@Timeout(120)
class RequestsTest {
    private static final int PICTURES = 12;

    @TempDir
    static Path folder;

    private static final ExecutorService CALLERS = Executors.newCachedThreadPool();
    private static final List<Path> pictures = new ArrayList<>();
    private static final List<Prediction> alone = new ArrayList<>();

    @BeforeAll
    static void draw() throws IOException {
        HashState.write(folder.resolve("hash.pth"), 10);
        SmallRun.model(folder.resolve("model.pt"), folder.resolve("hash.pth"), SmallRun.CARD);
        try (Predictor p = open(Batching.ALONE)) {
            for (int i = 0; i < PICTURES; i++) {
                pictures.add(HashState.picture(folder.resolve(i + ".png"), i));
                alone.add(p.predict(pictures.get(i)));
            }
        }
    }

    @AfterAll
    static void end() {
        CALLERS.shutdownNow();
    }

    private static Predictor open(Batching batching) throws IOException {
        return Predictor.open(
                folder.resolve("model.pt"), PredictorOptions.exact().withBatching(batching));
    }

    /** Keeps the network's thread busy until it is closed. */
    private static final class Busy implements AutoCloseable {
        private final CountDownLatch end = new CountDownLatch(1);
        private final Future<?> task;

        Busy(Predictor p) throws InterruptedException {
            CountDownLatch begun = new CountDownLatch(1);
            task = CALLERS.submit(() -> p.withNetwork(c -> {
                begun.countDown();
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return null;
            }));
            begun.await();
        }

        @Override
        public void close() throws ExecutionException, InterruptedException {
            end.countDown();
            task.get();
        }
    }

    /** What was heard. */
    private static final class Heard implements PredictorListener {
        final ConcurrentLinkedQueue<Timing> answered = new ConcurrentLinkedQueue<>();
        final ConcurrentLinkedQueue<Throwable> failed = new ConcurrentLinkedQueue<>();
        final AtomicInteger refused = new AtomicInteger();

        @Override
        public void answered(Timing timing) {
            answered.add(timing);
            throw new AssertionError("a listener that fails disturbs nobody");
        }

        @Override
        public void failed(Throwable why) {
            failed.add(why);
        }

        @Override
        public void refused() {
            refused.incrementAndGet();
        }
    }

    private static PictureInput picture(int i) {
        return PictureInput.of(pictures.get(i));
    }

    private static List<CompletableFuture<Prediction>> submitAll(Predictor p) {
        List<CompletableFuture<Prediction>> answers = new ArrayList<>();
        for (int i = 0; i < PICTURES; i++) answers.add(p.submit(picture(i)));
        return answers;
    }

    private static void awaitReady(int seconds, java.util.function.BooleanSupplier there) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!there.getAsBoolean()) {
            assertTrue(System.nanoTime() < until, "it does not happen");
            Thread.sleep(2);
        }
    }

    @Test
    void submit_whileTheNetworkIsBusy_computesTogether_toTheSameAnswers() throws Exception {
        Heard heard = new Heard();
        try (Predictor p = open(Batching.STANDARD.withMost(8)).listener(heard)) {
            List<CompletableFuture<Prediction>> answers;
            try (Busy busy = new Busy(p)) {
                answers = submitAll(p);
                Thread.sleep(500); // all are decoded
            }
            for (int i = 0; i < PICTURES; i++) {
                Prediction together = answers.get(i).get();
                assertEquals(alone.get(i).label(), together.label());
                for (int c = 0; c < 2; c++)
                    assertEquals(
                            alone.get(i).probabilities().get(c),
                            together.probabilities().get(c),
                            1e-5);
            }
        }
        assertEquals(PICTURES, heard.answered.size());
        assertEquals(
                8,
                heard.answered.stream()
                        .mapToInt(PredictorListener.Timing::batch)
                        .max()
                        .orElseThrow());
        for (PredictorListener.Timing t : heard.answered) {
            assertTrue(t.total().compareTo(t.decoded().plus(t.computed())) >= 0, t.toString());
            assertFalse(t.computed().isZero() || t.decoded().isNegative(), t.toString());
        }
    }

    @Test
    void predict_alone_hasTheSameBitsWhoeverElseAsks() throws Exception {
        try (Predictor p = open(Batching.ALONE)) {
            List<Future<Prediction>> answers = new ArrayList<>();
            for (int i = 0; i < 4 * PICTURES; i++) {
                Path picture = pictures.get(i % PICTURES);
                answers.add(CALLERS.submit(() -> p.predict(picture)));
            }
            for (int i = 0; i < answers.size(); i++)
                assertEquals(alone.get(i % PICTURES), answers.get(i).get());
        }
    }

    /** Without a delay, the first would be computed alone. */
    @Test
    void delay_waitsForMore_andNoLongerThanItIsFull() throws Exception {
        Heard heard = new Heard();
        Batching three = Batching.STANDARD.withMost(3).withDelay(Duration.ofMinutes(1));
        try (Predictor p = open(three).listener(heard)) {
            List<CompletableFuture<Prediction>> answers = new ArrayList<>();
            for (int i = 0; i < 3; i++) answers.add(p.submit(picture(i)));
            for (CompletableFuture<Prediction> answer : answers) answer.get(60, TimeUnit.SECONDS);
            assertEquals(
                    List.of(3, 3, 3),
                    heard.answered.stream().map(PredictorListener.Timing::batch).toList());
        }
    }

    /** The test's limit of time is two minutes. */
    @Test
    void close_whileABatchWaitsForMore_computesItAtOnce() throws Exception {
        Predictor p = open(Batching.STANDARD.withMost(3).withDelay(Duration.ofHours(1)));
        CompletableFuture<Prediction> answer = p.submit(picture(0));
        p.close();
        assertEquals(alone.get(0).label(), answer.get().label());
    }

    @Test
    void full_refuses_orWaits() throws Exception {
        Heard heard = new Heard();
        try (Predictor p = open(Batching.STANDARD.withQueue(2, WhenFull.REFUSE)).listener(heard)) {
            try (Busy busy = new Busy(p)) {
                p.submit(picture(0));
                p.submit(picture(1));
                String told = assertThrows(PredictorBusyException.class, () -> p.submit(picture(2)))
                        .getMessage();
                assertTrue(told.startsWith("predictor: 2 requests are not answered yet"), told);
                assertThrows(PredictorBusyException.class, () -> p.predict(pictures.get(2)));
            }
            assertEquals(2, heard.refused.get());
            awaitReady(60, () -> heard.answered.size() == 2);
            assertEquals(alone.get(2).label(), p.predict(pictures.get(2)).label());
        }
        try (Predictor p = open(Batching.STANDARD.withQueue(1, WhenFull.WAIT))) {
            Future<Prediction> second;
            try (Busy busy = new Busy(p)) {
                p.submit(picture(0));
                second = CALLERS.submit(() -> p.predict(pictures.get(1)));
                Thread.sleep(100);
                assertFalse(second.isDone());
            }
            assertEquals(alone.get(1).label(), second.get().label());
        }
    }

    @Test
    void deadline_passed_failsInTime_andThePredictorLivesOn() throws Exception {
        Heard heard = new Heard();
        try (Predictor p =
                open(Batching.STANDARD.withDeadline(Duration.ofMillis(200))).listener(heard)) {
            try (Busy busy = new Busy(p)) {
                CompletableFuture<Prediction> late = p.submit(picture(0));
                CompletableFuture<String> thread =
                        late.handle((a, why) -> Thread.currentThread().getName());
                String told = assertThrows(IOException.class, () -> p.predict(pictures.get(1)))
                        .getMessage();
                assertTrue(told.startsWith("predictor: no answer within 200 ms"), told);
                Throwable submitted =
                        assertThrows(ExecutionException.class, late::get).getCause();
                assertInstanceOf(TimeoutException.class, submitted);
                assertEquals(told, submitted.getMessage());
                assertEquals("graft-request", thread.get(), "it may block, and the JDK has one thread for deadlines");
            }
            awaitReady(60, () -> heard.failed.size() == 2);
            for (Throwable why : heard.failed) assertInstanceOf(TimeoutException.class, why);
            List<CompletableFuture<Prediction>> rest = new ArrayList<>();
            awaitReady(60, () -> {
                rest.add(p.submit(picture(2)));
                return !rest.get(rest.size() - 1)
                        .handle((a, why) -> why != null)
                        .join();
            });
        }
    }

    @Test
    void cancelled_isNotComputed_andItsPlaceIsFree() throws Exception {
        Heard heard = new Heard();
        try (Predictor p = open(Batching.STANDARD.withQueue(1, WhenFull.WAIT)).listener(heard)) {
            try (Busy busy = new Busy(p)) {
                assertTrue(p.submit(picture(0)).cancel(true));
            }
            assertEquals(alone.get(1).label(), p.submit(picture(1)).get().label());
            assertEquals(1, heard.failed.size());
            assertEquals(1, heard.answered.size());
        }
    }

    @Test
    void predict_interruptedWhileItWaits_ends() throws Exception {
        try (Predictor p = open(Batching.STANDARD)) {
            CompletableFuture<Throwable> told = new CompletableFuture<>();
            Thread caller = new Thread(() -> {
                try {
                    p.predict(pictures.get(0));
                } catch (IOException e) {
                    told.complete(Thread.currentThread().isInterrupted() ? e : new AssertionError("no flag"));
                }
            });
            try (Busy busy = new Busy(p)) {
                caller.start();
                awaitReady(60, () -> caller.getState() == Thread.State.WAITING);
                caller.interrupt();
                assertInstanceOf(InterruptedIOException.class, told.get(60, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    void submit_badPicture_saysWhy_andLeavesNothing() throws Exception {
        Path text = Files.writeString(folder.resolve("text.jpg"), "no picture");
        try (Predictor p = open(Batching.STANDARD)) {
            p.submit(picture(0)).get();
            long before = Settled.count();
            for (int i = 0; i < 10; i++) {
                CompletableFuture<Prediction> bad = p.submit(PictureInput.of(text));
                Throwable why = assertThrows(ExecutionException.class, bad::get).getCause();
                assertTrue(why.getMessage().startsWith(text + ": "), why.toString());
            }
            assertEquals(before, Pointer.totalCount());
        }
    }

    /** Whoever chains something to an answer does not run in the network's thread. */
    @Test
    void submit_whatIsChained_runsElsewhere_andCloseWaitsForAll() throws Exception {
        List<CompletableFuture<String>> threads = new ArrayList<>();
        Predictor p = open(Batching.STANDARD);
        try (Busy busy = new Busy(p)) {
            for (CompletableFuture<Prediction> answer : submitAll(p))
                threads.add(answer.thenApply(a -> Thread.currentThread().getName()));
        }
        p.close();
        for (CompletableFuture<String> thread : threads) {
            assertTrue(thread.isDone(), "closed before an answer was given");
            assertEquals("graft-request", thread.get());
        }
        assertThrows(IllegalStateException.class, () -> p.submit(picture(0)));
    }

    /** Threads that gave answers are idle then, and end at once. */
    @Test
    void close_afterManyAnswers_waitsForNoIdleThread() throws Exception {
        Predictor p = open(Batching.STANDARD);
        CyclicBarrier all = new CyclicBarrier(PICTURES); // so that each answer has a thread of its own
        List<CompletableFuture<Integer>> met = new ArrayList<>();
        for (CompletableFuture<Prediction> answer : submitAll(p)) met.add(answer.thenApply(a -> await(all)));
        for (CompletableFuture<Integer> each : met) each.get();
        long begun = System.nanoTime();
        p.close();
        double seconds = (System.nanoTime() - begun) / 1e9;
        assertTrue(seconds < PICTURES / 2.0, PICTURES + " idle threads kept the close for " + seconds + " s");
    }

    private static int await(CyclicBarrier all) {
        try {
            return all.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void batching_outOfRange_saysSo() {
        refused("batching: most must be at least 1, was 0", () -> Batching.STANDARD.withMost(0));
        refused("batching: queue must be at least 1, was 0", () -> Batching.STANDARD.withQueue(0, WhenFull.WAIT));
        refused(
                "batching: delay must be 0 to 24 hours, was PT-1S",
                () -> Batching.STANDARD.withDelay(Duration.ofSeconds(-1)));
        refused("batching: deadline must be", () -> Batching.STANDARD.withDeadline(Duration.ofDays(2)));
        refused("predictor: the usual batch must be at least 1, was 0", () -> Batching.STANDARD.withUsual(0));
    }

    private static void refused(String beginning, Runnable call) {
        String told = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(told.startsWith(beginning), told);
    }
}
