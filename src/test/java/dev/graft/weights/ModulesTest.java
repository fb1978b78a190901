package dev.graft.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pickled modules, walked as data. */
@Timeout(60)
class ModulesTest {
    @TempDir
    Path folder;

    @Test
    void module_inAnyWrapping_hasTheNamesOfItsStateDict() throws IOException {
        PickleBytes bare = pickle();
        module(bare);
        assertEquals(List.of("own", "kept", "child.weight"), names(bare));
        PickleBytes compiled = pickle().global("torch._dynamo.eval_frame", "OptimizedModule");
        module(compiled);
        assertEquals(List.of("own", "kept", "child.weight"), names(compiled.ops("N\u0086R")));
        PickleBytes graph = pickle().global("torch.fx.graph_module", "reduce_graph_module");
        attributes(graph);
        assertEquals(
                List.of("own", "kept", "child.weight"),
                names(graph.text("import torch").ops("\u0086R")));
        PickleBytes slots = pickle().global("m", "Net").ops(")\u0081");
        attributes(slots);
        assertEquals(List.of("own", "kept", "child.weight"), names(slots.ops("}\u0086b")));
    }

    @Test
    void set_ofBufferNames_isReadInEitherProtocol() throws IOException {
        PickleBytes newer = pickle().global("m", "Net")
                .ops(")\u0081}(")
                .text("_parameters")
                .ops("}")
                .text("_modules")
                .ops("}");
        newer.text("_buffers").ops("}").text("kept");
        tensor(newer).ops("s").text("dropped");
        tensor(newer)
                .ops("s")
                .text("_non_persistent_buffers_set")
                .op(0x8f)
                .ops("(")
                .text("dropped")
                .op(0x90);
        assertEquals(List.of("kept"), names(newer.ops("ub")));
    }

    @Test
    void module_inItself_isRefused() throws IOException {
        PickleBytes loop = pickle().global("m", "Net")
                .ops(")\u0081q\1}(")
                .text("_parameters")
                .ops("}");
        refused(loop.text("_modules").ops("}").text("me").ops("h\1sub"), "a module that contains itself");
    }

    @Test
    void modules_thatMultiply_areRefused() throws IOException {
        PickleBytes bomb = pickle().global("m", "Net")
                .ops("q\0)\u0081}(")
                .text("_parameters")
                .ops("q\1}")
                .text("w");
        tensor(bomb).ops("s").text("_modules").ops("q\2}ubq\3");
        byte[] start = bomb.bytes();
        for (int i = 0; i < 18; i++)
            bomb.ops("0h\0)\u0081}(")
                    .text("_parameters")
                    .ops("}h\2}(")
                    .text("")
                    .ops("h\3")
                    .text("b")
                    .ops("h\3uubq\3");
        refused(bomb, "holds more than 200000 modules");
        PickleBytes longer = new PickleBytes().raw(Arrays.copyOfRange(start, 2, start.length));
        for (int i = 0; i < 60; i++)
            longer.ops("0h\0)\u0081}(")
                    .text("_parameters")
                    .ops("}h\2}(")
                    .text("aa")
                    .ops("h\3")
                    .text("bb")
                    .ops("h\3uubq\3");
        refused(longer, "16777216 characters");
    }

    @Test
    void modules_tooDeep_areRefused() throws IOException {
        PickleBytes deep = pickle().global("m", "Net")
                .ops("q\0)\u0081}(")
                .text("_parameters")
                .ops("q\1}");
        deep.text("_modules").ops("q\2}ubq\3");
        for (int i = 0; i < 200; i++)
            deep.ops("0h\0)\u0081}(h\1}h\2}").text("a").ops("h\3subq\3");
        refused(deep, "more than 100 levels deep");
    }

    @Test
    void items_ofOneDictInManyModules_areCounted() throws IOException {
        PickleBytes many = pickle().ops("}(");
        for (int i = 0; i < 20_000; i++) many.integer(i).op('N');
        many.ops("uq\1" + "0")
                .text("_parameters")
                .ops("q\2" + "0")
                .text("_modules")
                .ops("q\3" + "0");
        many.global("m", "Net").ops("q\0" + "0(");
        many.repeat("h\0)\u0081}(h\2h\1h\3}ub", 20_000);
        refused(many.ops("t"), "16777216 characters");
    }

    @Test
    void objects_inALongChain_areLeftOutBelowAHundredLevels() throws IOException {
        int depth = 300_000;
        PickleBytes chain = pickle().ops("}(").text("model").ops("}").text("w");
        tensor(chain)
                .ops("s")
                .text("other")
                .global("m", "F")
                .ops("q\1")
                .repeat("h\1", depth - 1)
                .ops("(}")
                .text("v");
        tensor(chain).ops("q\2s");
        for (int i = 0; i < 5000; i++) chain.ops("}").text("v").ops("h\2s");
        Path file = write(chain.ops("l").repeat("\u0085R", depth).ops("u"));
        WeightsFile open = assertTimeoutPreemptively(Duration.ofSeconds(10), () -> WeightsFile.open(file));
        try (open) {
            assertEquals(List.of("model"), open.keys());
            assertTrue(
                    open.notes().contains("left out what lies more than 100 levels deep in objects of Python"),
                    open.notes().toString());
        }
    }

    @Test
    void places_withLongKeys_areRefused() throws IOException {
        PickleBytes bomb =
                pickle().text("w").ops("q\0" + "0").text("k".repeat(4000)).ops("q\1" + "0");
        tensor(bomb).ops("q\2" + "0").repeat("}h\1", 90).ops("(").repeat("}h\0h\2s", 20_000);
        refused(bomb.ops("l").repeat("s", 90), "keys have more than 16777216 characters together");
    }

    @Test
    void dottedNames_thatCollide_areRefused() throws IOException {
        PickleBytes twice = pickle().global("m", "Net")
                .ops("q\0)\u0081}(")
                .text("_parameters")
                .ops("q\1}")
                .text("a.b");
        tensor(twice)
                .ops("s")
                .text("_modules")
                .ops("q\2}")
                .text("a")
                .ops("h\0)\u0081}(h\1}")
                .text("b");
        refused(tensor(twice).ops("sh\2}ubsub"), "two parts of a module named a.b");
    }

    @Test
    void parts_thatAreNoTensors_areNamed() throws IOException {
        PickleBytes odd = pickle().global("m", "Net")
                .ops(")\u0081}(")
                .text("_parameters")
                .ops("}")
                .text("w");
        tensor(odd).ops("s").text("lazy").global("torch.nn.parameter", "UninitializedParameter");
        Path file =
                write(odd.ops(")\u0081s").text("_modules").ops("}").text("none").ops("Nsub"));
        try (WeightsFile open = WeightsFile.open(file)) {
            assertEquals(
                    List.of(
                            "read a module of the class m.Net as data: its parameters and buffers, as its state_dict()"
                                    + " names them",
                            "left out what is not a tensor: lazy"),
                    open.notes());
        }
    }

    @Test
    void classes_withTheirSource_areReadInTheFormatFromBefore() throws IOException {
        PickleBytes p = pickle().op('(')
                .text("module")
                .global("m", "Net")
                .text("net.py")
                .text("class Net: pass");
        p.ops("tQ)\u0081}(").text("_parameters").ops("}").text("w").global("torch._utils", "_rebuild_tensor_v2");
        LegacyBytes.storage(p.op('('), "FloatStorage", "s", 4, null).ops("K\0K\4\u0085K\1\u0085\u0089");
        p.global("collections", "OrderedDict").ops(")RtRs").text("_modules").ops("}ub");
        Path file = new LegacyBytes(p.stop(), "s").storage(4, new byte[16]).write(folder.resolve("module.pth"));
        try (WeightsFile open = WeightsFile.open(file)) {
            assertEquals(List.of("w"), List.copyOf(open.tensors().keySet()));
            assertTrue(
                    open.notes().get(0).startsWith("read a module of the class m.Net"),
                    open.notes().toString());
        }
    }

    /** An object of the class {@code m.Net}. */
    private static void module(PickleBytes p) {
        p.global("m", "Net").ops(")\u0081");
        attributes(p).ops("b");
    }

    /** A parameter, two buffers of which one is not saved, a child, and what a module has besides. */
    private static PickleBytes attributes(PickleBytes p) {
        p.ops("}(").text("training").ops("\u0088").text("_parameters").ops("}(").text("own");
        tensor(p).text("none").ops("Nu").text("_buffers").ops("}(").text("kept");
        tensor(p).text("dropped");
        tensor(p)
                .ops("u")
                .text("_non_persistent_buffers_set")
                .global("__builtin__", "set")
                .ops("](");
        p.text("dropped")
                .ops("e\u0085R")
                .text("_modules")
                .ops("}")
                .text("child")
                .global("m", "Part")
                .ops(")\u0081}(");
        p.text("_parameters").ops("}").text("weight");
        tensor(p).ops("s").text("_modules").ops("}ubs").text("plain");
        return tensor(p).ops("u");
    }

    private static PickleBytes tensor(PickleBytes p) {
        return p.tensor(4, 0, new long[] {4}, new long[] {1});
    }

    private List<String> names(PickleBytes p) throws IOException {
        try (WeightsFile file = WeightsFile.open(write(p))) {
            return List.copyOf(file.tensors().keySet());
        }
    }

    private void refused(PickleBytes p, String words) throws IOException {
        WeightsFiles.assertRefused(write(p), words);
    }

    private Path write(PickleBytes p) throws IOException {
        return WeightsFiles.archive(folder.resolve("module.pth"), p.stop(), new byte[16]);
    }

    private static PickleBytes pickle() {
        return new PickleBytes();
    }
}
