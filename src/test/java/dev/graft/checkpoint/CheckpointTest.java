package dev.graft.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.SmallRun;
import dev.graft.files.AtomicFile;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.pickle.PickleWriter;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.zip.TorchZipWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a checkpoint carries, and which files are none of this version's. */
class CheckpointTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void place() throws IOException {
        file = folder.resolve(Checkpoint.FILE);
    }

    @Test
    void averagedWeights_countsAndRunState_comeBackAsTheyWere() throws IOException {
        RunState run = new RunState(
                0,
                2,
                3,
                4,
                1.5,
                new RunState.LossScale(512, 7),
                new RunState.History(
                        List.of(0.5, Double.NaN), List.of(0.75), 12.5, new RunState.Best("loss", 0.25, 1)));
        try (RandomSource random = new RandomSource(5);
                Classifier c =
                        Classifier.graft(HashState.write(folder.resolve("hash.pth"), 10), SmallRun.CARD, random);
                NativeScope scope = NativeScope.open()) {
            Map<String, Tensor> held = new LinkedHashMap<>();
            held.put("step", Tensor.create(new long[] {9}, new long[0]));
            held.put("exp_avg", Tensor.create(new float[] {1, Float.NaN}, 1, 2)); // gradients may have been so
            Contents plain = SmallRun.contents(c, random);
            Checkpoint.write(
                    file,
                    new Contents(
                            c,
                            new OptimizerState("adam", Map.of("fc.weight", held)),
                            Map.of("fc.bias", Tensor.create(new float[] {3, 4}, 2)),
                            plain.generator(),
                            plain.plan(),
                            run,
                            new Data(8, "one", "two")));
        }
        try (Checkpoint read = Checkpoint.open(folder)) {
            assertEquals(run, read.run());
            assertEquals(new Data(8, "one", "two"), read.data());
            OptimizerState optimizer = read.optimizer();
            assertEquals("adam", optimizer.kind());
            Map<String, Tensor> held = optimizer.state().get("fc.weight");
            assertEquals(0, held.get("step").dim());
            assertEquals(9, held.get("step").item_long());
            assertEquals(2, held.get("exp_avg").numel());
            Map<String, Tensor> averaged = read.averaged();
            assertEquals(List.of("fc.bias"), List.copyOf(averaged.keySet()));
            assertEquals(7, averaged.get("fc.bias").sum().item_float());
            optimizer.close();
            averaged.values().forEach(Tensor::close);
        }
    }

    private void write(Map<String, Object> root) throws IOException {
        AtomicFile.write(file, out -> {
            try (TorchZipWriter zip = new TorchZipWriter(out, "graft")) {
                zip.entry("data.pkl", PickleWriter.write(root));
            }
        });
    }

    private String refusal() {
        String said = assertThrows(WeightsException.class, () -> Checkpoint.open(folder))
                .getMessage();
        assertFalse(said.contains("\n"), said);
        return said;
    }

    @Test
    void otherFormats_areRefusedByName() throws IOException {
        Map<String, Object> old = new LinkedHashMap<>();
        for (String key : List.of("optimizer", "generator", "generator_now", "graft", "plan", "epoch"))
            old.put(key, "x");
        write(old);
        String older = refusal();
        assertTrue(older.contains("an older version of Graft: no run can resume from it; use it as weights"), older);
        try (WeightsFile weights = WeightsFile.open(file)) {
            assertTrue(weights.has("plan"));
        }
        old.put("format", 3);
        write(old);
        String newer = refusal();
        assertTrue(newer.contains("is a checkpoint of format 3, this version of Graft reads 2"), newer);
        write(Map.of("format", 2, "model", "x"));
        String none = refusal();
        assertTrue(none.contains("has no 'optimizer': it holds weights, but not the state of a run"), none);
    }
}
