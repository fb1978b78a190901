package dev.graft.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** The backbone of the examples, once as a state dict in half precision and once as TorchScript. */
class SharedWeightsTest {
    @Test
    void resnet18_bothFiles_holdTheSameValues() throws IOException {
        try (WeightsFile dict = WeightsFile.open(WeightsFiles.shared("weights/resnet18-lite.pth"));
                WeightsFile script = WeightsFile.open(WeightsFiles.shared("weights/resnet18-lite.pt"))) {
            assertEquals(122, dict.tensors().size());
            assertEquals(
                    new ArrayList<>(script.tensors().keySet()),
                    new ArrayList<>(dict.tensors().keySet()));
            for (StoredTensor half : dict.tensors().values()) {
                StoredTensor full = script.tensors().get(half.name());
                assertEquals(full.shape(), half.shape(), half.name());
                byte[] bytes = WeightsFiles.rowOrder(dict, half);
                assertArrayEquals(
                        WeightsFiles.rowOrder(script, full),
                        half.kind() == ScalarKind.F16 ? widened(bytes) : bytes,
                        half.name());
            }
        }
    }

    private static byte[] widened(byte[] halves) {
        ByteBuffer in = ByteBuffer.wrap(halves).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer out = ByteBuffer.allocate(halves.length * 2).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) out.putFloat(toFloat(in.getShort()));
        return out.array();
    }

    private static float toFloat(short half) {
        int exponent = half >> 10 & 0x1F;
        int fraction = half & 0x3FF;
        float value = exponent == 0 ? fraction * 0x1p-24f : Math.scalb(1 + fraction / 1024f, exponent - 15);
        return half < 0 ? -value : value;
    }
}
