package dev.graft.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.graft.BusyThreads;
import dev.graft.ChildJvm;
import dev.graft.SmallRun;
import dev.graft.model.HashState;
import dev.graft.predict.PictureInput;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedCoresTest {
    @TempDir
    static Path folder;

    private static Path weights;

    @BeforeAll
    static void writeWeights() throws IOException {
        weights = HashState.write(folder.resolve("hash.pth"), 10);
    }

    /** A child that predicts and says how many native threads carry the spare one's name. Arguments: weights, a folder, threads. */
    static final class Predicting {
        public static void main(String[] args) throws Exception {
            Threads.set(Integer.parseInt(args[2]));
            Path folder = Path.of(args[1]);
            Path model = SmallRun.model(folder.resolve("model.pt"), Path.of(args[0]), SmallRun.CARD);
            Path picture = SmallRun.samples(folder, 1).get(0).file();
            try (Predictor first = Predictor.open(model);
                    Predictor second = Predictor.open(model)) {
                for (int i = 0; i < 3; i++) first.predict(picture);
                second.predict(picture);
                say("one by one");
                together(first, second, picture);
                say("together");
                second.predict(picture);
                say("just after");
                Thread.sleep(1100);
                second.predict(picture);
                say("a second later");
                first.predict(List.of(picture, picture));
                say("many pictures");
            }
            say("closed");
        }

        /** Two calls that overlap for certain: the first one ends after the second one's acceptance. */
        private static void together(Predictor first, Predictor second, Path picture) {
            CountDownLatch accepted = new CountDownLatch(1);
            first.listener(new PredictorListener() {
                @Override
                public void answered(Timing timing) {
                    try {
                        accepted.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
            });
            CompletableFuture<Prediction> one = first.submit(PictureInput.of(picture));
            CompletableFuture<Prediction> other = second.submit(PictureInput.of(picture));
            accepted.countDown();
            one.join();
            other.join();
        }

        private static void say(String when) throws Exception {
            Thread.sleep(100); // a thread that was told to end does so soon
            try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
                System.out.println(
                        when + ": " + tasks.filter(Predicting::isSpare).count());
            }
        }

        private static boolean isSpare(Path task) {
            try {
                return Files.readString(task.resolve("comm")).strip().equals("graft-spare");
            } catch (IOException e) {
                return false; // it has ended
            }
        }
    }

    /** The spare thread counts twice: itself and another one of its team. */
    @Test
    void predictor_twoThreads_hasATeamToSpareWhileCallsOverlap() throws IOException {
        assertEquals(
                List.of(
                        "one by one: 0",
                        "together: 2",
                        "just after: 2",
                        "a second later: 0",
                        "many pictures: 2",
                        "closed: 0"),
                said(2));
    }

    @Test
    void predictor_oneThread_waitsForNoOther() throws IOException {
        assertEquals(
                List.of(
                        "one by one: 0",
                        "together: 0",
                        "just after: 0",
                        "a second later: 0",
                        "many pictures: 0",
                        "closed: 0"),
                said(1));
    }

    private List<String> said(int threads) throws IOException {
        assumeTrue(BusyThreads.canSee(), "skipped: this system does not tell its threads");
        ChildJvm.Result result = ChildJvm.run(folder, ChildJvm.digesting(), Predicting.class, weights, folder, threads);
        assertEquals(0, result.exit(), result.output());
        return result.output()
                .lines()
                .filter(line -> line.matches("[a-z ]+: \\d+"))
                .toList();
    }
}
