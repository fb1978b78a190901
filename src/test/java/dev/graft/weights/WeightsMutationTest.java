package dev.graft.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.graft.Slice;
import dev.graft.weights.tensor.ScalarKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Good files with random damage: each is read or refused, nothing else ever happens, and Python's own reader says the
 * same, but for the {@link KnownDifference}s.
 *
 * <p>{@code -Dgraft.mutations=1000000} makes more of them for each format, {@code -Dgraft.seed=2} others.
 */
class WeightsMutationTest {
    private static final int ROUNDS = Integer.getInteger("graft.mutations", Slice.of(100_000, 5_000));
    private static final long SEED = Long.getLong("graft.seed", 1);
    private static final int BATCH = 500;
    private static final int LANES = Slice.of(2, 1); // each starts a Python, which takes longer than a slice's half
    /** What opening may take on the heap: buffers, and so many bytes for each byte of the file. */
    private static final long BUFFERS = 512 << 10;

    private static final int FACTOR = 64;
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    @TempDir
    Path folder;

    private final Map<KnownDifference, Integer> differences = new EnumMap<>(KnownDifference.class);
    private final List<String> unknown = new ArrayList<>();
    private final AtomicInteger read = new AtomicInteger();
    private final AtomicLong mostAllocated = new AtomicLong();
    private final AtomicLong slowest = new AtomicLong();

    @Test
    @Timeout(3600)
    void safetensors_mutated_isReadOrRefused_asInPython() throws IOException {
        mutate(Mutants.safetensors(), "safetensors", ScalarKind::name);
    }

    @Test
    @Timeout(3600)
    void stateDict_mutated_isReadOrRefused_asInPython() throws IOException {
        mutate(Mutants.stateDicts(), "torch", ScalarKind::dtype);
    }

    @Test
    @Timeout(3600)
    void legacy_mutated_isReadOrRefused_asInPython() throws IOException {
        mutate(Mutants.legacy(), "torch", ScalarKind::dtype);
    }

    /** Python reads these only by running what they call. */
    @Test
    @Timeout(3600)
    void objectsAndModules_mutated_areReadOrRefused() throws IOException {
        mutate(Mutants.objects(), null, ScalarKind::dtype);
    }

    /** Python reads these only by running them. */
    @Test
    @Timeout(3600)
    void torchScript_mutated_isReadOrRefused() throws IOException {
        mutate(Mutants.scripts(), null, ScalarKind::dtype);
    }

    @Test
    void differences_areAllInTheDocument() throws IOException {
        String document = Files.readString(WeightsFiles.repository().resolve("docs/weights.md"));
        for (KnownDifference known : KnownDifference.values())
            assertTrue(document.contains("`" + known + "`"), () -> "docs/weights.md does not explain " + known);
    }

    private void mutate(Mutants mutants, String reference, Function<ScalarKind, String> dtype) throws IOException {
        String python = System.getProperty("graft.python", System.getenv("GRAFT_PYTHON"));
        boolean compare = reference != null && python != null;
        if (reference != null && python == null)
            System.out.println("WeightsMutationTest: no comparison with Python (set GRAFT_PYTHON to its path)");
        List<CompletableFuture<Void>> lanes = new ArrayList<>();
        for (int lane = 0; lane < LANES; lane++) {
            Path place = Files.createDirectory(folder.resolve("lane" + lane));
            int first = lane;
            lanes.add(CompletableFuture.runAsync(() -> {
                try (ReferenceReader reader = compare ? new ReferenceReader(python, reference, place) : null) {
                    mutate(mutants, first, place.resolve("mutant"), reader, dtype);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
        }
        lanes.forEach(CompletableFuture::join);
        System.out.printf(
                "WeightsMutationTest: %d mutants, seed %d: %d read; opening took at most %d bytes and a file %d ms; %s%n",
                ROUNDS, SEED, read.get(), mostAllocated.get(), slowest.get() / 1_000_000, differences);
        assertEquals(List.of(), unknown, "differences from Python that nobody knows");
        assertTrue(read.get() > ROUNDS / 100 && read.get() < ROUNDS * 3 / 4, "some are read and some refused: " + read);
    }

    /** Every batch whose turn is this lane's. */
    private void mutate(
            Mutants mutants, int lane, Path file, ReferenceReader reader, Function<ScalarKind, String> dtype)
            throws IOException {
        try (FileChannel out = WeightsFiles.create(file)) {
            for (int round = lane * BATCH; round < ROUNDS; round += LANES * BATCH) {
                List<byte[]> batch = batch(mutants, round);
                if (reader != null) reader.ask(batch);
                List<String> ours = new ArrayList<>();
                for (int i = 0; i < batch.size(); i++) ours.add(attempt(out, file, batch.get(i), round + i, dtype));
                if (reader != null) compare(round, ours, reader.answers(batch));
            }
        }
    }

    private static List<byte[]> batch(Mutants mutants, int first) {
        List<byte[]> batch = new ArrayList<>();
        for (int round = first; round < Math.min(first + BATCH, ROUNDS); round++)
            batch.add(mutants.next(new Random(SEED * 1_000_000_007L + round)));
        return batch;
    }

    private String attempt(FileChannel out, Path file, byte[] mutant, int round, Function<ScalarKind, String> dtype) {
        try {
            out.write(ByteBuffer.wrap(mutant), 0); // making the file anew takes 2 ms
            if (out.size() > mutant.length) out.truncate(mutant.length);
            Verdict verdict = Verdict.of(file, dtype);
            if (verdict.read()) read.incrementAndGet();
            if (round >= LANES * BATCH) { // classes are loaded by then
                mostAllocated.accumulateAndGet(verdict.allocated(), Math::max);
                slowest.accumulateAndGet(verdict.nanos(), Math::max);
                assertTrue(
                        verdict.allocated() <= BUFFERS + (long) FACTOR * mutant.length,
                        () -> named(round) + verdict.allocated() + " bytes for a file of " + mutant.length + ": "
                                + verdict.text());
                assertTrue(verdict.nanos() < PATIENCE_NANOS, () -> named(round) + verdict);
            }
            return verdict.text();
        } catch (IOException | RuntimeException | Error unexpected) {
            return fail(named(round), unexpected);
        }
    }

    private synchronized void compare(int first, List<String> ours, List<String> theirs) {
        for (int i = 0; i < ours.size(); i++) {
            String our = ours.get(i);
            String their = theirs.get(i);
            if (our.equals(their) || our.startsWith("refused") && !their.startsWith("read")) continue;
            int round = first + i;
            KnownDifference.of(our, their).ifPresentOrElse(known -> differences.merge(known, 1, Integer::sum), () -> {
                if (unknown.size() < 20)
                    unknown.add("\n" + named(round) + "\n  Graft: " + our + "\n  Python: " + their);
            });
        }
    }

    private static String named(int round) {
        return "seed " + SEED + ", round " + round + ": ";
    }
}
