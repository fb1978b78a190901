package dev.graft.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.torch.NativeScope;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.pickle.PickleNode;
import dev.graft.weights.pickle.PickleWriter;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.zip.TorchZipWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is taken, left out and refused of files that hold more, or other numbers, than a ResNet18. */
class ForeignNamesTest {
    /** Elements of the largest tensor: each storage has as many. */
    private static final int MOST = 512 * 512 * 9;

    @TempDir
    Path folder;

    private final Map<String, Object> dict = new LinkedHashMap<>();

    private void add(String name, String storage, ScalarKind kind, Long... shape) {
        List<Long> sizes = List.of(shape);
        dict.put(name, PickleNode.tensor(storage, MOST, kind, sizes, StoredTensor.rowOrder(sizes), 0, false));
    }

    /** A trunk whose numbers are all those of a storage. */
    private void addTrunk(String prefix, String storage) {
        Architecture.RESNET18.trunkShapes().forEach((name, shape) -> {
            if (!name.endsWith("num_batches_tracked"))
                add(prefix + name, storage, ScalarKind.F32, shape.toArray(Long[]::new));
        });
    }

    /** Writes the dict; storages 1 and 2 hold floats 1 and 2, storage b bytes. */
    private Path write() throws IOException {
        Path file = folder.resolve("model.pth");
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                TorchZipWriter zip = new TorchZipWriter(out, "archive")) {
            zip.entry("data.pkl", PickleWriter.write(PickleNode.orderedDict(dict)));
            for (int number = 1; number <= 2; number++) {
                ByteBuffer floats = ByteBuffer.allocate(4 * MOST).order(ByteOrder.LITTLE_ENDIAN);
                while (floats.hasRemaining()) floats.putFloat(number);
                zip.entry("data/" + number, floats.array());
            }
            zip.entry("data/b", new byte[MOST]);
        }
        return file;
    }

    private record Loaded(List<String> notes, float number) {}

    private Loaded load() throws IOException {
        try (WeightsFile file = WeightsFile.open(write());
                NativeScope scope = NativeScope.open()) {
            assertEquals(Optional.of(Architecture.RESNET18), Architecture.recognise(file));
            return load(file);
        }
    }

    private static Loaded load(WeightsFile file) throws IOException {
        StateLoader loader = new StateLoader(file, Architecture.RESNET18);
        Map<String, Tensor> state =
                loader.loadTrunk(Architecture.RESNET18.graph().orElseThrow().trunk());
        float number = state.get("layer4.1.conv2.weight").mean().item_float();
        state.values().forEach(Tensor::close);
        return new Loaded(loader.notes(), number);
    }

    private String refusal() throws IOException {
        try (WeightsFile file = WeightsFile.open(write());
                NativeScope scope = NativeScope.open()) {
            return assertThrows(WeightsException.class, () -> load(file)).getMessage();
        }
    }

    @Test
    void load_networkBesideItsFollower_takesItsNumbers_andTellsTheRest() throws IOException {
        addTrunk("encoder_k.", "2");
        addTrunk("encoder_q.", "1");
        add("encoder_q.fc.0.weight", "1", ScalarKind.F32, 4L, 512L);
        add("queue", "1", ScalarKind.F32, 2L, 3L);
        Loaded loaded = load();
        assertEquals(1, loaded.number());
        assertEquals(
                List.of(
                        "took the tensors under 'encoder_q.'; beside them: encoder_k. (100 tensors), queue",
                        "there is another resnet18 under 'encoder_k.', which is not used",
                        "the file's head fc is more than a linear layer (fc.0.weight) and dropped: a new one is grafted"),
                loaded.notes().subList(0, 3));
    }

    @Test
    void load_twoNetworksOfWhichNoneFollows_isRefusedWithTheirPrefixes() throws IOException {
        addTrunk("net_a.", "1");
        addTrunk("net_b.", "2");
        String told = refusal();
        assertTrue(told.contains("no name says which of them learns: under net_a., net_b.; save one of them"), told);
    }

    @Test
    void load_sameNumbersUnderTwoPrefixes_isNoChoice() throws IOException {
        addTrunk("net_a.", "1");
        addTrunk("net_b.", "1");
        assertEquals(1, load().number());
    }

    @Test
    void load_modulesBesideTheTrunk_areLeftOutAndTold() throws IOException {
        addTrunk("", "1");
        add("projection_head.0.weight", "1", ScalarKind.F32, 4L);
        add("projection_head.0.bias", "1", ScalarKind.F32, 4L);
        add("fc.scale", "1", ScalarKind.F32);
        assertTrue(load().notes().contains("left out, for it is no part of a resnet18: projection_head. (2 tensors)"));
    }

    @Test
    void load_moreWithinTheTrunk_isRefused() throws IOException {
        addTrunk("", "1");
        add("conv1.bias", "1", ScalarKind.F32, 64L);
        assertTrue(refusal().contains("does not hold a resnet18; unexpected conv1.bias"));
    }

    @Test
    void load_int8_isRefusedByNameAndScale() throws IOException {
        addTrunk("backbone.", "1");
        add("backbone.layer2.0.conv1.weight", "b", ScalarKind.I8, 128L, 64L, 3L, 3L);
        String told = refusal();
        assertTrue(told.contains("layer2.0.conv1.weight is quantized: of int8; what number"), told);
        add("backbone.layer2.0.conv1.SCB", "1", ScalarKind.F32, 128L);
        told = refusal();
        assertTrue(told.contains("of int8, with layer2.0.conv1.SCB beside it; "), told);
    }

    @Test
    void load_float8_isRefusedOnlyWithItsScale() throws IOException {
        addTrunk("", "1");
        add("conv1.weight", "b", ScalarKind.F8_E4M3, 64L, 3L, 7L, 7L);
        assertTrue(load().notes().contains("1 tensors of F8_E4M3 converted to float32"));
        add("conv1.weight_scale", "1", ScalarKind.F32);
        String told = refusal();
        assertTrue(told.contains("conv1.weight is quantized: of float8_e4m3fn, with conv1.weight_scale beside"), told);
    }

    @Test
    void load_quantizedTensorThatIsNone_isToldByItsZeroPoint() throws IOException {
        addTrunk("", "1");
        dict.remove("layer1.0.conv1.weight");
        add("layer1.0.conv1.zero_point", "b", ScalarKind.I8);
        // not found by that name any more: whoever knows the network is told
        String told = refusal();
        assertTrue(told.contains("layer1.0.conv1.weight is quantized, with layer1.0.conv1.zero_point beside it"), told);
    }

    @Test
    void load_beside_configOfTimm_tellsItsPreprocessing() throws IOException {
        addTrunk("", "1");
        config(
                "{'architecture': 'resnet18', 'num_classes': 0, 'pretrained_cfg': {'mean': [0.5, 0.5, 0.5], 'std': [0.5, 0.5, 0.5]}}");
        List<String> notes = load().notes();
        assertTrue(notes.contains("the config.json beside it says: timm resnet18, no head"), notes.toString());
        assertTrue(notes.toString().contains("normalised with mean [0.5, 0.5, 0.5] and std"), notes.toString());
    }

    private void config(String text) throws IOException {
        Files.writeString(folder.resolve(PretrainedConfig.FILE), text.replace('\'', '"'));
    }

    @Test
    void config_ofTransformers_hasItsLabelsInOrder_andSettings() throws IOException {
        config(
                "{'model_type': 'resnet', 'architectures': ['ResNetForImageClassification'], 'downsample_in_bottleneck': true,"
                        + " 'id2label': {'1': 'b', '10': 'k', '0': 'a', '2': 'c', '3': 'd', '4': 'e', '5': 'f', '6': 'g', '7': 'h',"
                        + " '8': 'i', '9': 'j'}}");
        PretrainedConfig config =
                PretrainedConfig.beside(folder.resolve("x.bin")).orElseThrow();
        assertEquals(List.of("abcdefghijk".split("")), config.labels());
        assertEquals(11, config.classes());
        assertEquals(List.of("downsample_in_bottleneck is true (torchvision's is false)"), config.settings());
        assertEquals(
                List.of(
                        "the config.json beside it says: transformers ResNetForImageClassification, 11 labels (a, b, c, ...)"),
                config.notes());
    }

    @Test
    void config_ofSomethingElse_isNone() throws IOException {
        Path weights = folder.resolve("x.bin");
        assertEquals(Optional.empty(), PretrainedConfig.beside(weights));
        for (String text :
                List.of("", "{", "[]", "3", "{'model_type': 'bert'}", "{'lr': 0.1}", "{'architecture': 3}")) {
            config(text);
            assertEquals(Optional.empty(), PretrainedConfig.beside(weights), text);
        }
    }
}
