package dev.graft.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.graft.BusyThreads;
import dev.graft.ChildJvm;
import dev.graft.SmallRun;
import dev.graft.model.HashState;
import dev.graft.predict.Predictor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedCoresTest {
    @TempDir
    Path folder;

    /** A child that predicts and says how many native threads carry this name. Arguments: weights, a folder, threads. */
    static final class Predicting {
        public static void main(String[] args) throws IOException {
            Threads.set(Integer.parseInt(args[2]));
            Path folder = Path.of(args[1]);
            Path model = SmallRun.model(folder.resolve("model.pt"), Path.of(args[0]), SmallRun.CARD);
            try (Predictor first = Predictor.open(model);
                    Predictor second = Predictor.open(model)) {
                Path picture = SmallRun.samples(folder, 1).get(0).file();
                first.predict(picture);
                second.predict(picture);
                try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
                    System.out.println("spare: " + tasks.filter(t -> isSpare(t)).count());
                }
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

    @Test
    void predictor_twoThreads_hasATeamToSpare() throws IOException {
        assumeTrue(BusyThreads.canSee(), "skipped: this system does not tell its threads");
        assertEquals(2, spare(2)); // the thread and another of its team
        assertEquals(0, spare(1));
    }

    private int spare(int threads) throws IOException {
        Path weights = HashState.write(folder.resolve("hash.pth"), 10);
        ChildJvm.Result result = ChildJvm.run(folder, ChildJvm.digesting(), Predicting.class, weights, folder, threads);
        assertEquals(0, result.exit(), result.output());
        assertTrue(result.output().contains("spare: "), result.output());
        return Integer.parseInt(result.output().replaceAll("(?s).*spare: (\\d+).*", "$1"));
    }
}
