package dev.graft.weights;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A tensor to be written: its elements in row order, little-endian.
 *
 * @param shape sizes, outermost first; empty for a single number
 * @param data what remains in these buffers, one after the other, is the tensor; positions stay as they are, and the
 *     bytes are read when the file is written
 */
public record DenseTensor(ScalarKind kind, List<Long> shape, List<ByteBuffer> data) {
    /** Checks that the buffers hold as many bytes as the shape needs. */
    public DenseTensor {
        shape = List.copyOf(shape);
        data = List.copyOf(data);
        long needed = bytes(kind, shape);
        long given = data.stream().mapToLong(ByteBuffer::remaining).sum();
        if (given != needed)
            throw new IllegalArgumentException("a tensor of " + kind + " and shape " + shape + " has " + needed
                    + " bytes, the buffers hold " + given);
    }

    /** A tensor whose bytes lie in these buffers, one after the other. */
    public static DenseTensor of(ScalarKind kind, List<Long> shape, ByteBuffer... data) {
        return new DenseTensor(kind, shape, List.of(data));
    }

    /** Bytes of the tensor. */
    public long bytes() {
        return bytes(kind, shape);
    }

    /** Elements of the tensor. */
    public long elements() {
        return bytes() / kind.width();
    }

    private static long bytes(ScalarKind kind, List<Long> shape) {
        if (shape.stream().anyMatch(size -> size < 0))
            throw new IllegalArgumentException("sizes must not be negative, were " + shape);
        if (shape.contains(0L)) return 0;
        try {
            long bytes = kind.width();
            for (long size : shape) bytes = Math.multiplyExact(bytes, size);
            return bytes;
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("shape " + shape + " is absurdly large", e);
        }
    }
}
