package dev.graft.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pickles that want to run something, take all memory, or lie about tensors. */
class HostilePickleTest {
    private static final String NO_DICT = " where a dict of tensors is expected";

    @TempDir
    Path folder;

    @Test
    void call_whoseResultIsAll_isRefusedByName() {
        refused(
                pickle().global("os", "system").text("true").op(0x85, 'R').stop(),
                "holds an object of os.system" + NO_DICT);
        refused(pickle().global("builtins", "eval").text("1").op(0x85, 'R').stop(), "builtins.eval" + NO_DICT);
        refused(pickle().global("torch", "load").text("x").op(0x85, 'R').stop(), "torch.load");
        refused(pickle().text("posix").text("system").op(0x93).stop(), "posix.system" + NO_DICT);
        refused(pickle().ops("K\1").text("system").op(0x93).stop(), "expects a string and finds a number");
        refused(
                pickle().global("__torch__.Net", "Net")
                        .ops(")")
                        .op(0x81)
                        .ops("}b")
                        .stop(),
                "__torch__.Net.Net");
        refused(pickle().global("a\u0007b", "c").stop(), "a?b.c");
    }

    @Test
    void oldOpcodes_areNamedWithTheirPlace() {
        refused(pickle().ops("(ios\nsystem\n").stop(), "opcode INST is not allowed", "at byte 3:");
        refused(pickle().ops("(K\1o").stop(), "opcode OBJ is not allowed");
        refused(pickle().op(0x82, 1).stop(), "opcode EXT1 is not allowed");
        refused(pickle().op(0xF7).stop(), "opcode 0xf7 is not allowed", "at byte 2:");
        refused(pickle().ops("Pid\n").stop(), "opcode PERSID");
    }

    @Test
    void nesting_beyondHundred_isRefusedHoweverItIsBuilt() {
        refused(pickle().op(')').repeat("\u0085", 1_000_000).stop(), "100 levels");
        refused(pickle().repeat("]", 100_000).repeat("a", 99_999).stop(), "100 levels");
        refused(pickle().repeat("}K\1", 500).op('N').repeat("s", 500).stop(), "100 levels");
        refused(pickle().op(']').repeat("\u0085q\0h\0\u0086", 60).stop(), "100 levels");
    }

    @Test
    void sharing_thatMultiplies_isRefusedInTime() {
        PickleBytes bomb = pickle().ops("]q\0");
        for (int i = 0; i < 60; i++)
            bomb.ops("0](h").op(i).ops("h").op(i).ops("eq").op(i + 1);
        refused(bomb.stop(), "pickle bomb");
    }

    @Test
    void selfContaining_isRefused() {
        refused(pickle().ops("]q\0h\0a").stop(), "contains itself");
        refused(pickle().ops("}q\0K\1h\0s").stop(), "contains itself");
        refused(pickle().ops("]q\0]q\1h\0a0h\1a").stop(), "contains itself");
    }

    @Test
    void absurdLengths_areRefusedBeforeAnythingIsAllocated() {
        refused(pickle().op('X').i32(-1).stop(), "wants 4294967295 bytes");
        refused(pickle().op(0x8b).i32(1 << 30).stop(), "integer of 1073741824 bytes");
        refused(pickle().op(0x8b).i32(-5).stop(), "integer of -5 bytes");
        refused(pickle().op(0x8a, 200, 1).stop(), "wants 200 bytes");
        refused(pickle().op(0x8d).i32(-1).i32(-1).stop(), "wants 18446744073709551615 bytes");
        refused(pickle().op(0x8d).i32(-1).i32(0x7FFFFFFF).stop(), "wants 9223372036854775807 bytes");
        refused(pickle().op(0x95).i32(1000).i32(0).stop(), "wants 1000 bytes");
        refused(pickle().ops("Nr").i32(-1).ops("0").stop(), "STOP with 0 values"); // the largest number of a memo
        refused(pickle().ops("j").i32(-1).stop(), "was never set");
        refused(pickle().repeat("0N", 1).stop(), "the stack runs empty");
    }

    @Test
    void storage_ofTwoKinds_isRefused() {
        PickleBytes twice = pickle().ops("}(")
                .text("a")
                .tensor(4, 0, new long[] {4}, new long[] {1})
                .text("b");
        twice.global("torch._utils", "_rebuild_tensor_v2").op('(').storage("IntStorage", "0", 4);
        twice.integer(0).integer(4).op(0x85).integer(1).op(0x85, 0x89).global("collections", "OrderedDict");
        refused(twice.ops(")RtRu").stop(), "storage 0 is once 4 F32 and once 4 I32");
    }

    @Test
    void machine_leftInDisorder_isRefused() {
        refused(pickle().ops("}").bytes(), "ends without STOP");
        refused(pickle().stop(), "the stack");
        refused(pickle().ops("}}").stop(), "STOP with 2 values");
        refused(pickle().ops("}(").stop(), "STOP with 1 values");
        refused(pickle().op('t').stop(), "a mark is missing");
        refused(pickle().ops("N(0").stop(), "the stack runs empty");
        refused(pickle().ops(")NNs").stop(), "expects a dict and finds a tuple");
        refused(pickle().ops("}(Nu").stop(), "a key has no value");
        refused(pickle().ops(")Na").stop(), "finds a tuple");
        refused(pickle().ops("]}b").stop(), "BUILD on a list is not allowed");
        refused(pickle().ops("}}b").stop(), "BUILD on a dict is not allowed");
        refused(pickle().op(0x80, 1).stop(), "protocol 1");
        refused(pickle().ops("K\1").stop(), "holds a number where a dict of tensors is expected");
        refused(new byte[0], "ends without STOP");
    }

    @Test
    void open_folderOrNothing_isRefused() {
        assertThrows(WeightsException.class, () -> WeightsFile.open(folder.resolve("absent.pth")));
        WeightsFiles.assertRefused(folder, "is a folder");
    }

    @Test
    void containers_byTheMillion_fitIntoMemory() throws IOException {
        byte[] dicts =
                pickle().ops("}K\1](").repeat("}K\1Ns", 400_000).ops("es").stop();
        try (WeightsFile open = WeightsFile.open(WeightsFiles.archive(folder.resolve("many.pth"), dicts))) {
            assertTrue(open.tensors().isEmpty());
        }
        PickleBytes tensors = pickle().ops("}")
                .text("t")
                .tensor(4, 0, new long[64], new long[64])
                .ops("s");
        tensors.ops("K\1](")
                .global("torch._utils", "_rebuild_tensor_v2")
                .ops("q\0(")
                .storage("FloatStorage", "0", 4);
        tensors.ops("K\0(").repeat("K\1", 64).ops("tq\2h\2\u0089Ntq\3R");
        refused(tensors.repeat("h\0h\3R", 200_000).ops("es").stop(), "more than 200000 tensors");
    }

    @Test
    void manyOpcodes_areRefused() {
        refused(pickle().repeat("N0", 1_100_000).ops("}").stop(), "more than 2097152 opcodes");
    }

    @Test
    void tensor_beyondItsStorage_isRefused() {
        refused(tensor(4, 0, longs(5), longs(1)), "does not fit into a storage of 4 elements");
        refused(tensor(4, 1, longs(4), longs(1)), "does not fit");
        refused(tensor(4, 0, longs(2, 2), longs(3, 1)), "does not fit");
        refused(tensor(4, -1, longs(2), longs(1)), "offset must not be negative");
        refused(tensor(4, 0, longs(-2), longs(1)), "must not be negative");
        refused(tensor(4, 3, longs(2), longs(-1)), "must not be negative");
        refused(tensor(4, 0, longs(2, 2), longs(1)), "as many strides as sizes");
        refused(tensor(4, 0, longs(1L << 40, 1L << 40), longs(0, 0)), "absurdly large");
        refused(tensor(4, 0, longs(1L << 50), longs(0)), "does not fit");
        refused(tensor(4, 0, longs(2), longs(Long.MAX_VALUE)), "does not fit");
        refused(tensor(4, Long.MAX_VALUE, longs(2), longs(1)), "absurdly large");
        refused(tensor(4, 0, new long[65], new long[65]), "arguments that do not belong to it");
    }

    @Test
    void storage_thatIsNotItsEntry_isRefused() {
        refused(tensor(5, 0, longs(2), longs(1)), "storage 0 of 5 F32 does not match the 16 bytes of its entry");
        refused(tensor(3, 0, longs(2), longs(1)), "does not match");
        refused(tensor(-4, 0, longs(2), longs(1)), "storage 0 cannot have -4 elements");
        refused(tensor((1L << 62) + 4, 0, longs(2), longs(1)), "cannot have 4611686018427387908 elements");
        refused(pickle().storage("FloatStorage", "1", 4).stop(), "storage 1 is not in the file");
        refused(pickle().storage("FloatStorage", "../version", 4).stop(), "is not in the file");
        refused(pickle().storage("ComplexFloatStorage", "0", 3).stop(), "3 C64 does not match the 16 bytes");
        refused(pickle().op('(').text("storage").ops("NNNNtQ").stop(), "arguments that do not belong");
        refused(pickle().global("torch._utils", "_rebuild_tensor_v2").ops(")R").stop(), "arguments that do not belong");
        refused(
                pickle().global("collections", "OrderedDict").op(')').op(0x81).stop(),
                "an object of collections.OrderedDict");
    }

    @Test
    void tensor_emptyOrSingle_isRead() throws IOException {
        for (long[] shape : List.of(longs(), longs(4), longs(0), longs(0, 1L << 62), longs(1, 1))) {
            Path file = WeightsFiles.archive(
                    folder.resolve("good.pth"), tensor(4, 0, shape, new long[shape.length]), new byte[16]);
            if (shape.length == 1 && shape[0] == 4) assertEquals(4, count(file));
            else assertTrue(count(file) <= 1);
        }
    }

    @Test
    void marks_onTensor_areRefused() {
        byte[] negated = pickle().global("torch._utils", "_rebuild_tensor_v2")
                .op('(')
                .storage("FloatStorage", "0", 4)
                .ops("K\0))")
                .op(0x89)
                .ops("N}")
                .text("neg")
                .op(0x88)
                .ops("stR")
                .stop();
        refused(negated, "marked [neg]");
    }

    @Test
    void value_ofDeepestAllowed_walksInTime() throws IOException {
        byte[] deep = pickle().ops("}")
                .text("x")
                .op(')')
                .repeat("\u0085", 97)
                .ops("s")
                .stop();
        Path file = WeightsFiles.archive(folder.resolve("deep.pth"), deep);
        try (WeightsFile open = WeightsFile.open(file)) {
            assertTrue(open.value("x").toString().startsWith("[[[["));
            assertEquals(Map.of(), open.tensors());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 255, 256, 65535, 65536})
    void strings_ofAnyLength_areRead(int length) throws IOException {
        Path file = WeightsFiles.archive(
                folder.resolve("long.pth"),
                pickle().ops("}").text("x").text("ä".repeat(length)).ops("s").stop());
        try (WeightsFile open = WeightsFile.open(file)) {
            assertEquals(length, ((String) open.value("x")).length());
        }
    }

    @Test
    void stackGlobal_ofLongName_isRefusedBeforeItIsJoined() {
        String name = "m".repeat(1 << 20);
        refused(pickle().text(name).text("f").op(0x93).stop(), "a name of 1048576 characters (at most 4096)");
        refused(pickle().text("os").text(name).op(0x93).stop(), "a name of 1048576 characters (at most 4096)");
    }

    @Test
    void keys_thatCollide_takeNoQuadraticTime() {
        PickleBytes mixed = pickle().ops("}(");
        for (long i = 0; i < 100_000; i++) {
            mixed.integer(i << 32 | i).op('N'); // these all have the hash 0
            mixed.op('G').raw(bytes(Long.reverseBytes(i << 32 | i))).op('N');
        }
        refused(mixed.ops("u").stop(), "keys of several types and more than 256 of them");
        refused(pickle().ops("}").text("k".repeat(4097)).ops("Ns").stop(), "a key of 4097 characters (at most 4096)");
    }

    @Test
    void keys_ofOneTypeThatCollide_areReadInTime() {
        PickleBytes longs = pickle().ops("}(");
        for (long i = 0; i < 200_000; i++) longs.integer(i << 32 | i).op('N');
        byte[] pickle = longs.ops("u").stop();
        assertTimeoutPreemptively(
                Duration.ofSeconds(5), () -> assertTrue(read(pickle).read()));
    }

    @Test
    void size_ofLongTupleAgainAndAgain_isCheckedOnce() throws IOException {
        PickleBytes sizes =
                pickle().ops("}K\1](").ops("(").repeat("K\1", 300_000).ops("t\u0085q\0");
        sizes.global("torch", "Size").ops("q\1").repeat("0h\1h\0R", 300_000);
        Verdict verdict = read(sizes.ops("es").stop());
        assertTrue(verdict.nanos() < 5_000_000_000L, verdict.toString());
    }

    @Test
    void tensors_ofOneLongShape_shareIt() throws IOException {
        PickleBytes tensors = pickle().ops("}K\1](").global("torch._utils", "_rebuild_tensor_v2");
        tensors.ops("q\0(").storage("FloatStorage", "0", 4);
        tensors.ops("K\0(").repeat("K\1", 64).ops("tq\2h\2\u0089Ntq\3R");
        Verdict verdict = read(tensors.repeat("h\0h\3R", 199_000).ops("es").stop());
        assertTrue(verdict.read(), verdict.toString());
        assertTrue(verdict.allocated() < 80 << 20, verdict.toString()); // 995,000 bytes
    }

    @Test
    void containers_thatAreEmpty_areCheap() throws IOException {
        Verdict verdict =
                read(pickle().ops("}K\1](").repeat("}", 1_000_000).ops("es").stop());
        assertTrue(verdict.read(), verdict.toString());
        assertTrue(verdict.allocated() < 100 << 20, verdict.toString());
    }

    @Test
    void storage_ofLongName_isRefused() {
        refused(
                pickle().storage("FloatStorage", "k".repeat(65_000), 4).stop(),
                "a storage's name has 65000 characters (at most 256)");
    }

    @Test
    void text_inMessages_turnsNoDirection() {
        refused(
                pickle().text("a\u202eb\u2028c\u0085d\u2066e\u200ff")
                        .text("g")
                        .op(0x93)
                        .stop(),
                "a?b?c?d?e?f.g where");
    }

    private Verdict read(byte[] pickle) throws IOException {
        return Verdict.of(WeightsFiles.archive(folder.resolve("big.pth"), pickle, new byte[16]), ScalarKind::dtype);
    }

    private static byte[] bytes(long value) {
        return java.nio.ByteBuffer.allocate(8)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }

    private static long count(Path file) throws IOException {
        try (WeightsFile open = WeightsFile.open(file)) {
            return open.tensors().get("t").elements();
        }
    }

    private void refused(byte[] pickle, String... words) {
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            Path file = WeightsFiles.archive(folder.resolve("bad.pth"), pickle, new byte[16]);
            WeightsFiles.assertRefused(file, words);
        });
    }

    private static byte[] tensor(long elements, long offset, long[] shape, long[] strides) {
        return pickle().ops("}")
                .text("t")
                .tensor(elements, offset, shape, strides)
                .ops("s")
                .stop();
    }

    private static long[] longs(long... values) {
        return values;
    }

    private static PickleBytes pickle() {
        return new PickleBytes();
    }
}
