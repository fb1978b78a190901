package dev.graft.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects beside the tensors of a checkpoint: told of and left out, whatever they would do if they were made. */
class ForeignObjectsTest {
    private static final String LEFT = "left out objects of Python, none of which was made: ";

    @TempDir
    Path folder;

    @Test
    void call_ofSystem_hasNoEffectAndIsNamed() throws IOException {
        Path marker = folder.resolve("marker");
        PickleBytes evil = pickle().global("posix", "system").text("touch " + marker);
        try (WeightsFile file = checkpoint(evil.op(0x85, 'R'))) {
            assertEquals(Set.of("t"), file.tensors().keySet());
            assertEquals(
                    List.of("took the tensors under 'model'; beside it: beside", LEFT + "posix.system"), file.notes());
            assertEquals("posix.system", file.value("beside"));
        }
        assertFalse(Files.exists(marker));
    }

    @Test
    void object_ofEachOpcode_isRead() throws IOException {
        for (String opcodes : List.of(
                ")\u0081", // NEWOBJ
                ")\u0081}b", // BUILD
                ")}\u0092", // NEWOBJ_EX
                ")R(K\1K\2e", // a list of this class
                ")RK\1a", // the same, one item
                ")\u0081(K\1K\2u", // a dict of this class
                ")\u0081NK\2s", // the same, one item under None
                ")R)R", // a call of what a call gave
                ")R0\u008f(K\1\u0090", // a set
                ")R0(K\1\u0091", // a frozen one
                ")R0\u0096\1\0\0\0\0\0\0\0a")) { // bytes that may change
            try (WeightsFile file = checkpoint(pickle().global("a.b", "C").ops(opcodes))) {
                assertEquals(Set.of("t"), file.tensors().keySet(), opcodes);
                assertEquals(List.of("model"), file.keys());
            }
        }
    }

    @Test
    void keys_ofAnyKind_areLeftOut() throws IOException {
        PickleBytes keys = pickle().ops("}(").ops("))N)K\1\u0085)NK\3"); // tuples and None as keys
        try (WeightsFile file = checkpoint(keys.ops("u"))) {
            assertEquals(java.util.Map.of(), file.value("beside"));
        }
    }

    @Test
    void object_thatHoldsItself_isRead() throws IOException {
        PickleBytes node =
                pickle().global("a", "Node").ops(")\u0081q\1}").text("me").ops("h\1sb");
        try (WeightsFile file = checkpoint(node)) {
            assertEquals(Set.of("t"), file.tensors().keySet());
        }
        PickleBytes list = pickle().global("a", "Node").ops(")\u0081q\1]h\1ab");
        try (WeightsFile file = checkpoint(list)) {
            assertTrue(file.notes().contains(LEFT + "a.Node"));
        }
    }

    @Test
    void objects_inEachOtherByTheThousand_areReadInTime() {
        PickleBytes chain = pickle().global("a", "C").ops("q\1" + "0N").repeat("\u0085q\2" + "0h\1h\2R", 200_000);
        assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> checkpoint(chain).close());
    }

    @Test
    void objects_thatLieAboutTensors_areRefused() throws IOException {
        PickleBytes outside = pickle().global("a", "C").op('(').tensor(4, 1, new long[] {4}, new long[] {1});
        refused(outside.ops("tR"), "does not fit into a storage of 4 elements");
        refused(
                pickle().global("a", "C")
                        .ops("(")
                        .storage("FloatStorage", "9", 4)
                        .ops("tR"),
                "9 is not in the file");
        refused(
                pickle().global("a", "C").ops("(").storage("NoStorage", "0", 4).ops("tR"),
                "torch.NoStorage is no storage");
        PickleBytes rebuilt =
                pickle().global("torch._utils", "_rebuild_tensor_v2").ops("(");
        refused(rebuilt.global("a", "C").ops(")\u0081K\0)))NtR"), "arguments that do not belong to it");
        PickleBytes typed =
                pickle().global("torch._tensor", "_rebuild_from_type_v2").ops("(");
        typed.global("torch._utils", "_rebuild_tensor_v2")
                .global("torch", "Tensor")
                .ops(")");
        refused(typed.ops("}tR"), "arguments that do not belong to it");
        refused(pickle().global("a", "C").ops(")\u0081K\1bK\1b"), "BUILD on an object of a.C");
        refused(pickle().ops("]q\1h\1a"), "contains itself");
    }

    @Test
    void rebuilders_inEachOther_areNotFollowed() throws IOException {
        PickleBytes nested = pickle().ops(")q\1" + "0").global("torch._tensor", "_rebuild_from_type_v2");
        nested.ops("q\2" + "0").global("torch", "Tensor").ops("q\3" + "0");
        nested.repeat("(h\2h\3h\1}tq\1" + "0h\2h\1R0", 90).ops("h\1");
        try (WeightsFile file = checkpoint(nested)) {
            assertEquals(Set.of("t"), file.tensors().keySet());
        }
    }

    @Test
    void otherTensors_areNamedWithWhatToDo() throws IOException {
        PickleBytes sparse = pickle().ops("}")
                .text("a")
                .tensor(4, 0, new long[] {4}, new long[] {1})
                .ops("s");
        sparse.text("s").global("torch._utils", "_rebuild_sparse_tensor").ops("NN\u0086Rs");
        sparse.text("p").global("torch._utils", "_rebuild_parameter").global("torch._utils", "_rebuild_qtensor");
        Path file = WeightsFiles.archive(
                folder.resolve("x.pth"), sparse.ops(")R\u0088N\u0087Rs").stop(), new byte[16]);
        try (WeightsFile open = WeightsFile.open(file)) {
            assertEquals(
                    "left out what is not a tensor: s (a sparse tensor: save tensor.to_dense()),"
                            + " p (a quantized tensor: save tensor.dequantize())",
                    open.notes().get(0));
            assertEquals(Set.of("a"), open.tensors().keySet());
        }
    }

    @Test
    void tensor_withAttributes_isThatTensor() throws IOException {
        PickleBytes typed = pickle().ops("}")
                .text("t")
                .global("torch._tensor", "_rebuild_from_type_v2")
                .ops("(");
        typed.global("torch._utils", "_rebuild_tensor_v2")
                .global("torch", "Tensor")
                .ops("(");
        typed.storage("FloatStorage", "0", 4).ops("K\0K\4\u0085K\1\u0085\u0089").global("collections", "OrderedDict");
        typed.ops(")Rt}").text("tag").ops("K\1stRs");
        Path file = WeightsFiles.archive(folder.resolve("x.pth"), typed.stop(), new byte[16]);
        try (WeightsFile open = WeightsFile.open(file)) {
            assertEquals(List.of(4L), open.tensors().get("t").shape());
        }
    }

    @Test
    void script_withForeignObjects_isRefused() throws IOException {
        TestZip zip = new TestZip();
        zip.add("a/data.pkl", pickle().global("os", "system").ops(")R").stop());
        zip.add("a/constants.pkl", new byte[0]);
        WeightsFiles.assertRefused(zip.write(folder.resolve("x.pt")), "os.system is not allowed");
    }

    /** A checkpoint of one tensor {@code t}, and beside it what the pickle makes. */
    private WeightsFile checkpoint(PickleBytes beside) throws IOException {
        return WeightsFile.open(write(beside));
    }

    private void refused(PickleBytes beside, String words) throws IOException {
        WeightsFiles.assertRefused(write(beside), words);
    }

    private Path write(PickleBytes beside) throws IOException {
        byte[] made = beside.bytes();
        PickleBytes all = pickle().ops("}").text("model").ops("}").text("t");
        all.tensor(4, 0, new long[] {4}, new long[] {1}).ops("ss").text("beside");
        all.raw(java.util.Arrays.copyOfRange(made, 2, made.length)); // without its own PROTO
        return WeightsFiles.archive(
                folder.resolve("checkpoint.pth"), all.ops("s").stop(), new byte[16]);
    }

    private static PickleBytes pickle() {
        return new PickleBytes();
    }
}
