package dev.graft.weights;

import dev.graft.weights.pickle.PickleWriter;
import dev.graft.weights.state.LegacyReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes files of the format from before PyTorch 1.6 piece by piece, also ones that no honest program writes. */
final class LegacyBytes {
    byte[] magic = pickle().op(0x8a, 10).raw(reversed(LegacyReader.MAGIC)).stop();
    byte[] version = PickleWriter.write(1001);
    byte[] machine = PickleWriter.write(Map.of("little_endian", true));
    byte[] value;
    byte[] keys;
    private final ByteArrayOutputStream storages = new ByteArrayOutputStream();

    LegacyBytes(byte[] value, String... keys) {
        this.value = value;
        this.keys = PickleWriter.write(List.of(keys));
    }

    /** A tensor {@code t} of four floats in the storage {@code s}. */
    static LegacyBytes honest() {
        return new LegacyBytes(state(4, null, "_rebuild_tensor_v2", 0, 4), "s").storage(4, new byte[16]);
    }

    /** The dict of one tensor of {@code size} floats. */
    static byte[] state(long elements, long[] view, String function, long offset, long size) {
        PickleBytes p = pickle().ops("}").text("t");
        p.global("torch._utils", function).op('(');
        storage(p, "FloatStorage", "s", elements, view).integer(offset);
        p.integer(size).op(0x85).integer(1).op(0x85);
        if (function.endsWith("v2"))
            p.op(0x89).global("collections", "OrderedDict").ops(")R");
        return p.ops("tRs").stop();
    }

    static PickleBytes storage(PickleBytes p, String type, String key, long elements, long... view) {
        p.op('(').text("storage").global("torch", type).text(key).text("cpu").integer(elements);
        if (view == null) p.op('N');
        else p.text("part").integer(view[0]).integer(view[1]).op(0x87);
        return p.ops("tQ");
    }

    /**
     * As a program of Python 2 and PyTorch 0.3 saved a state dict: byte strings, an OrderedDict of a list of pairs,
     * {@code _rebuild_tensor}, and a storage that is a part of another. The tensor {@code a} is 0, 1, 2 and 3; {@code b}
     * is the second and third of them, a column.
     */
    static LegacyBytes python2() {
        PickleBytes p = pickle().global("collections", "OrderedDict").ops("](](U\1a");
        p.global("torch._utils", "_rebuild_tensor").ops("((U\7storage").global("torch", "FloatStorage");
        p.ops("U\1sU\3cpuK\4NtQK\0K\4\u0085K\1\u0085tRe](U\1b");
        p.global("torch._utils", "_rebuild_tensor").ops("((U\7storage").global("torch", "FloatStorage");
        p.ops("U\1sU\3cpuK\4(U\1vK\1K\2ttQK\0K\2K\1\u0086K\1K\2\u0086tRee\u0085R");
        LegacyBytes file = new LegacyBytes(p.stop());
        file.keys = pickle().ops("]U\1sa").stop();
        ByteBuffer floats = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 4; i++) floats.putFloat(i);
        return file.storage(4, floats.array());
    }

    LegacyBytes storage(long count, byte[] data) {
        storages.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(count)
                .array());
        storages.writeBytes(data);
        return this;
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : List.of(magic, version, machine, value, keys)) out.writeBytes(part);
        out.writeBytes(storages.toByteArray());
        return out.toByteArray();
    }

    Path write(Path file) throws IOException {
        return Files.write(file, bytes());
    }

    private static PickleBytes pickle() {
        return new PickleBytes();
    }

    private static byte[] reversed(BigInteger number) {
        byte[] bytes = number.toByteArray();
        for (int i = 0, j = bytes.length - 1; i < j; i++, j--) {
            byte swap = bytes[i];
            bytes[i] = bytes[j];
            bytes[j] = swap;
        }
        return bytes;
    }
}
