package dev.graft.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.weights.pickle.PickleNode;
import dev.graft.weights.pickle.PickleWriter;
import dev.graft.weights.script.ScriptTemplate;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.zip.TorchZipWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Zips that lie, are cut, or are something else. */
class HostileZipTest {
    private static final byte[] PICKLE = new PickleBytes()
            .ops("}")
            .text("t")
            .tensor(4, 0, new long[] {4}, new long[] {1})
            .ops("s")
            .stop();

    @TempDir
    Path folder;

    @Test
    void open_honestZip_isRead() throws IOException {
        assertEquals(4, read(honest()));
        TestZip packed = new TestZip();
        packed.add(TestZip.Entry.deflated("a/data.pkl", PICKLE));
        packed.add(TestZip.Entry.deflated("a/data/0", new byte[16]));
        assertEquals(4, read(packed));
    }

    @Test
    void names_thatLeadOut_areRefused() throws IOException {
        for (String name : new String[] {"a/../../etc/x", "/etc/x", "a\\x", "C:/x", "..", "", "a/\0"})
            refused(zip -> zip.add(name, new byte[1]), "leads out of it");
    }

    @Test
    void names_twice_areRefused() throws IOException {
        refused(zip -> zip.add("a/data.pkl", PICKLE), "two entries named a/data.pkl");
        refused(zip -> zip.add("b/data.pkl", PICKLE), "2 entries NAME/data.pkl");
    }

    @Test
    void header_thatDisagrees_isRefused() throws IOException {
        refused(zip -> zip.add("a/x", new byte[1]).localName = "a/y", "a place where it is not");
        refused(zip -> zip.add("a/x", new byte[1]).header = 3, "a place where it is not");
        refused(zip -> zip.add("a/x", new byte[1]).header = 1 << 30, "a place outside");
        refused(zip -> zip.announced = 7, "announces 7 entries and lists 2");
    }

    @Test
    void sizes_thatLie_areRefused() throws IOException {
        refused(zip -> zip.add("a/x", new byte[9]).size = 10, "two sizes");
        refused(zip -> zip.add("a/x", new byte[9]).compressed = 10, "two sizes");
        refused(zip -> claim(zip.add("a/x", new byte[9]), 4000), "more bytes than the file holds");
        refused(zip -> claim(zip.add("a/x", new byte[9]), 0xFFFFFFFEL), "more bytes than the file holds");
        refused(zip -> claim(zip.add("a/x", new byte[9]), 0xFFFFFFFFL), "no 64-bit size");
        refused(
                zip -> zip.add(TestZip.Entry.deflated("a/x", new byte[9])).size = 1 << 30,
                "that unpacking cannot give");
    }

    @Test
    void entries_thatOverlap_areRefused() throws IOException {
        refused(
                zip -> {
                    TestZip.Entry outer = zip.add("a/x", new byte[40]);
                    zip.add("a/y", new byte[1]);
                    claim(outer, 60);
                },
                "bytes that belong to another entry");
        TestZip zip = honest();
        TestZip.Entry first = zip.add("a/x", new byte[8]);
        zip.write(folder.resolve("once.pth"));
        TestZip.Entry again = zip.add("a/y", new byte[8]);
        again.header = first.header;
        WeightsFiles.assertRefused(zip.write(folder.resolve("bad.pth")), "damaged zip");
    }

    @Test
    void methodsAndFlags_thatAreForeign_areRefused() throws IOException {
        refused(zip -> zip.add("a/x", new byte[1]).flags = 1, "is encrypted");
        refused(zip -> zip.add("a/x", new byte[1]).method = 12, "packed by method 12");
        refused(zip -> zip.add("a/byteorder", ascii("big")), "byte order 'big'");
    }

    @Test
    void deflated_moreOrLessThanItsSize_isRefused() throws IOException {
        for (int claimed : new int[] {15, 17}) {
            TestZip zip = new TestZip();
            zip.add("a/data.pkl", PICKLE);
            zip.add(TestZip.Entry.deflated("a/data/0", new byte[claimed])).size = 16;
            WeightsFiles.assertRefused(zip.write(folder.resolve("bad.pth")), claimed > 16 ? "to more" : "to less");
        }
        TestZip rubbish = new TestZip();
        rubbish.add("a/data.pkl", PICKLE);
        TestZip.Entry entry = rubbish.add("a/data/0", ascii("this is not packed at all"));
        entry.method = 8;
        entry.size = 16;
        WeightsFiles.assertRefused(rubbish.write(folder.resolve("bad.pth")), "a/data/0 is damaged");
    }

    @Test
    void deflated_bomb_isRefusedByItsSize() throws IOException {
        TestZip zip = new TestZip();
        zip.add(TestZip.Entry.deflated("a/data.pkl", new byte[65 << 20]));
        WeightsFiles.assertRefused(zip.write(folder.resolve("bad.pth")), "has 68157440 bytes (at most 67108864)");
        TestZip storage = new TestZip();
        storage.add("a/data.pkl", PICKLE);
        storage.add(TestZip.Entry.deflated("a/data/0", new byte[65 << 20]));
        WeightsFiles.assertRefused(storage.write(folder.resolve("bad.pth")), "does not match the 68157440 bytes");
    }

    @Test
    void pickle_packedToNothing_isRefused() throws IOException {
        byte[] dicts =
                new PickleBytes().ops("}K\1](").repeat("}", 1_000_000).ops("es").stop();
        TestZip zip = new TestZip();
        zip.add(TestZip.Entry.deflated("a/data.pkl", dicts));
        Path file = zip.write(folder.resolve("bad.pth"));
        WeightsFiles.assertRefused(file, "its entry a/data.pkl unpacks from ", "(at most 64 times as many)");
        Verdict verdict = Verdict.of(file, ScalarKind::dtype);
        assertTrue(verdict.allocated() < 1 << 20, verdict.toString());
    }

    @Test
    void code_packedToNothing_isRefused() throws IOException {
        String head =
                "class Net(Module):\n  __parameters__ = [" + "\"a\", ".repeat(800_000) + "]\n  __buffers__ = []\n";
        TestZip zip = script(PickleNode.object("__torch__.m.Net", Map.of("training", false)));
        zip.add(TestZip.Entry.deflated("a/code/__torch__/m.py", ascii(head)));
        WeightsFiles.assertRefused(zip.write(folder.resolve("bad.pt")), "m.py unpacks from ");
        TestZip stored = script(PickleNode.object("__torch__.m.Net", Map.of("training", false)));
        stored.add("a/code/__torch__/m.py", ascii(head));
        WeightsFiles.assertRefused(stored.write(folder.resolve("bad.pt")), "lists more than 200000 parameters");
    }

    @Test
    void folder_ofLongName_isJoinedWithNone() throws IOException {
        String root = "r".repeat(60_000);
        PickleBytes storages =
                new PickleBytes().ops("}K\1](").storage("FloatStorage", "0", 4).ops("0(");
        storages.text("storage")
                .global("torch", "FloatStorage")
                .text("0")
                .text("cpu")
                .ops("K\4tq\0Q");
        TestZip zip = new TestZip();
        zip.add(root + "/data.pkl", storages.repeat("0h\0Q", 300_000).ops("es").stop());
        zip.add(root + "/data/0", new byte[16]);
        Verdict verdict = Verdict.of(zip.write(folder.resolve("root.pth")), ScalarKind::dtype);
        assertTrue(verdict.read(), verdict.toString());
        assertTrue(verdict.allocated() < 1 << 30, verdict.toString());
    }

    @Test
    void script_ofTwoTensorsOfOneName_isRefused() throws IOException {
        StoredTensor t = new StoredTensor("", ScalarKind.F32, List.of(4L), List.of(1L), 0, "0", 4);
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("a.b", t);
        attributes.put("a", PickleNode.object("__torch__.m.Sub", Map.of("b", t)));
        TestZip zip = script(PickleNode.object("__torch__.m.Net", attributes));
        zip.add("a/data/0", new byte[16]);
        WeightsFiles.assertRefused(zip.write(folder.resolve("bad.pt")), "has two tensors named a.b");
    }

    @Test
    void template_ofWhatTorchScriptHasNot_isRefusedByAttribute() throws IOException {
        byte[] large = new PickleBytes()
                .op(0x8a, 9)
                .raw(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9})
                .bytes();
        byte[] bytes = new PickleBytes().ops("C\3abc").bytes();
        byte[] storage = new PickleBytes().storage("FloatStorage", "0", 4).bytes();
        for (byte[] value : List.of(large, bytes, storage)) {
            PickleBytes net = new PickleBytes()
                    .global("__torch__.m", "Net")
                    .op(')', 0x81)
                    .ops("}")
                    .text("odd");
            net.ops("]").raw(Arrays.copyOfRange(value, 2, value.length)).ops("asb");
            TestZip zip = new TestZip();
            zip.add("a/data.pkl", net.stop());
            zip.add("a/constants.pkl", new byte[0]);
            zip.add("a/data/0", new byte[16]);
            Path path = zip.write(folder.resolve("odd.pt"));
            try (WeightsFile file = WeightsFile.open(path)) {
                WeightsException refusal = assertThrows(WeightsException.class, file::template);
                assertTrue(refusal.getMessage().startsWith("weights: " + path + ": its attribute odd holds "));
            }
        }
    }

    @Test
    void className_ofTwoLines_isRefused() throws IOException {
        TestZip zip = new TestZip();
        PickleBytes net = new PickleBytes()
                .text("__torch__.m\nx")
                .text("Net")
                .op(0x93, ')', 0x81)
                .ops("}b");
        zip.add("a/data.pkl", net.stop());
        zip.add("a/constants.pkl", new byte[0]);
        WeightsFiles.assertRefused(zip.write(folder.resolve("bad.pt")), "__torch__.m?x.Net is not allowed");
    }

    /** Many lists and constants once took time by the square of their number. */
    @Test
    void template_ofManyKeptTensors_takesTimeByTheirNumber() throws IOException {
        int count = 20_000;
        List<Object> kept = new ArrayList<>();
        TestZip zip = new TestZip();
        for (int i = 0; i < count; i++) {
            String storage = "s" + i;
            kept.add(new StoredTensor("", ScalarKind.U8, List.of(1L), List.of(1L), 0, storage, 1));
            zip.add("a/data/" + storage, new byte[1]);
        }
        String longName = "n".repeat(4000);
        zip.add("a/data.pkl", PickleWriter.write(PickleNode.object("__torch__.m.Net", Map.of(longName, kept))));
        zip.add("a/constants.pkl", new byte[0]);
        try (WeightsFile file = WeightsFile.open(zip.write(folder.resolve("kept.pt")))) {
            long start = System.nanoTime();
            ScriptTemplate template = file.template();
            write(template);
            assertEquals(count, template.keptBytes());
            assertTrue(System.nanoTime() - start < 5_000_000_000L, "took too long");
        }
    }

    @Test
    void template_ofViewsThatCollide_isWrittenInTime() throws IOException {
        int count = 60_000;
        Map<String, Object> buffers = new LinkedHashMap<>();
        for (long i = 0; i < count; i++) {
            List<Long> strides = List.of(i, 31L * count - 31 * i); // lists of one hash
            buffers.put("b" + i, new StoredTensor("", ScalarKind.U8, List.of(1L, 1L), strides, 0, "0", 16));
        }
        TestZip zip = script(PickleNode.object("__torch__.m.Net", buffers));
        zip.add("a/data/0", new byte[16]);
        try (WeightsFile file = WeightsFile.open(zip.write(folder.resolve("views.pt")))) {
            assertEquals(count, file.tensors().size());
            long start = System.nanoTime();
            assertEquals(count, write(file.template()));
            assertTrue(System.nanoTime() - start < 5_000_000_000L, "took too long");
        }
    }

    /** Writes an archive to nowhere; the number of storages that it was to have. */
    private static int write(ScriptTemplate template) throws IOException {
        int[] written = new int[1];
        template.write(
                Channels.newChannel(OutputStream.nullOutputStream()),
                ScriptTemplate.Root.NETWORK,
                new ScriptTemplate.Tensors() {
                    @Override
                    public PickleNode node(String storage, String name) {
                        return PickleNode.tensor(storage, 1, ScalarKind.U8, List.of(1L), List.of(1L), 0, false);
                    }

                    @Override
                    public void entry(TorchZipWriter out, String storage, String name) {
                        written[0]++;
                    }
                },
                Map.of());
        return written[0];
    }

    private static TestZip script(PickleNode network) {
        TestZip zip = new TestZip();
        zip.add("a/data.pkl", PickleWriter.write(network));
        zip.add("a/constants.pkl", new byte[0]);
        return zip;
    }

    @Test
    void bytes_thatChanged_areRefused() throws IOException {
        refused(zip -> zip.add("a/extra/x", new byte[5]).crc = 7);
        TestZip zip = new TestZip();
        zip.add("a/data.pkl", PICKLE);
        zip.add("a/data/0", new byte[16]).crc = 7;
        WeightsFiles.assertRefused(zip.write(folder.resolve("bad.pth")), "a/data/0 is damaged: its CRC differs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"module.pth", "scripted.pt"})
    void open_truncated_saysSo(String name) throws IOException {
        byte[] whole = Files.readAllBytes(WeightsFiles.golden(name));
        for (int part = 1; part < 20; part++) {
            int bytes = whole.length * part / 20;
            Path file = Files.write(folder.resolve("cut-" + name), Arrays.copyOf(whole, bytes));
            WeightsFiles.assertRefused(file, "is truncated: " + bytes + " bytes", "download it again");
        }
        Path file = Files.write(folder.resolve("cut-" + name), Arrays.copyOf(whole, whole.length - 1));
        WeightsFiles.assertRefused(file, "is truncated");
    }

    private void refused(Consumer<TestZip> change, String... words) throws IOException {
        TestZip zip = honest();
        change.accept(zip);
        Path file = zip.write(folder.resolve("bad.pth"));
        if (words.length > 0) WeightsFiles.assertRefused(file, words);
        else
            try (WeightsFile open = WeightsFile.open(file)) {
                org.junit.jupiter.api.Assertions.assertThrows(WeightsException.class, () -> open.extra("x"));
            }
    }

    private static TestZip honest() {
        TestZip zip = new TestZip();
        zip.add("a/data.pkl", PICKLE);
        zip.add("a/data/0", new byte[16]);
        return zip;
    }

    private long read(TestZip zip) throws IOException {
        try (WeightsFile file = WeightsFile.open(zip.write(folder.resolve("good.pth")))) {
            StoredTensor tensor = file.tensors().get("t");
            assertTrue(Arrays.equals(new byte[16], WeightsFiles.rowOrder(file, tensor)));
            return tensor.elements();
        }
    }

    private static void claim(TestZip.Entry entry, long bytes) {
        entry.size = bytes;
        entry.compressed = bytes;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
