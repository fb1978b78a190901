package dev.graft.export.onnx;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;

/** The memory of tensors. */
final class NativeBytes {
    private NativeBytes() {}

    /** The memory of a row-major tensor on the processor, without a copy. Valid only while the tensor lives. */
    static ByteBuffer of(Tensor tensor) {
        return new BytePointer(tensor.data_ptr()).capacity(tensor.nbytes()).asByteBuffer();
    }
}
