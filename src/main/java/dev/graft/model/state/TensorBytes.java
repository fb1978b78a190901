package dev.graft.model.state;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;

/** The bytes of a tensor in native memory. */
public final class TensorBytes {
    private TensorBytes() {}

    /**
     * What a row-major tensor of the processor holds, without a copy; alive as long as the tensor is.
     *
     * @throws IllegalArgumentException when it has more than 2 GB, which no buffer can show
     */
    public static ByteBuffer of(Tensor tensor) {
        long bytes = tensor.nbytes();
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("model: a tensor of " + bytes + " bytes (at most 2 GB)");
        }
        if (bytes == 0) { // LibTorch has no memory for it
            return ByteBuffer.allocate(0);
        }
        return new BytePointer(tensor.data_ptr()).capacity(bytes).asByteBuffer();
    }
}
