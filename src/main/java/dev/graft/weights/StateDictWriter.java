package dev.graft.weights;

import dev.graft.weights.pickle.PickleInput;
import dev.graft.weights.pickle.PickleNode;
import dev.graft.weights.pickle.PickleWriter;
import dev.graft.weights.read.FileBytes;
import dev.graft.weights.state.LegacyReader;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.zip.TorchZipWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a state dict in the format of {@code torch.save}, sequentially, to any channel. {@code torch.load} reads it,
 * also with {@code weights_only=True}.
 *
 * <p>First add all tensors, then write the file. The same tensors in the same order give the same bytes. Use it from one
 * thread.
 *
 * <pre>{@code
 * StateDictWriter file = new StateDictWriter();
 * file.add("fc.bias", ScalarKind.F32, List.of(2L), bytes);
 * file.write(channel);
 * }</pre>
 */
public final class StateDictWriter {
    private static final byte[] MAGIC = HexFormat.of().parseHex("80028a0a6cfc9c46f9206aa850192e");

    private record Entry(StoredTensor tensor, List<ByteBuffer> data) {}

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** Creates a writer without tensors. */
    public StateDictWriter() {}

    /**
     * Adds a tensor. Its elements are in row-major order, little-endian.
     *
     * @param shape sizes, outermost first; empty for a scalar
     * @param data the remaining bytes of these buffers, one after the other; they are read when the file is written, and
     *     the positions of the buffers do not change
     * @throws IllegalArgumentException if the name is already used, has more than 4096 characters or contains a lone
     *     surrogate, or if the number of bytes does not match the shape
     */
    public void add(String name, ScalarKind kind, List<Long> shape, ByteBuffer... data) {
        SafetensorsWriter.utf8(name);
        if (name.length() > PickleInput.MAX_NAME)
            throw new IllegalArgumentException(
                    "a tensor's name has " + name.length() + " characters (at most " + PickleInput.MAX_NAME + ")");
        List<ByteBuffer> parts = Arrays.stream(data).map(ByteBuffer::duplicate).toList();
        long bytes = parts.stream().mapToLong(ByteBuffer::remaining).sum();
        StoredTensor tensor = tensor(name, kind, shape, bytes / kind.width());
        if (tensor.elements() * kind.width() != bytes)
            throw new IllegalArgumentException("tensor '" + name + "' of " + kind + " " + shape + " has "
                    + tensor.elements() * kind.width() + " bytes, the data has " + bytes);
        if (entries.putIfAbsent(name, new Entry(tensor, parts)) != null)
            throw new IllegalArgumentException("the file has a tensor '" + name + "' already");
    }

    /**
     * Writes the file in PyTorch's format since 1.6: a zip.
     *
     * @param out receives the bytes from its current position on; it is not closed
     */
    public void write(WritableByteChannel out) throws IOException {
        try (TorchZipWriter zip = new TorchZipWriter(out, "archive")) {
            zip.entry("data.pkl", PickleWriter.write(value()));
            for (Entry entry : entries.values())
                zip.entry("data/" + entry.tensor.storage(), entry.data.toArray(new ByteBuffer[0]));
        }
    }

    /**
     * Writes the file in PyTorch's format before 1.6, for programs that only know this one.
     *
     * @param out receives the bytes from its current position on; it is not closed
     * @throws IllegalArgumentException if a tensor has a type without a storage class in that format: PyTorch itself
     *     cannot read such a file
     */
    public void writeLegacy(WritableByteChannel out) throws IOException {
        List<String> keys = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (entry.tensor.kind().storageClass().isEmpty())
                throw new IllegalArgumentException("tensor '" + entry.tensor.name() + "': the format from before"
                        + " PyTorch 1.6 has no " + entry.tensor.kind().dtype());
            keys.add(entry.tensor.storage());
        }
        FileBytes.write(ByteBuffer.wrap(MAGIC), out);
        for (Object value : List.of(LegacyReader.VERSION, machine(), value(), keys))
            FileBytes.write(ByteBuffer.wrap(PickleWriter.writeLegacy(value)), out);
        for (Entry entry : entries.values()) {
            ByteBuffer count = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            FileBytes.write(count.putLong(0, entry.tensor.storageElements()), out);
            for (ByteBuffer part : entry.data) FileBytes.write(part.duplicate(), out);
        }
    }

    private StoredTensor tensor(String name, ScalarKind kind, List<Long> shape, long elements) {
        String storage = Integer.toString(entries.size());
        try {
            return new StoredTensor(name, kind, shape, StoredTensor.rowOrder(shape), 0, storage, elements);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException("tensor '" + name + "': " + e.getMessage(), e);
        }
    }

    private Object value() {
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        entries.forEach((name, entry) -> tensors.put(name, entry.tensor));
        return PickleNode.orderedDict(tensors);
    }

    /**
     * The facts about the machine that PyTorch writes: sizes of C types. They are always the same here, and no reader
     * uses them.
     */
    private static Map<String, Object> machine() {
        Map<String, Object> sizes = new LinkedHashMap<>();
        sizes.put("short", 2);
        sizes.put("int", 4);
        sizes.put("long", 4);
        Map<String, Object> machine = new LinkedHashMap<>();
        machine.put("protocol_version", LegacyReader.VERSION);
        machine.put("little_endian", true);
        machine.put("type_sizes", sizes);
        return machine;
    }
}
