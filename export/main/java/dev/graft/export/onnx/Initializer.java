package dev.graft.export.onnx;

import dev.graft.export.onnx.Schema.Graph;
import dev.graft.model.state.TensorBytes;
import dev.graft.torch.NativeScope;
import dev.graft.weights.read.FileBytes;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A tensor of the file. Its numbers are made when they are written, one tensor at a time.
 *
 * @param value a tensor of this shape in the open scope, of any type of real numbers, on any device, in any layout
 */
record Initializer(String name, long[] shape, Supplier<Tensor> value) {
    /** The bytes of its numbers, float32. */
    long bytes() {
        long bytes = Float.BYTES;
        for (long size : shape) {
            bytes *= size;
        }
        return bytes;
    }

    /** Its field in the graph, except the numbers, which are the last of it. */
    Message start() throws IOException {
        Message head = head();
        return new Message().open(Graph.INITIALIZER, head.size() + bytes()).raw(head);
    }

    private Message head() throws IOException {
        Message head = new Message();
        for (long size : shape) {
            head.number(Schema.Tensor.DIMS, size);
        }
        return head.number(Schema.Tensor.DATA_TYPE, Schema.Tensor.FLOAT32)
                .text(Schema.Tensor.NAME, name)
                .open(Schema.Tensor.RAW_DATA, bytes());
    }

    /** Writes its numbers from native memory. */
    void writeNumbers(WritableByteChannel out) throws IOException {
        try (NativeScope scope = NativeScope.open()) {
            Tensor rows = value.get().detach().cpu().to(torch.ScalarType.Float).contiguous();
            FileBytes.write(TensorBytes.of(rows), out);
        }
    }
}
