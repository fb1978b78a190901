package dev.graft.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.batch.DeviceBatch;
import dev.graft.batch.Layout;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Phase;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import dev.graft.train.TrainingStep;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.pickle.PickleNode;
import dev.graft.weights.pickle.PickleWriter;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.zip.TorchZipWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads on networks whose code came in a file; the files and numbers are tools/golden_script.py's. */
class ScriptGraftTest {
    private static final List<String> CLASSES = List.of("cat", "dog");
    private static final Preprocessing SMALL = Preprocessing.standard().withResize(new Resize.Stretch(32, 32));

    @TempDir
    Path folder;

    private static Path golden(String name) {
        try {
            return Path.of(
                    ScriptGraftTest.class.getResource("/golden/script/" + name).toURI());
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode numbers() throws IOException {
        try (InputStream in = ScriptGraftTest.class.getResourceAsStream("/golden/script/script.json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    private static Classifier graft(TrustedScript script) throws IOException {
        try (RandomSource random = new RandomSource(5)) {
            return Classifier.graft(script, CLASSES, SMALL, random);
        }
    }

    private static Classifier graft(String name) throws IOException {
        return graft(TrustedScript.of(golden(name)));
    }

    private static Tensor pictures() {
        float[] x = new float[4 * 3 * 32 * 32];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Math.sin(i * 0.37f);
        }
        return Tensor.create(x, 4, 3, 32, 32);
    }

    private static float[] logits(Classifier c) {
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            c.trainingMode(false);
            Tensor out = c.forward(pictures()).contiguous();
            float[] values = new float[(int) out.numel()];
            new FloatPointer(out.data_ptr()).get(values);
            return values;
        }
    }

    private static void assertNear(JsonNode rows, float[] seen) {
        for (int i = 0; i < seen.length; i++) {
            assertEquals(rows.path(i / 2).path(i % 2).asDouble(), seen[i], 1e-5, "logit " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"net.scripted.pt", "net.traced.pt"})
    void graft_givesPyTorchsLogits_andFreezesAllButTheHead(String name) throws IOException {
        try (Classifier c = graft(name)) {
            assertNear(numbers().path("logits"), logits(c));
            assertEquals("fc", c.card().network().head());
            c.parameters().forEach((n, p) -> assertEquals(n.startsWith("fc."), p.requires_grad(), n));
            assertTrue(
                    c.notes().toString().contains("fc of 10 classes dropped"),
                    c.notes().toString());
        }
    }

    @Test
    void training_withDropout_givesPyTorchsLosses() throws IOException {
        JsonNode expected = numbers();
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(TrustedScript.of(golden("net.scripted.pt")), CLASSES, SMALL, random);
                TrainingStep step = new TrainingStep(
                        c, Phase.of("head", 1, List.of(new ParameterGroup(Classifier.HEAD, 0.1))), Precision.FP32)) {
            c.trainingMode(true);
            for (int i = 0; i < 3; i++) {
                try (NativeScope scope = NativeScope.open()) {
                    DeviceBatch batch = new DeviceBatch(pictures(), Tensor.create(0L, 1L, 0L, 1L), 4);
                    float loss = random.asDefault(() -> step.learn(batch)).item_float();
                    assertEquals(expected.path("losses").path(i).asDouble(), loss, 1e-5, "step " + i);
                }
            }
            assertNear(expected.path("final"), logits(c));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"net.scripted.pt", "net.traced.pt", "nobias.scripted.pt", "fixed.scripted.pt", "one.traced.pt"})
    void save_load_givesTheSameLogitsAndBytes(String name) throws IOException {
        Path first = folder.resolve("first.pt");
        Path second = folder.resolve("second.pt");
        float[] before;
        String digest;
        try (Classifier c = graft(name)) {
            c.moveTo(ComputeDevice.CPU, Layout.CHANNELS_LAST);
            before = logits(c);
            digest = c.save(first);
        }
        Exception refused = assertThrows(IOException.class, () -> Classifier.load(first));
        assertTrue(refused.getMessage().contains("--trusted"), refused.getMessage());
        try (Classifier c = Classifier.load(TrustedScript.pinned(first, digest))) {
            c.moveTo(ComputeDevice.CPU, Layout.CHANNELS_LAST);
            assertArrayEquals(before, logits(c));
            assertEquals(CLASSES, c.card().classes());
            c.unfreeze(Classifier.HEAD); // the file keeps what learns
            c.save(second);
        }
        assertEquals(-1, Files.mismatch(first, second));
    }

    @Test
    void save_twoNamesOfOneLayer_stayOne() throws IOException {
        Path file = folder.resolve("tied.pt");
        try (Classifier c = graft("net.scripted.pt")) {
            c.save(file);
        }
        try (WeightsFile weights = WeightsFile.open(file)) {
            assertEquals(
                    weights.tensors().get("conv.weight").storage(),
                    weights.tensors().get("same.weight").storage());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pair.scripted.pt          | a tuple of 2
            half.scripted.pt          | output of shape [1, 1]
            blind.scripted.pt         | the head cannot learn
            frozen.scripted.pt        | no parameters
            dropout.train-traced.pt   | returns different logits when the same picture is shown again
            dropout.train-traced.pt   | (traced in training mode?); call model.eval() before torch.jit.trace
            norm.train-traced.pt      | returns different logits when a picture is in a batch with another one
            single.scripted.pt        | output of shape [1, 2] for 2 pictures
            single.scripted.pt        | trace the network with a batch of two
            convolutional.scripted.pt | no linear layer
            convolutional.scripted.pt | are features.weight [4, 3, 3, 3], features.bias [4], classifier.weight [10, 4, 1, 1]
            convolutional.scripted.pt | exchange its head for a torch.nn.Linear in Python
            """)
    void dryRun_namesWhatIsWrong(String name, String told) {
        Exception e = assertThrows(IOException.class, () -> graft(name).close());
        assertTrue(e.getMessage().contains(told) && e.getMessage().contains(name), e.getMessage());
    }

    @Test
    void dryRun_wrongSizeOfPictures_isTold() {
        Preprocessing large = SMALL.withResize(new Resize.Stretch(48, 48));
        try (RandomSource random = new RandomSource(5)) {
            Exception e = assertThrows(IOException.class, () -> Classifier.graft(
                            TrustedScript.of(golden("fixed.scripted.pt")), CLASSES, large, random)
                    .close());
            assertTrue(e.getMessage().contains("[1, 3, 48, 48]"), e.getMessage());
            assertTrue(e.getMessage().contains("preprocessing's size"), e.getMessage());
            assertTrue(e.getMessage().contains("in place of 'fc'"), e.getMessage());
            assertTrue(e.getMessage().contains("its linear layers are hidden, fc;"), e.getMessage());
        }
    }

    /** What a recorded dropout draws before it is found comes from LibTorch's own generator. */
    @Test
    void dryRun_drawsNothingFromTheRunsRandomNumbers() throws IOException {
        TrustedScript dropout = TrustedScript.of(golden("dropout.train-traced.pt"));
        TrustedScript none = TrustedScript.of(golden("softmax.traced.pt")); // the same head
        try (RandomSource refused = new RandomSource(5);
                RandomSource taken = new RandomSource(5)) {
            assertThrows(IOException.class, () -> Classifier.graft(dropout, CLASSES, SMALL, refused)
                    .close());
            Classifier.graft(none, CLASSES, SMALL, taken).close();
            assertArrayEquals(taken.state(), refused.state());
        }
    }

    @Test
    void softmaxAtTheEnd_isNoted_graftedAndLoaded() throws IOException {
        Path saved = folder.resolve("softmax.pt");
        try (Classifier c = graft("softmax.traced.pt")) {
            assertTrue(
                    c.notes().toString().contains("remove the softmax"),
                    c.notes().toString());
            c.save(saved);
        }
        try (Classifier c = Classifier.load(TrustedScript.of(saved))) {
            assertTrue(
                    c.notes().toString().contains("remove the softmax"),
                    c.notes().toString());
        }
        try (Classifier c = graft("net.traced.pt")) {
            assertFalse(c.notes().toString().contains("softmax"), c.notes().toString());
        }
    }

    @Test
    void load_withHead_isRefused() throws IOException {
        Path saved = folder.resolve("saved.pt");
        try (Classifier c = graft("net.scripted.pt")) {
            c.save(saved);
        }
        TrustedScript origin = TrustedScript.of(golden("net.scripted.pt"));
        TrustedScript withHead = TrustedScript.of(saved).withHead("fc");
        Exception e = assertThrows(
                IllegalArgumentException.class, () -> Classifier.load(withHead).close());
        assertTrue(e.getMessage().contains("already has a head"), e.getMessage());
        e = assertThrows(IllegalArgumentException.class, () -> Classifier.load(saved, origin.withHead("hidden"))
                .close());
        assertTrue(e.getMessage().contains("replaced the layer 'fc', not 'hidden'"), e.getMessage());
        Classifier.load(saved, origin.withHead("fc")).close(); // as a resumed run repeats its options
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            hidden | mat1 and mat2
            hidden | with a head of 2 classes in place of 'hidden'
            hidden | name the layer that makes the logits (TrustedScript.withHead, or --head); its linear layers are hidden, fc
            nobody | no layer 'nobody' with a weight
            conv   | weight of shape [8, 3, 3, 3]
            conv   | its linear layers are hidden, fc
            """)
    void head_thatIsNone_isRefusedWithTheLinearLayers(String head, String told) {
        TrustedScript script = TrustedScript.of(golden("net.scripted.pt")).withHead(head);
        Exception e = assertThrows(IOException.class, () -> graft(script).close());
        assertTrue(e.getMessage().contains(told), e.getMessage());
    }

    @Test
    void pinned_otherDigest_isRefused_andRightOneTaken() throws IOException {
        List<Path> before = copies();
        Path file = golden("net.scripted.pt");
        TrustedScript wrong = TrustedScript.pinned(file, "0".repeat(64));
        Exception e = assertThrows(IOException.class, () -> graft(wrong).close());
        assertTrue(e.getMessage().contains("none of its code was run"), e.getMessage());
        String seen = e.getMessage().replaceAll("(?s).*has the SHA-256 ([0-9a-f]{64}).*", "$1");
        try (Classifier c = graft(TrustedScript.pinned(file, seen))) {
            assertNear(numbers().path("logits"), logits(c));
        }
        assertThrows(IllegalArgumentException.class, () -> TrustedScript.pinned(file, "abc"));
        assertEquals(before, copies(), "the private copies are gone");
    }

    private static List<Path> copies() throws IOException {
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(f -> String.valueOf(f.getFileName()).startsWith("graft-trusted"))
                    .toList();
        }
    }

    @Test
    void craftedFile_writesWhenTrusted_andNeverOtherwise() throws IOException {
        Path mark = folder.resolve("mark");
        Path file = crafted(folder.resolve("crafted.pt"), mark);
        try (WeightsFile weights = WeightsFile.open(file)) {
            assertEquals(List.of(2L, 12L), weights.tensors().get("fc.weight").shape());
            weights.template();
        }
        ModelCard card = new ModelCard(Architecture.RESNET18, CLASSES, SMALL);
        try (RandomSource random = new RandomSource(1)) {
            Exception e = assertThrows(IOException.class, () -> Classifier.graft(file, card, random)
                    .close());
            assertTrue(e.getMessage().contains("--trusted"), e.getMessage());
        }
        assertThrows(IOException.class, () -> Classifier.load(file).close());
        TrustedScript pinned = TrustedScript.pinned(file, "1".repeat(64));
        assertThrows(IOException.class, () -> graft(pinned).close());
        assertFalse(Files.exists(mark));
        graft(TrustedScript.of(file)).close();
        assertTrue(Files.exists(mark), "the crafted file does what it is crafted for");
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 40, Integer.MAX_VALUE, 1_000_001, 12})
    void head_ofAbsurdShape_isRefused(long features) throws IOException {
        List<Long> shape = List.of(0L, features);
        Path file = crafted(folder.resolve("absurd.pt"), folder.resolve("mark"), shape, Map.of());
        Exception e = assertThrows(
                WeightsException.class, () -> graft(TrustedScript.of(file)).close());
        assertTrue(e.getMessage().contains(file + ": has in 'fc' a weight of shape " + shape), e.getMessage());
    }

    @Test
    void archive_withGraftsOwnEntry_isRefusedByName() throws IOException {
        String held = "code/__torch__/dev/graft/held.py";
        Path file = crafted(
                folder.resolve("held.pt"),
                folder.resolve("mark"),
                List.of(2L, 12L),
                Map.of(held, "class A(Module):\n"));
        Exception e = assertThrows(
                WeightsException.class, () -> graft(TrustedScript.of(file)).close());
        assertTrue(e.getMessage().startsWith("weights: " + file + ": cannot be rewritten"), e.getMessage());
        assertTrue(e.getMessage().contains(held), e.getMessage());
        assertFalse(Files.exists(folder.resolve("mark")));
    }

    private static Path crafted(Path file, Path mark) throws IOException {
        return crafted(file, mark, List.of(2L, 12L), Map.of());
    }

    /** A network whose part writes a file as soon as it is loaded. */
    private static Path crafted(Path file, Path mark, List<Long> weight, Map<String, String> more) throws IOException {
        String code = """
                class Linear(Module):
                  __parameters__ = ["weight", ]
                  __buffers__ = []
                  training : bool
                  weight : Tensor
                  def forward(self: __torch__.crafted.Linear, x: Tensor) -> Tensor:
                    return torch.linear(x, self.weight, None)
                class Trap(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool
                  def __getstate__(self: __torch__.crafted.Trap) -> int:
                    return 1
                  def __setstate__(self: __torch__.crafted.Trap, state: int) -> NoneType:
                    torch.save([state], "%s")
                    self.training = False
                    return None
                class Net(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool
                  fc : __torch__.crafted.Linear
                  trap : __torch__.crafted.Trap
                  def forward(self: __torch__.crafted.Net, x: Tensor) -> Tensor:
                    y = torch.flatten(torch.adaptive_avg_pool2d(x, [2, 2]), 1)
                    return (self.fc).forward(y, )
                """.formatted(mark);
        Map<String, Object> fc = new LinkedHashMap<>();
        fc.put("training", false);
        fc.put("weight", PickleNode.tensor("0", 24, ScalarKind.F32, weight, List.of(12L, 1L), 0, true));
        Map<String, Object> net = new LinkedHashMap<>();
        net.put("training", false);
        net.put("fc", PickleNode.object("__torch__.crafted.Linear", fc));
        net.put("trap", PickleNode.restored("__torch__.crafted.Trap", 1L));
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                TorchZipWriter zip = new TorchZipWriter(out, "crafted")) {
            zip.entry("data.pkl", PickleWriter.write(PickleNode.object("__torch__.crafted.Net", net)));
            zip.entry("code/__torch__/crafted.py", code.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            zip.entry("constants.pkl", PickleWriter.write(PickleNode.tuple()));
            zip.entry("data/0", new byte[96]);
            for (Map.Entry<String, String> entry : more.entrySet()) {
                zip.entry(entry.getKey(), entry.getValue().getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
        }
        return file;
    }
}
