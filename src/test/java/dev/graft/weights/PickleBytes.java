package dev.graft.weights;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes pickles opcode by opcode, also ones that no honest program writes. */
final class PickleBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    PickleBytes() {
        op(0x80, 2);
    }

    PickleBytes op(int... bytes) {
        for (int b : bytes) out.write(b);
        return this;
    }

    PickleBytes ops(String opcodes) {
        out.writeBytes(opcodes.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    PickleBytes raw(byte... bytes) {
        out.writeBytes(bytes);
        return this;
    }

    PickleBytes text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return op('X').i32(utf8.length).ops(new String(utf8, StandardCharsets.ISO_8859_1));
    }

    PickleBytes integer(long value) {
        out.write(0x8a);
        out.write(8);
        out.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
        return this;
    }

    PickleBytes i32(int value) {
        out.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
        return this;
    }

    PickleBytes global(String module, String name) {
        return ops("c" + module + "\n" + name + "\n");
    }

    PickleBytes repeat(String opcodes, int times) {
        return ops(opcodes.repeat(times));
    }

    PickleBytes storage(String type, String key, long elements) {
        return op('(').text("storage")
                .global("torch", type)
                .text(key)
                .text("cpu")
                .integer(elements)
                .ops("tQ");
    }

    /** A tensor of the storage 0, which has {@code elements} floats. */
    PickleBytes tensor(long elements, long offset, long[] shape, long[] strides) {
        global("torch._utils", "_rebuild_tensor_v2").op('(').storage("FloatStorage", "0", elements);
        integer(offset).longs(shape).longs(strides).op(0x89);
        return global("collections", "OrderedDict").ops(")RtR");
    }

    private PickleBytes longs(long... values) {
        op('(');
        for (long value : values) integer(value);
        return op('t');
    }

    byte[] stop() {
        return op('.').out.toByteArray();
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
