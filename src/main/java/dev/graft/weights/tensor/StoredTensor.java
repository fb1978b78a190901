package dev.graft.weights.tensor;

import java.util.List;

/**
 * The position of a tensor in a file: a view of one of the file's storages. Immutable.
 *
 * @param name the name in {@code state_dict()}, or the key of the tensor in the file
 * @param shape sizes, outermost first; empty for a scalar
 * @param strides the distance between neighbours in each dimension, in elements (not bytes); as many as {@code shape}
 *     has
 * @param offset the first element, in elements from the start of the storage
 * @param storage the name of the storage in the file; tensors with the same storage share memory
 * @param storageElements the number of elements of the whole storage
 */
public record StoredTensor(
        String name,
        ScalarKind kind,
        List<Long> shape,
        List<Long> strides,
        long offset,
        String storage,
        long storageElements) {
    /** PyTorch's limit on the number of dimensions. */
    public static final int MAX_RANK = 64;

    /** Checks that the view is inside its storage and has at most as many elements as the storage. */
    public StoredTensor {
        shape = List.copyOf(shape);
        strides = List.copyOf(strides);
        if (shape.size() != strides.size() || shape.size() > MAX_RANK)
            throw new IllegalArgumentException("a tensor has as many strides as sizes and at most " + MAX_RANK
                    + ", was " + shape.size() + " sizes and " + strides.size() + " strides");
        if (storageElements < 0 || storageElements > Long.MAX_VALUE / kind.width())
            throw new IllegalArgumentException("a storage cannot have " + storageElements + " elements");
        if (offset < 0) throw new IllegalArgumentException("offset must not be negative, was " + offset);
        checkView(shape, strides, offset, storageElements);
    }

    /** The number of elements of the tensor. */
    public long elements() {
        long product = 1;
        for (long size : shape) product *= size;
        return product;
    }

    /** The size of the whole storage, in bytes. */
    public long storageBytes() {
        return storageElements * kind.width();
    }

    /** Whether the elements are in row-major order without gaps. */
    public boolean contiguous() {
        if (elements() == 0) return true;
        long expected = 1;
        for (int d = shape.size() - 1; d >= 0; d--) {
            if (shape.get(d) == 1) continue;
            if (strides.get(d) != expected) return false;
            expected *= shape.get(d);
        }
        return true;
    }

    /**
     * The strides of a tensor in row-major order, as PyTorch computes them.
     *
     * @throws ArithmeticException if they exceed 64 bits
     */
    public static List<Long> rowOrder(List<Long> shape) {
        Long[] strides = new Long[shape.size()];
        long stride = 1;
        for (int d = strides.length - 1; d >= 0; d--) {
            strides[d] = stride;
            if (d > 0) stride = Math.multiplyExact(stride, Math.max(1, shape.get(d)));
        }
        return List.of(strides);
    }

    public StoredTensor named(String newName) {
        return new StoredTensor(newName, kind, shape, strides, offset, storage, storageElements);
    }

    /**
     * The same elements in a storage of {@code whole} elements, in which this tensor's storage starts at element {@code
     * first}.
     */
    public StoredTensor inside(long first, long whole) {
        if (offset > Long.MAX_VALUE - first) // an empty tensor may have any offset
        throw new IllegalArgumentException("offset " + offset + " is absurdly large");
        return new StoredTensor(name, kind, shape, strides, offset + first, storage, whole);
    }

    private static void checkView(List<Long> shape, List<Long> strides, long offset, long storageElements) {
        boolean empty = false;
        for (int d = 0; d < shape.size(); d++) {
            if (shape.get(d) < 0 || strides.get(d) < 0)
                throw new IllegalArgumentException(
                        "sizes and strides must not be negative, were " + shape + " and " + strides);
            empty |= shape.get(d) == 0;
        }
        if (empty) return;
        try {
            long elements = 1;
            long last = offset;
            for (int d = 0; d < shape.size(); d++) {
                elements = Math.multiplyExact(elements, shape.get(d));
                last = Math.addExact(last, Math.multiplyExact(shape.get(d) - 1, strides.get(d)));
            }
            if (last >= storageElements || elements > storageElements)
                throw new IllegalArgumentException("shape " + shape + " with strides " + strides + " at " + offset
                        + " does not fit into a storage of " + storageElements + " elements");
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("shape " + shape + " with strides " + strides + " is absurdly large", e);
        }
    }
}
