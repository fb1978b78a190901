package dev.graft.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.SmallRun;
import dev.graft.torch.RandomSource;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.pickle.PickleNode;
import dev.graft.weights.pickle.PickleWriter;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.zip.TorchZipWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that fit none of the networks: compared with the nearest, or told that none is near. */
class OtherNetworksTest {
    @TempDir
    Path folder;

    /** A state dict with tensors of these shapes, all of them in one storage of four bytes, shown or not. */
    private Path write(String name, Map<String, List<Long>> shapes, Map<String, Object> others) throws IOException {
        Map<String, Object> dict = new LinkedHashMap<>();
        long most = 1;
        for (List<Long> shape : shapes.values()) {
            most = Math.max(most, shape.stream().reduce(1L, (a, b) -> a * b));
        }
        for (Map.Entry<String, List<Long>> e : shapes.entrySet()) {
            List<Long> strides = new ArrayList<>();
            long stride = 1;
            for (int d = e.getValue().size() - 1; d >= 0; d--) {
                strides.add(0, stride);
                stride *= e.getValue().get(d);
            }
            dict.put(e.getKey(), PickleNode.tensor("0", most, ScalarKind.F32, e.getValue(), strides, 0, false));
        }
        dict.putAll(others);
        Path file = folder.resolve(name);
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                TorchZipWriter zip = new TorchZipWriter(out, "archive")) {
            zip.entry("data.pkl", PickleWriter.write(PickleNode.orderedDict(dict)));
            zip.entry("data/0", new byte[(int) (4 * most)]);
        }
        return file;
    }

    private static Map<String, List<Long>> shapes(Architecture architecture) {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        architecture.graph().orElseThrow().state(10).forEach(e -> shapes.put(e.name(), e.shape()));
        return shapes;
    }

    private static String refusal(Path file, Architecture as) {
        try (RandomSource random = new RandomSource(5)) {
            ModelCard card = new ModelCard(as, SmallRun.CARD.classes(), SmallRun.CARD.preprocessing());
            return assertThrows(WeightsException.class, () -> Classifier.graft(file, card, random))
                    .getMessage();
        }
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void nearest_oneMissingOneMoreOneMisshapen_isStillTheSame(Architecture architecture) throws IOException {
        Map<String, List<Long>> shapes = shapes(architecture);
        shapes.remove("layer3.1.conv2.weight");
        shapes.put("layer3.1.conv9.weight", List.of(1L));
        shapes.put("bn1.weight", List.of(63L));
        Path file = write("near.pth", shapes, Map.of());
        try (WeightsFile open = WeightsFile.open(file)) {
            assertEquals(Optional.empty(), Architecture.recognise(open));
            assertEquals(Optional.of(architecture), Architecture.nearest(open));
        }
        String told = refusal(file, architecture);
        assertTrue(told.contains("does not hold a " + architecture.title() + "; missing layer3.1.conv2.weight;"), told);
        assertTrue(told.contains("; unexpected layer3.1.conv9.weight; expects bn1.weight of shape [64], the"), told);
        assertTrue(told.endsWith("; use torchvision's weights of " + architecture.title()), told);
    }

    @Test
    void graft_asAnotherThanTheNearest_namesTheNearest() throws IOException {
        Map<String, List<Long>> shapes = shapes(Architecture.RESNET34);
        shapes.remove("layer3.5.conv2.weight");
        String told = refusal(write("deep.pth", shapes, Map.of()), Architecture.RESNET18);
        assertTrue(told.contains("does not hold a resnet18 (most similar to resnet34); unexpected layer1.2."), told);
    }

    @Test
    void graft_noneIsNear_saysHowItBeginsAndWhatHelps() throws IOException {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        for (int i = 0; i < 8; i += 2) {
            shapes.put("features." + i + ".weight", List.of(1L));
        }
        String told = refusal(write("vgg.pth", shapes, Map.of("epoch", 3)), Architecture.RESNET18);
        assertTrue(
                told.contains(": is none of resnet18, resnet34, resnet50, resnet101, resnet152, resnext50_32x4d,"
                        + " wide_resnet50_2; its first tensors are features.0.weight, features.2.weight, features.4.weight"
                        + " (noted: left out what is not a tensor: epoch); "),
                told);
        assertTrue(told.contains("torch.jit.script(model.eval()).save(\"model.pt\")"), told);
        assertTrue(told.contains("--trusted"), told);
    }

    @Test
    void graft_nearButWrapped_saysWhatWasUndone() throws IOException {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        shapes(Architecture.RESNET18).forEach((name, shape) -> shapes.put("model.backbone." + name, shape));
        shapes.remove("model.backbone.bn1.bias");
        String told = refusal(write("wrapped.pth", shapes, Map.of()), Architecture.RESNET18);
        assertTrue(
                told.contains("; missing bn1.bias (noted: took the prefix 'model.' off every name; took the prefix"
                        + " 'backbone.' off every name); "),
                told);
    }

    @Test
    void graft_noTensorAtAll_saysSo() throws IOException {
        String told = refusal(write("empty.pth", Map.of(), Map.of("epoch", 3)), Architecture.RESNET18);
        assertTrue(told.contains("it holds no tensor (noted: left out what is not a tensor: epoch); "), told);
    }
}
