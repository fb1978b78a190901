package dev.graft.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.graft.predict.PictureInput;
import dev.graft.predict.Prediction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutorModelsTest {
    @TempDir
    Path folder;

    @Test
    void use_severalTasksAtOnce_shareOneNetworkAndItsThread() throws Exception {
        byte[] archive = Files.readAllBytes(SmallModel.save(folder));
        ExecutorModels.Key key = key(3);
        List<Optional<Prediction>> expected;
        int before = ExecutorModels.loads();
        try (ExecutorModels.Lease lease = ExecutorModels.use(key, () -> archive, 1)) {
            expected = answers(lease);
        }
        ExecutorService tasks = Executors.newFixedThreadPool(4);
        List<Future<List<Optional<Prediction>>>> results = new ArrayList<>();
        for (int task = 0; task < 4; task++) {
            results.add(tasks.submit(() -> {
                try (ExecutorModels.Lease lease = ExecutorModels.use(key, () -> archive, 1)) {
                    List<Optional<Prediction>> last = List.of();
                    for (int i = 0; i < 5; i++) last = answers(lease);
                    return last;
                }
            }));
        }
        for (Future<List<Optional<Prediction>>> result : results) assertEquals(expected, result.get());
        tasks.shutdown();
        assertEquals(before + 1, ExecutorModels.loads());
        long networks = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("graft-predict"))
                .count();
        assertEquals(ExecutorModels.open(), networks);
    }

    private static ExecutorModels.Key key(int batch) {
        return new ExecutorModels.Key("small", "fp32", batch);
    }

    private static List<Optional<Prediction>> answers(ExecutorModels.Lease lease) {
        List<PictureInput> pictures = new ArrayList<>();
        for (int i = 0; i < 3; i++) pictures.add(PictureInput.of(SmallModel.numbered(i), ""));
        return lease.predictor().predictEach(pictures, (why, i) -> {});
    }

    @Test
    void close_manyModels_keepsTheLatestAndThoseInUse() throws Exception {
        byte[] archive = Files.readAllBytes(SmallModel.save(folder));
        ExecutorModels.Lease used = ExecutorModels.use(key(11), () -> archive, 1);
        for (int batch = 12; batch < 16; batch++) use(batch, archive);
        assertEquals(3, ExecutorModels.open());
        int before = ExecutorModels.loads();
        use(15, archive);
        use(14, archive);
        try (ExecutorModels.Lease again = ExecutorModels.use(key(11), () -> archive, 1)) {
            assertSame(used.predictor(), again.predictor());
        }
        assertEquals(before, ExecutorModels.loads());
        use(12, archive);
        assertEquals(before + 1, ExecutorModels.loads());
        assertFalse(answers(used).isEmpty());
        used.close();
        used.close();
        assertEquals(2, ExecutorModels.open());
    }

    private static void use(int batch, byte[] archive) throws IOException {
        ExecutorModels.use(key(batch), () -> archive, 1).close();
    }
}
