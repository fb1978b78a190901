package dev.graft.weights;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Good files with random damage: each is read or refused, and nothing else ever happens. */
class WeightsMutationTest {
    private static final int ROUNDS = 10_000;
    private static final int LARGEST_STORAGE = 1 << 20;

    @TempDir
    Path folder;

    private int read;
    private int refused;

    @Test
    @Timeout(60)
    void stateDict_mutated_isReadOrRefused() throws IOException {
        mutateFile("checkpoint.pth", 1);
        mutatePickle("kinds.pth", 2, false);
    }

    @Test
    @Timeout(60)
    void torchScript_mutated_isReadOrRefused() throws IOException {
        mutateFile("scripted.pt", 3);
        mutatePickle("traced.pt", 4, true);
    }

    /** The file as it is on disk: mostly the zip is what suffers, and the CRC sees the rest. */
    private void mutateFile(String name, long seed) throws IOException {
        byte[] whole = Files.readAllBytes(WeightsFiles.golden(name));
        Path file = folder.resolve("mutated-" + name);
        Random random = new Random(seed);
        try (FileChannel out = WeightsFiles.create(file)) {
            for (int round = 0; round < ROUNDS; round++) {
                byte[] bad = mutated(whole, random);
                out.write(ByteBuffer.wrap(bad), 0); // making the file anew takes 2 ms
                if (out.size() > bad.length) out.truncate(bad.length);
                attempt(seed, round, () -> readAll(file));
            }
        }
        assertTrue(refused > ROUNDS / 2, "most damage is noticed, was " + refused);
    }

    private static void readAll(Path file) throws IOException {
        try (WeightsFile open = WeightsFile.open(file)) {
            open.extra("graft.json");
            for (StoredTensor tensor : open.tensors().values())
                if (tensor.storageBytes() <= LARGEST_STORAGE)
                    open.readStorage(tensor, ByteBuffer.allocate((int) tensor.storageBytes()));
        }
    }

    /** The pickle alone, so that no CRC stands before the interpreter. */
    private void mutatePickle(String name, long seed, boolean script) throws IOException {
        Map<String, Long> sizes = new HashMap<>();
        byte[] pickle = pickleOf(WeightsFiles.golden(name), sizes);
        Random random = new Random(seed);
        read = 0;
        refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bad = mutated(pickle, random);
            attempt(seed, round, () -> {
                Object value = PickleReader.read(
                        Path.of("mutated"),
                        "data.pkl",
                        bad,
                        new PickleGlobals(script, key -> sizes.getOrDefault(key, -1L)));
                PlainValues.of(value, "root");
            });
        }
        assertTrue(read > 0 && refused > ROUNDS / 2, "some are read and most refused: " + read + ", " + refused);
    }

    private interface Attempt {
        void run() throws IOException;
    }

    private void attempt(long seed, int round, Attempt attempt) {
        try {
            attempt.run();
            read++;
        } catch (IOException expected) {
            refused++;
        } catch (RuntimeException | Error unexpected) {
            fail("seed " + seed + ", round " + round, unexpected);
        }
    }

    private static byte[] mutated(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0xFF : 0x7F);
                case 3 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
                case 4 -> {
                    int from = random.nextInt(bytes.length);
                    int count = Math.min(1 + random.nextInt(40), bytes.length - Math.max(from, at));
                    System.arraycopy(bytes, from, bytes, at, count);
                }
                default -> {
                    byte[] longer = new byte[bytes.length + 1];
                    System.arraycopy(bytes, 0, longer, 0, at);
                    longer[at] = (byte) random.nextInt(256);
                    System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
                    bytes = longer;
                }
            }
        }
        return bytes;
    }

    /** The pickle of a file; the sizes of its storages go into {@code sizes}. */
    private static byte[] pickleOf(Path file, Map<String, Long> sizes) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            byte[] pickle = new byte[0];
            for (ZipEntry entry : Collections.list(zip.entries())) {
                String name = entry.getName().substring(entry.getName().indexOf('/') + 1);
                if (name.startsWith("data/")) sizes.put(name.substring(5), entry.getSize());
                if (name.equals("data.pkl")) pickle = zip.getInputStream(entry).readAllBytes();
            }
            return pickle;
        }
    }
}
