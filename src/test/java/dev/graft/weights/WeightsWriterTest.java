package dev.graft.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.weights.pickle.PickleNode;
import dev.graft.weights.pickle.PickleWriter;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsKind;
import dev.graft.weights.zip.TorchZipWriter;
import dev.graft.weights.zip.ZipIndex;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written here is read here, and by PyTorch. */
class WeightsWriterTest {
    private static final String CODE = "class Net(Module):\n  __parameters__ = [\"weight\", ]\n  __buffers__ = []\n"
            + "  weight : Tensor\n  training : bool\n  sizes : List[int]\n"
            + "  def forward(self: __torch__.graft.Net,\n    x: Tensor) -> Tensor:\n"
            + "    return torch.mul(x, self.weight)\n";

    @TempDir
    Path folder;

    @Test
    void checkpoint_written_isReadBack() throws IOException {
        try (WeightsFile file = WeightsFile.open(checkpoint(folder.resolve("x.pth")))) {
            assertEquals(ScalarKind.values().length + 4, file.tensors().size());
            for (ScalarKind kind : ScalarKind.values()) {
                StoredTensor tensor = file.tensors().get(kind.name());
                assertEquals(List.of(2L, 3L), tensor.shape());
                assertArrayEquals(bytes(kind), WeightsFiles.rowOrder(file, tensor));
            }
            assertEquals(1, file.tensors().get("one").elements());
            assertEquals(0, file.tensors().get("none").elements());
            assertEquals(List.of(1L, 2L), file.tensors().get("turned").strides());
            assertEquals(values(), file.value("values"));
            assertEquals(Optional.of("grüße"), file.extra("graft.json"));
        }
    }

    @Test
    void checkpoint_writtenTwice_hasTheSameBytesAtMultiplesOf64() throws IOException {
        byte[] once = Files.readAllBytes(checkpoint(folder.resolve("a.pth")));
        assertArrayEquals(once, Files.readAllBytes(checkpoint(folder.resolve("b.pth"))));
        try (FileChannel channel = FileChannel.open(folder.resolve("a.pth"))) {
            for (ZipIndex.Entry entry :
                    ZipIndex.read(folder.resolve("a.pth"), channel).values())
                assertEquals(0, entry.data() % 64, entry.name());
        }
    }

    @Test
    void add_ofNameThatNoReaderTakes_isRefused() {
        StateDictWriter file = new StateDictWriter();
        for (String name : List.of("w\ud800", "\udc00", "n".repeat(4097)))
            assertThrows(
                    IllegalArgumentException.class,
                    () -> file.add(name, ScalarKind.U8, List.of(1L), ByteBuffer.allocate(1)));
        file.add("w\ud83d\ude00", ScalarKind.U8, List.of(1L), ByteBuffer.allocate(1));
    }

    @Test
    void module_written_isReadBack() throws IOException {
        try (WeightsFile file = WeightsFile.open(module(folder.resolve("x.pt")))) {
            assertEquals(WeightsKind.TORCHSCRIPT, file.kind());
            assertEquals(List.of("weight"), List.copyOf(file.tensors().keySet()));
            assertEquals(List.of(1L, -5L, 1L << 40), file.value("sizes"));
        }
    }

    @Test
    void module_withoutTensors_saysSo() throws IOException {
        Path path = folder.resolve("frozen.pt");
        try (FileChannel out = WeightsFiles.create(path);
                TorchZipWriter zip = new TorchZipWriter(out, "archive")) {
            zip.entry("data.pkl", PickleWriter.write(PickleNode.object("__torch__.Net", Map.of("training", false))));
            zip.entry("constants.pkl", PickleWriter.write(PickleNode.tuple()));
        }
        try (WeightsFile file = WeightsFile.open(path)) {
            assertTrue(file.tensors().isEmpty());
            assertTrue(file.notes().get(0).contains("frozen"));
            assertEquals(false, file.value("training"));
        }
    }

    @Test
    void written_isReadByPyTorch() throws IOException, InterruptedException {
        String python = System.getProperty("graft.python", System.getenv("GRAFT_PYTHON"));
        Assumptions.assumeTrue(python != null, "needs a Python with PyTorch (set GRAFT_PYTHON to its path)");
        checkpoint(folder.resolve("x.pth"));
        module(folder.resolve("x.pt"));
        String program = """
                import sys, torch
                kinds = dict(pair.split('=') for pair in sys.argv[1:])
                for mmap in (False, True):
                    c = torch.load('x.pth', weights_only=True, mmap=mmap)
                    m = c['model']
                    for name, dtype in kinds.items():
                        t = m[name]
                        assert t.dtype == getattr(torch, dtype) and t.shape == (2, 3), name
                        n = t.element_size()
                        want = [(i // n if i % n == 0 else 0) for i in range(6 * n)]
                        if name == 'BOOL': want = [i % 2 for i in want]
                        got = t.contiguous().view(torch.uint8).flatten().tolist()
                        assert got == want, (name, got, want)
                    assert m['turned'].stride() == (1, 2) and m['none'].shape == (0, 3) and m['one'].item() == 0
                    assert m['turned'].untyped_storage().data_ptr() == m['I32'].untyped_storage().data_ptr()
                    assert c['values'] == [None, True, False, 0, 255, 256, 65536, -1, 2**40, 0.1, 'grüße', ['x', 'x'],
                                           {'a': 1, 2: []}], c['values']
                    assert c['pair'] == (1, 'x', (), (1, 2, 3, 4)) and type(c['ordered']).__name__ == 'OrderedDict'
                extra = {'graft.json': ''}
                s = torch.jit.load('x.pt', _extra_files=extra)
                assert s.sizes == [1, -5, 2**40] and extra['graft.json'] == b'{}', extra
                w = s.state_dict()['weight']
                assert w.requires_grad is False and list(dict(s.named_parameters())) == ['weight']
                assert s(torch.ones(3)).shape == (2, 3) and not s.training
                print('all read')
                """;
        List<String> command = new ArrayList<>(List.of(python, "-W", "ignore", "-c", program));
        for (ScalarKind kind : ScalarKind.values()) command.add(kind.name() + "=" + kind.dtype());
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertTrue(output.endsWith("all read\n"), output);
    }

    @Test
    void entry_thatFails_leavesNoDirectory() throws IOException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        WritableByteChannel full = new LimitedChannel(Channels.newChannel(kept), 300);
        TorchZipWriter zip = new TorchZipWriter(full, "archive");
        zip.entry("data.pkl", PickleWriter.write(Map.of()));
        assertThrows(IOException.class, () -> zip.entry("data/0", new byte[400]));
        zip.close();
        WeightsFiles.assertRefused(Files.write(folder.resolve("x.pth"), kept.toByteArray()), "is truncated");
    }

    @Test
    void entry_twiceOrAfterClose_isRefused() throws IOException {
        TorchZipWriter zip = new TorchZipWriter(Channels.newChannel(new ByteArrayOutputStream()), "archive");
        zip.entry("data/0", new byte[1]);
        assertThrows(IllegalArgumentException.class, () -> zip.entry("data/0", new byte[1]));
        zip.close();
        assertThrows(IllegalStateException.class, () -> zip.entry("data/1", new byte[1]));
        assertThrows(IllegalArgumentException.class, () -> new TorchZipWriter(Channels.newChannel(System.out), "a/b"));
    }

    @Test
    void manyEntries_useTheWideDirectory() throws IOException {
        Path path = folder.resolve("many.pth");
        try (FileChannel out = WeightsFiles.create(path);
                TorchZipWriter zip = new TorchZipWriter(out, "a")) {
            zip.entry("data.pkl", PickleWriter.write(Map.of()));
            for (int i = 0; i < 70_000; i++) zip.entry("x/" + i, new byte[0]);
        }
        try (WeightsFile file = WeightsFile.open(path)) {
            assertTrue(file.tensors().isEmpty());
        }
    }

    @Test
    void write_whatIsNoPickle_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> PickleWriter.write(new Object()));
        assertThrows(IllegalArgumentException.class, () -> PickleNode.global("os\nsystem", "x"));
        assertThrows(IllegalArgumentException.class, () -> PickleNode.object("Net", Map.of()));
    }

    private static List<Object> values() {
        Map<Object, Object> dict = new LinkedHashMap<>();
        dict.put("a", 1L);
        dict.put(2L, List.of());
        return Arrays.asList(
                null, true, false, 0L, 255L, 256L, 65536L, -1L, 1L << 40, 0.1, "grüße", List.of("x", "x"), dict);
    }

    /** Element i begins with the byte i (i modulo 2 for booleans); storages are numbered as the kinds are. */
    private static byte[] bytes(ScalarKind kind) {
        byte[] bytes = new byte[6 * kind.width()];
        for (int i = 0; i < 6; i++) bytes[i * kind.width()] = (byte) (kind == ScalarKind.BOOL ? i % 2 : i);
        return bytes;
    }

    private static Path checkpoint(Path file) throws IOException {
        Map<String, Object> model = new LinkedHashMap<>();
        for (ScalarKind kind : ScalarKind.values())
            model.put(kind.name(), tensor(kind, List.of(2L, 3L), List.of(3L, 1L)));
        model.put("one", tensor(ScalarKind.I64, List.of(), List.of()));
        model.put("turned", tensor(ScalarKind.I32, List.of(2L, 3L), List.of(1L, 2L)));
        model.put("again", tensor(ScalarKind.I32, List.of(2L), List.of(1L)));
        model.put("none", PickleNode.tensor("none", 0, ScalarKind.F32, List.of(0L, 3L), List.of(3L, 1L), 0, false));
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("model", PickleNode.orderedDict(model));
        root.put("values", values());
        root.put("pair", PickleNode.tuple(1, "x", PickleNode.tuple(), PickleNode.tuple(1, 2, 3, 4)));
        root.put("ordered", PickleNode.orderedDict(Map.of("k", 1.5f)));
        for (int i = 0; i < 300; i++) root.put("filler" + i, "filler" + i);
        try (FileChannel out = WeightsFiles.create(file);
                TorchZipWriter zip = new TorchZipWriter(out, "archive")) {
            zip.entry("data.pkl", PickleWriter.write(root));
            for (ScalarKind kind : ScalarKind.values()) {
                ByteBuffer data = ByteBuffer.allocateDirect(6 * kind.width())
                        .put(bytes(kind))
                        .flip();
                int middle = data.limit() / 2;
                zip.entry("data/" + kind.ordinal(), data.slice(0, middle), data.slice(middle, data.limit() - middle));
            }
            zip.entry("data/none");
            zip.entry("extra/graft.json", "grüße".getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }

    private static PickleNode tensor(ScalarKind kind, List<Long> shape, List<Long> strides) {
        return PickleNode.tensor(Integer.toString(kind.ordinal()), 6, kind, shape, strides, 0, false);
    }

    private static Path module(Path file) throws IOException {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("weight", PickleNode.tensor("0", 6, ScalarKind.F32, List.of(2L, 3L), List.of(3L, 1L), 0, true));
        attributes.put("training", false);
        attributes.put("sizes", PickleNode.intList(1, -5, 1L << 40));
        try (FileChannel out = WeightsFiles.create(file);
                TorchZipWriter zip = new TorchZipWriter(out, "archive")) {
            zip.entry("data.pkl", PickleWriter.write(PickleNode.object("__torch__.graft.Net", attributes)));
            zip.entry("constants.pkl", PickleWriter.write(PickleNode.tuple()));
            zip.entry("data/0", new byte[24]);
            zip.entry("code/__torch__/graft.py", CODE.getBytes(StandardCharsets.UTF_8));
            zip.entry("extra/graft.json", "{}".getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }

    /** A disk that becomes full. */
    private static final class LimitedChannel implements WritableByteChannel {
        private final WritableByteChannel out;
        private long left;

        LimitedChannel(WritableByteChannel out, long bytes) {
            this.out = out;
            this.left = bytes;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            if (left == 0) throw new IOException("No space left on device");
            ByteBuffer part = bytes.slice(bytes.position(), (int) Math.min(left, bytes.remaining()));
            int count = out.write(part);
            bytes.position(bytes.position() + count);
            left -= count;
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
