package dev.graft.model.state;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;

/** The bytes of a tensor in native memory. */
public final class TensorBytes {
    private TensorBytes() {}

    /**
     * The memory of a row-major tensor on the processor, without a copy. Valid only while the tensor lives.
     *
     * @throws IllegalArgumentException when it has more than 2 GB, the limit of a {@code ByteBuffer}
     */
    public static ByteBuffer of(Tensor tensor) {
        long bytes = tensor.nbytes();
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("model: a tensor has " + bytes + " bytes (at most 2 GB)");
        }
        if (bytes == 0) { // LibTorch has no memory for it
            return ByteBuffer.allocate(0);
        }
        return new BytePointer(tensor.data_ptr()).capacity(bytes).asByteBuffer();
    }
}
