package dev.graft.weights;

import static dev.graft.weights.WeightsFiles.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.graft.weights.pickle.PickleNode;
import dev.graft.weights.pickle.PickleWriter;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.zip.TorchZipWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The constants of modules that torch.jit.freeze made. */
class FrozenConstantsTest {
    @TempDir
    Path folder;

    /** A module with three constants, the numbers 0, 1 and 2, and this line as its code. */
    private Path write(String line) throws IOException {
        Path path = folder.resolve("frozen.pt");
        try (FileChannel out = WeightsFiles.create(path);
                TorchZipWriter zip = new TorchZipWriter(out, "archive")) {
            zip.entry("data.pkl", PickleWriter.write(PickleNode.object("__torch__.Net", Map.of("training", false))));
            String code = "class Net(Module):\n  __parameters__ = []\n  __buffers__ = []\n  " + line + "\n";
            zip.entry("code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
            Object[] constants = new Object[3];
            for (int i = 0; i < 3; i++) {
                constants[i] =
                        PickleNode.tensor(Integer.toString(i), 1, ScalarKind.F32, List.of(1L), List.of(1L), 0, false);
                ByteBuffer number = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
                zip.entry("constants/" + i, number.putFloat(0, i).array());
            }
            zip.entry("constants.pkl", PickleWriter.write(PickleNode.tuple(constants)));
        }
        return path;
    }

    private static void assertNamed(Path path, Map<String, Integer> expected) throws IOException {
        try (WeightsFile file = WeightsFile.open(path)) {
            assertEquals(Map.of(), file.tensors());
            assertEquals(expected.keySet(), file.constants().keySet());
            for (StoredTensor constant : file.constants().values())
                assertArrayEquals(new float[] {expected.get(constant.name())}, WeightsFiles.floats(file, constant));
        }
    }

    @Test
    void constants_ofOperations_areNamedInTheirOrder() throws IOException {
        assertNamed(
                write("x = torch.conv2d(x, CONSTANTS.c1, None, [2, 2], [3, 3])\n"
                        + "  x = torch.batch_norm(x, CONSTANTS.c0, CONSTANTS.c2, CONSTANTS.c2, CONSTANTS.c1, False, 0.1)\n"
                        + "  x = torch._convolution(x, CONSTANTS.c2, CONSTANTS.c0, [1, 1])\n"
                        + "  return torch.linear(x, CONSTANTS.c0, CONSTANTS.c1)"),
                Map.of(
                        "conv2d.0.weight", 1,
                        "batch_norm.0.weight", 0,
                        "batch_norm.0.bias", 2,
                        "batch_norm.0.running_mean", 2,
                        "batch_norm.0.running_var", 1,
                        "conv2d.1.weight", 2,
                        "conv2d.1.bias", 0,
                        "linear.0.weight", 0,
                        "linear.0.bias", 1));
    }

    @Test
    void constants_thatAreNotThere_haveNoName() throws IOException {
        assertNamed(
                write("x = torch.conv2d(x, CONSTANTS.c999999, CONSTANTS.c2, [2, 2], [3, 3])"),
                Map.of("conv2d.0.bias", 2));
    }

    @Test
    void open_optimizedForInference_saysThatTheWeightsAreLost() throws IOException {
        assertRefused(
                write("w = ops.prim.ConstantMKLDNNTensor()"),
                "does not hold the weights of its convolutions",
                "save the module before torch.jit.optimize_for_inference");
    }
}
