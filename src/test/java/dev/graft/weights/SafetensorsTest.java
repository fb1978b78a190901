package dev.graft.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.weights.safetensors.SafetensorsTypes;
import dev.graft.weights.state.StateDict;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.tensor.WeightsKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that Python's safetensors wrote, read here, and files written here, byte by byte the same. */
class SafetensorsTest {
    private static final int PATIENCE_SECONDS = 120;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"kinds.safetensors", "compiled.safetensors", "by_hand.safetensors", "empty.safetensors"})
    void tensors_ofPython_haveItsNamesShapesAndBytes(String name) throws IOException {
        try (WeightsFile file = WeightsFile.open(golden(name))) {
            List<String> seen = new ArrayList<>();
            for (StoredTensor t : file.tensors().values()) {
                seen.add(row(name, file, t));
                ByteBuffer view = file.view(t);
                assertEquals(ByteBuffer.wrap(WeightsFiles.rowOrder(file, t)), view);
                assertTrue(view.isReadOnly() && view.order() == ByteOrder.LITTLE_ENDIAN);
            }
            List<String> expected = Files.readAllLines(golden("expected.tsv")).stream()
                    .filter(line -> line.startsWith(name + "\t"))
                    .toList();
            assertEquals(String.join("\n", expected), String.join("\n", seen));
            assertEquals(WeightsKind.SAFETENSORS, file.kind());
        }
    }

    @Test
    void metadata_isNotedAndGiven() throws IOException {
        try (WeightsFile file = WeightsFile.open(golden("kinds.safetensors"))) {
            assertEquals(List.of("the file says of itself: {format=pt}"), file.notes());
            assertEquals("pt", file.value("format"));
            assertFalse(file.has("U8"));
            assertTrue(file.extra("format").isEmpty());
        }
        try (WeightsFile file = WeightsFile.open(golden("by_hand.safetensors"))) {
            assertEquals("tab\t", file.value("note"));
        }
        try (WeightsFile file = WeightsFile.open(golden("compiled.safetensors"))) {
            assertEquals(List.of("took the prefix '_orig_mod.' off every name"), file.notes());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "module._orig_mod.fc,module. _orig_mod.",
        "_orig_mod.module.fc,_orig_mod. module.",
        "model.backbone.fc,model. backbone.",
        "model.module.fc,model. module.",
        "model.model.fc,model.",
        "encoder.fc,''"
    })
    void prefixes_ofEveryName_areTakenOffOnceEach(String name, String prefixes) {
        StoredTensor tensor = new StoredTensor(name + ".bias", ScalarKind.F32, List.of(1L), List.of(1L), 0, "0", 1);
        List<String> notes = new ArrayList<>();
        List<String> expected = prefixes.isEmpty()
                ? List.of()
                : Stream.of(prefixes.split(" "))
                        .map(p -> "took the prefix '" + p + "' off every name")
                        .toList();
        String bare = tensor.name().substring(prefixes.replace(" ", "").length());
        assertEquals(Map.of(bare, tensor.named(bare)), StateDict.withoutPrefixes(Map.of(tensor.name(), tensor), notes));
        assertEquals(expected, notes);
        Map<String, StoredTensor> mixed = Map.of(tensor.name(), tensor, "other.bias", tensor.named("other.bias"));
        assertEquals(mixed, StateDict.withoutPrefixes(mixed, new ArrayList<>()));
    }

    @Test
    void template_ofTensorsOnly_saysInWordsWhatTheFileIs() throws IOException {
        Map<Path, String> files = Map.of(
                golden("kinds.safetensors"), "it is a safetensors file, not",
                WeightsFiles.golden("module.pth"), "it is a state dict (torch.save), not");
        for (Map.Entry<Path, String> e : files.entrySet()) {
            try (WeightsFile open = WeightsFile.open(e.getKey())) {
                Exception refusal = assertThrows(WeightsException.class, open::template);
                assertTrue(refusal.getMessage().contains(e.getValue()), refusal.getMessage());
            }
        }
    }

    @Test
    void write_sameTensorsInAnyOrder_givesPythonsBytes() throws IOException {
        for (String name : List.of("kinds.safetensors", "empty.safetensors")) {
            byte[] expected = Files.readAllBytes(golden(name));
            for (int seed = 0; seed < 5; seed++) assertArrayEquals(expected, rewritten(golden(name), seed));
        }
    }

    /** Reads all and writes it in another order, each tensor in two pieces. */
    private static byte[] rewritten(Path source, int seed) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (WeightsFile file = WeightsFile.open(source)) {
            SafetensorsWriter writer = new SafetensorsWriter(
                    file.has("format") ? Map.of("format", (String) file.value("format")) : Map.of());
            List<StoredTensor> shuffled = new ArrayList<>(file.tensors().values());
            Collections.shuffle(shuffled, new Random(seed));
            for (StoredTensor t : shuffled) {
                ByteBuffer all = file.view(t);
                int half = all.remaining() / 2;
                writer.add(t.name(), t.kind(), t.shape(), all.slice(0, half), all.slice(half, all.remaining() - half));
            }
            writer.write(Channels.newChannel(out));
        }
        return out.toByteArray();
    }

    @Test
    void written_isReadByPython_andWrittenAgainToTheSameBytes() throws IOException, InterruptedException {
        String python = System.getProperty("graft.python", System.getenv("GRAFT_PYTHON"));
        Assumptions.assumeTrue(python != null, "needs a Python with safetensors (set GRAFT_PYTHON to its path)");
        SafetensorsWriter writer = new SafetensorsWriter(Map.of("format", "pt"));
        List<String> command = new ArrayList<>();
        for (ScalarKind kind : ScalarKind.values()) {
            if (SafetensorsTypes.order(kind) < 0) continue;
            writer.add(kind.name(), kind, List.of(3L, 2L), ByteBuffer.wrap(numbers(kind, 6)));
            command.add(kind.name() + "=" + kind.dtype());
        }
        String odd = "\n\"\u0001\u007f\u2028\\/\ud83d\ude00";
        writer.add(odd, ScalarKind.I16, List.of(), ByteBuffer.wrap(new byte[] {7, 1}));
        writer.add("none", ScalarKind.F32, List.of(2L, 0L));
        try (FileChannel out = WeightsFiles.create(folder.resolve("x.safetensors"))) {
            writer.write(out);
        }
        String program = """
                import sys, torch
                from safetensors.torch import load_file, save_file
                t = load_file('x.safetensors')
                kinds = dict(pair.split('=') for pair in sys.argv[1:])
                assert len(t) == len(kinds) + 2 and len(kinds) == 19, len(t)
                for name, dtype in kinds.items():
                    x = t[name]
                    assert x.dtype == getattr(torch, dtype) and x.shape == (3, 2), name
                    got = x.contiguous().view(torch.uint8).flatten().tolist()
                    assert got == [i % (2 if name == 'BOOL' else 251) for i in range(len(got))], name
                assert t['none'].shape == (2, 0) and t['\\n"\\x01\\x7f\\u2028\\\\/\\U0001f600'].item() == 263
                save_file(t, 'y.safetensors', metadata={'format': 'pt'})
                print('all read')
                """;
        command.addAll(0, List.of(python, "-W", "ignore", "-c", program));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertTrue(output.endsWith("all read\n"), output);
        assertEquals(-1, Files.mismatch(folder.resolve("x.safetensors"), folder.resolve("y.safetensors")));
    }

    @Test
    void add_whatDoesNotFit_isRefused() {
        SafetensorsWriter writer = new SafetensorsWriter(Map.of());
        ByteBuffer four = ByteBuffer.allocate(4);
        writer.add("a", ScalarKind.F32, List.of(1L), four);
        refused("already", () -> writer.add("a", ScalarKind.F32, List.of(1L), four));
        refused("has 8 bytes, the data has 4", () -> writer.add("b", ScalarKind.F32, List.of(2L), four));
        refused("cannot have the shape", () -> writer.add("b", ScalarKind.F32, List.of(-1L), four));
        refused("cannot have the shape", () -> writer.add("b", ScalarKind.F32, List.of(1L << 62, 4L), four));
        refused("half a character", () -> writer.add("\ud800", ScalarKind.F32, List.of(1L), four));
        refused("cannot be named", () -> writer.add("__metadata__", ScalarKind.F32, List.of(1L), four));
        refused("no numbers of kind C128", () -> writer.add("b", ScalarKind.C128, List.of(0L)));
        refused("half a character", () -> new SafetensorsWriter(Map.of("k", "\udc00")));
        assertEquals(4, four.remaining());
    }

    private static void refused(String word, Runnable call) {
        String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(message.contains(word), message);
    }

    @Test
    void readStorage_fileCutMeanwhile_isRefused() throws IOException {
        Path file = Files.copy(golden("kinds.safetensors"), folder.resolve("cut.safetensors"));
        try (WeightsFile open = WeightsFile.open(file);
                FileChannel cut = FileChannel.open(file, StandardOpenOption.WRITE)) {
            StoredTensor last = open.tensors().get("BOOL");
            cut.truncate(cut.size() - 1);
            ByteBuffer into = ByteBuffer.allocateDirect(6);
            WeightsException refusal = assertThrows(WeightsException.class, () -> open.readStorage(last, into));
            assertTrue(refusal.getMessage().contains("became shorter while 'BOOL'"), refusal.getMessage());
            assertThrows(WeightsException.class, () -> open.view(last));
        }
    }

    /** What view's contract says of a file that shrinks: an error, and a process that goes on. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void view_fileCutMeanwhile_isAnErrorInJava() throws IOException {
        Path file = folder.resolve("mapped.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter(Map.of());
        writer.add("a", ScalarKind.U8, List.of(1L << 20), ByteBuffer.allocate(1 << 20));
        try (FileChannel out = WeightsFiles.create(file)) {
            writer.write(out);
        }
        try (WeightsFile open = WeightsFile.open(file);
                FileChannel cut = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer view = open.view(open.tensors().get("a"));
            cut.truncate(100);
            assertTrue(isRefused(view));
        }
    }

    /** Whether reading is an error. Compiled code may throw it a little later, in whatever calls it. */
    private static boolean isRefused(ByteBuffer view) {
        byte[] into = new byte[view.capacity()];
        try {
            for (int i = 0; i < 1000; i++) read(view, into);
            return false;
        } catch (InternalError e) {
            return true;
        }
    }

    private static void read(ByteBuffer view, byte[] into) {
        view.get(0, into);
    }

    @Test
    void view_ofOtherFormats_isACheckedCopy() throws IOException {
        try (WeightsFile open = WeightsFile.open(WeightsFiles.golden("module.pth"))) {
            ByteBuffer mean = open.view(open.tensors().get("mean"));
            assertEquals(1f, mean.getFloat(8));
            assertTrue(mean.isReadOnly() && mean.isDirect() && mean.remaining() == 12);
        }
    }

    private static byte[] numbers(ScalarKind kind, int elements) {
        byte[] bytes = new byte[elements * kind.width()];
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (i % (kind == ScalarKind.BOOL ? 2 : 251));
        return bytes;
    }

    private static Path golden(String name) {
        return WeightsFiles.golden("../safetensors/" + name);
    }

    private static String row(String name, WeightsFile file, StoredTensor t) throws IOException {
        byte[] bytes = WeightsFiles.rowOrder(file, t);
        String numbers = HexFormat.of().formatHex(bytes);
        return String.join("\t", name, t.name(), t.kind().name(), commas(t.shape()), commas(t.strides()), "0", numbers);
    }

    private static String commas(List<Long> numbers) {
        return String.join(
                ",", Arrays.stream(numbers.toArray()).map(Object::toString).toList());
    }
}
