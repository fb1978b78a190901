package dev.graft.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.weights.pickle.PickleWriter;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.tensor.WeightsKind;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files from before PyTorch 1.6 that lie about themselves, are cut or go on. */
@Timeout(30)
class HostileLegacyTest {
    private static final long[] WHOLE = null;

    @TempDir
    Path folder;

    @Test
    void honest_isRead() throws IOException {
        try (WeightsFile file = WeightsFile.open(LegacyBytes.honest().write(folder.resolve("good.pth")))) {
            assertEquals(4, file.tensors().get("t").elements());
            assertEquals(WeightsKind.LEGACY_STATE_DICT, file.kind());
            assertEquals(java.util.Optional.empty(), file.extra("graft.json"));
        }
    }

    @Test
    void python2_isRead() throws IOException {
        try (WeightsFile file = WeightsFile.open(LegacyBytes.python2().write(folder.resolve("python2.pth")))) {
            assertEquals(List.of("a", "b"), List.copyOf(file.tensors().keySet()));
            assertArrayEquals(
                    new float[] {0, 1, 2, 3},
                    WeightsFiles.floats(file, file.tensors().get("a")));
            assertArrayEquals(
                    new float[] {1, 2}, WeightsFiles.floats(file, file.tensors().get("b")));
        }
    }

    @Test
    void cut_atEveryByte_isRefused() throws IOException {
        Path file = golden("cut.pth");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            long whole = channel.size();
            for (long bytes = whole - 1; bytes >= 0; bytes--) {
                channel.truncate(bytes);
                WeightsFiles.assertRefused(file, bytes == whole - 1 ? "within storage" : "; ");
            }
        }
    }

    @Test
    void anyByte_changed_isRefusedOrReadToTheEnd() throws IOException {
        Path file = golden("changed.pth");
        byte[] whole = Files.readAllBytes(file);
        int refused = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int at = 0; at < whole.length; at++)
                for (int flip : new int[] {1, 0x80, 0xFF}) {
                    channel.write(ByteBuffer.wrap(new byte[] {(byte) (whole[at] ^ flip)}), at);
                    refused += readOrRefused(file) ? 0 : 1;
                    channel.write(ByteBuffer.wrap(new byte[] {whole[at]}), at);
                }
        }
        assertTrue(refused > whole.length, "most damage is noticed, was " + refused);
    }

    /** Whether a file was read; it may be refused, and nothing else may happen. */
    private static boolean readOrRefused(Path file) throws IOException {
        try (WeightsFile open = WeightsFile.open(file)) {
            for (StoredTensor t : open.tensors().values()) WeightsFiles.rowOrder(open, t);
            return true;
        } catch (WeightsException expected) {
            return false;
        }
    }

    private Path golden(String name) throws IOException {
        return Files.copy(WeightsFiles.golden("legacy_wrapped.pth"), folder.resolve(name));
    }

    @Test
    void bytes_behindTheLastStorage_areRefused() throws IOException {
        byte[] whole = LegacyBytes.honest().bytes();
        Path file = Files.write(folder.resolve("long.pth"), Arrays.copyOf(whole, whole.length + 3));
        WeightsFiles.assertRefused(file, "has 3 bytes behind its last storage", "download it again");
    }

    @Test
    void head_thatIsAnother_isRefused() throws IOException {
        refused(f -> f.version = PickleWriter.write(1002), "pickle 2 of 5 (the version)", "it is not 1001");
        refused(f -> f.version = PickleWriter.write("1001"), "it is not 1001");
        refused(f -> f.machine = PickleWriter.write(Map.of("little_endian", false)), "little-endian");
        refused(f -> f.machine = PickleWriter.write(Map.of()), "pickle 3 of 5 (the machine)", "little-endian");
        refused(f -> f.machine = PickleWriter.write(List.of()), "little-endian");
        refused(f -> f.magic[5] ^= 1, "bare pickle");
        refused(
                f -> f.magic = new PickleBytes()
                        .raw(Arrays.copyOf(f.magic, 14))
                        .ops("0K\1")
                        .stop(),
                "another number");
        LegacyBytes number = new LegacyBytes(PickleWriter.write(1));
        WeightsFiles.assertRefused(
                number.write(folder.resolve("number.pth")), "a number where a dict of tensors is expected");
    }

    @Test
    void nastyPickle_inAnyPlace_isRefusedWithoutEffect() throws IOException {
        Path marker = folder.resolve("marker");
        byte[] nasty = new PickleBytes()
                .global("os", "system")
                .text("touch " + marker)
                .op(0x85, 'R')
                .stop();
        refused(f -> f.version = nasty, "pickle 2 of 5", "it is not 1001");
        refused(f -> f.machine = nasty, "pickle 3 of 5");
        LegacyBytes value = new LegacyBytes(nasty);
        WeightsFiles.assertRefused(value.write(folder.resolve("nasty.pth")), "holds an object of os.system where");
        refused(f -> f.keys = nasty, "pickle 5 of 5", "an object of os.system where a list is expected");
        byte[] storage = LegacyBytes.storage(new PickleBytes(), "FloatStorage", "s", 4, WHOLE)
                .stop();
        refused(f -> f.keys = storage, "pickle 5 of 5", "storage s is not in the file");
        assertFalse(Files.exists(marker));
    }

    @Test
    void keys_thatAreNoListOfTheStorages_areRefused() throws IOException {
        refused(f -> f.keys = PickleWriter.write(List.of()), "does not list storage s");
        refused(f -> f.keys = PickleWriter.write(List.of("s", "x")), "lists storage x, which no tensor is in");
        refused(f -> f.keys = PickleWriter.write(List.of(7)), "lists storage 7, which no tensor is in");
        refused(f -> f.keys = PickleWriter.write(Map.of()), "a dict where a list is expected");
        refused(
                f -> {
                    f.keys = PickleWriter.write(List.of("s", "s"));
                    f.storage(4, new byte[16]);
                },
                "lists storage s twice");
        refused(f -> f.keys = PickleWriter.write(List.of("s", "s")), "ends at byte", "within storage s");
    }

    @Test
    void counts_thatLie_areRefusedBeforeAnythingIsAllocated() throws IOException {
        for (long count : new long[] {-1, 0, 3, 5, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE}) {
            LegacyBytes bad = new LegacyBytes(state(4, WHOLE, 0, 4), "s").storage(count, new byte[16]);
            WeightsFiles.assertRefused(
                    bad.write(folder.resolve("bad.pth")), "has " + count + " elements for storage s");
        }
        refusedValue(state(1L << 40, WHOLE, 0, 4), "is larger than the file", "download it again");
        refusedValue(state(Long.MAX_VALUE, WHOLE, 0, 4), "cannot have 9223372036854775807 elements");
        refusedValue(state((1L << 61) + 4, WHOLE, 0, 4), "cannot have 2305843009213693956 elements");
        refusedValue(state(-4, WHOLE, 0, 4), "cannot have -4 elements");
        refusedValue(state(20, WHOLE, 0, 4), "within storage s of 80 bytes");
        refusedValue(state(4, WHOLE, 1, 4), "does not fit into a storage of 4 elements");
    }

    @Test
    void part_ofAbsurdOffset_isRefused() throws IOException {
        refusedValue(state(4, new long[] {1, 2}, Long.MAX_VALUE, 0), "offset 9223372036854775807 is absurdly large");
    }

    @Test
    void storage_ofLongName_isRefusedBeforeItIsLookedFor() throws IOException {
        PickleBytes bomb = new PickleBytes().ops("](");
        LegacyBytes.storage(bomb, "FloatStorage", "s".repeat(1 << 20), 4, WHOLE);
        refusedValue(bomb.ops("e").stop(), "a storage's name has 1048576 characters (at most 256)");
    }

    @Test
    void storage_namedTwiceAsDifferent_isRefused() throws IOException {
        PickleBytes twice = new PickleBytes().ops("](");
        LegacyBytes.storage(twice, "FloatStorage", "s", 4, WHOLE);
        LegacyBytes.storage(twice, "IntStorage", "s", 4, WHOLE);
        refusedValue(twice.ops("e").stop(), "storage s is once 4 F32 and once 4 I32");
    }

    @Test
    void part_ofStorage_isReadAndHeldToItsBounds() throws IOException {
        byte[] data = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
        LegacyBytes part = new LegacyBytes(state(4, new long[] {1, 2}, 1, 1), "s").storage(4, data);
        try (WeightsFile file = WeightsFile.open(part.write(folder.resolve("part.pth")))) {
            StoredTensor t = file.tensors().get("t");
            assertEquals(2, t.offset());
            assertEquals(4, t.storageElements());
            assertArrayEquals(new byte[] {8, 9, 10, 11}, WeightsFiles.rowOrder(file, t));
        }
        refusedValue(state(4, new long[] {1, 2}, 1, 2), "does not fit into a storage of 2 elements");
        refusedValue(state(4, new long[] {3, 2}, 0, 1), "a part of 2 elements from 3 does not fit into storage s of 4");
        refusedValue(state(4, new long[] {-1, 2}, 0, 1), "does not fit into storage s");
        refusedValue(state(4, new long[] {0, -1}, 0, 0), "does not fit into storage s");
        refusedValue(state(4, new long[] {Long.MAX_VALUE, 2}, 0, 1), "does not fit into storage s");
        refusedValue(state(4, new long[] {2, Long.MAX_VALUE}, 0, 1), "does not fit into storage s");
    }

    @Test
    void pickle_longerThanAWindow_isReadAcrossIt() throws IOException {
        Map<String, Object> value = new java.util.LinkedHashMap<>();
        for (int i = 0; i < 20_000; i++) value.put("entry number " + i, "value " + i);
        value.put("long", "ä".repeat(200_000));
        value.put("number", BigInteger.TWO.pow(40).longValue());
        try (WeightsFile file =
                WeightsFile.open(new LegacyBytes(PickleWriter.write(value)).write(folder.resolve("wide.pth")))) {
            for (int i = 0; i < 20_000; i++) assertEquals("value " + i, file.value("entry number " + i));
            assertEquals(
                    400_000, ((String) file.value("long")).getBytes(java.nio.charset.StandardCharsets.UTF_8).length);
            assertEquals(1L << 40, file.value("number"));
        }
    }

    @Test
    void pickle_ofMoreThan64Megabytes_isRefused() throws IOException {
        Path file = folder.resolve("huge.pth");
        byte[] head = new LegacyBytes(new PickleBytes().ops("(").bytes()).bytes();
        Files.write(file, Arrays.copyOf(head, head.length - 4)); // the keys' pickle goes
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.APPEND)) {
            for (int i = 0; i < 66; i++) {
                byte[] part = new PickleBytes().op('B').i32((1 << 20) - 5).bytes();
                ByteBuffer megabyte = ByteBuffer.allocate(1 << 20);
                out.write(megabyte.put(part, 2, part.length - 2).clear());
            }
        }
        WeightsFiles.assertRefused(file, "pickle 4 of 5", "it has more than 67108864 bytes");
    }

    @Test
    void orderedDict_ofPairsNamedAgain_isBounded() throws IOException {
        PickleBytes bomb =
                new PickleBytes().ops("](").repeat("K\1N\u0086", 300_000).ops("e\u0085q\0");
        bomb.global("collections", "OrderedDict").ops("q\1").repeat("h\1h\0R0", 100_000);
        refusedValue(bomb.stop(), "OrderedDicts of more than 1048576 pairs");
    }

    @Test
    void read_ofShortenedFile_isRefused() throws IOException {
        Path path = LegacyBytes.honest().write(folder.resolve("shrinks.pth"));
        try (WeightsFile file = WeightsFile.open(path)) {
            StoredTensor t = file.tensors().get("t");
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(channel.size() - 8);
            }
            assertThrows(WeightsException.class, () -> file.readStorage(t, ByteBuffer.allocate(16)));
        }
    }

    private void refused(Consumer<LegacyBytes> change, String... words) throws IOException {
        LegacyBytes file = LegacyBytes.honest();
        change.accept(file);
        WeightsFiles.assertRefused(file.write(folder.resolve("bad.pth")), words);
    }

    private void refusedValue(byte[] value, String... words) throws IOException {
        refused(f -> f.value = value, words);
    }

    private static byte[] state(long elements, long[] view, long offset, long size) {
        return LegacyBytes.state(elements, view, "_rebuild_tensor_v2", offset, size);
    }
}
