package dev.graft.weights;

import dev.graft.weights.read.FileBytes;
import dev.graft.weights.safetensors.SafetensorsHeader;
import dev.graft.weights.safetensors.SafetensorsJson;
import dev.graft.weights.safetensors.SafetensorsTypes;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a safetensors file, sequentially, to any channel. The bytes are the same as those of Python's safetensors
 * package for the same tensors.
 *
 * <p>First add all tensors, then write the file, because the table of contents comes first. The same tensors give the
 * same bytes, in whatever order they were added. Use it from one thread.
 *
 * <pre>{@code
 * SafetensorsWriter file = new SafetensorsWriter(Map.of("format", "pt"));
 * file.add("fc.bias", ScalarKind.F32, List.of(2L), bytes);
 * file.write(channel);
 * }</pre>
 */
public final class SafetensorsWriter {
    private static final int ALIGNMENT = 8;

    private record Entry(byte[] name, ScalarKind kind, List<Long> shape, long bytes, ByteBuffer... data) {}

    /** The order of the reference implementation: types with strict alignment first, then names by their UTF-8 bytes. */
    private static final Comparator<Entry> ORDER = Comparator.comparingInt((Entry e) -> -SafetensorsTypes.order(e.kind))
            .thenComparing(Entry::name, Arrays::compareUnsigned);

    private final Map<String, String> metadata;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /**
     * Creates a writer without tensors.
     *
     * @param metadata texts for the header; may be empty. Python's readers expect {@code "format": "pt"}
     */
    public SafetensorsWriter(Map<String, String> metadata) {
        this.metadata = new TreeMap<>(metadata);
        metadata.forEach((key, value) -> {
            utf8(key);
            utf8(value);
        });
    }

    /**
     * Adds a tensor. Its elements are in row-major order, little-endian.
     *
     * @param shape sizes, outermost first; empty for a scalar
     * @param data the remaining bytes of these buffers, one after the other; they are read by {@link #write}, and the
     *     positions of the buffers do not change
     * @throws IllegalArgumentException if the name is already used, or if the number of bytes does not match the shape
     */
    public void add(String name, ScalarKind kind, List<Long> shape, ByteBuffer... data) {
        if (name.equals(SafetensorsJson.METADATA))
            throw new IllegalArgumentException("a tensor cannot be named " + name);
        if (SafetensorsTypes.order(kind) < 0)
            throw new IllegalArgumentException("tensor '" + name + "': safetensors has no numbers of kind " + kind);
        long expected = bytes(name, kind, shape);
        long bytes = 0;
        for (ByteBuffer part : data) bytes += part.remaining();
        if (bytes != expected)
            throw new IllegalArgumentException("tensor '" + name + "' of " + kind + " " + shape + " has " + expected
                    + " bytes, the data has " + bytes);
        ByteBuffer[] parts = new ByteBuffer[data.length];
        for (int i = 0; i < parts.length; i++) parts[i] = data[i].duplicate();
        if (entries.putIfAbsent(name, new Entry(utf8(name), kind, List.copyOf(shape), bytes, parts)) != null)
            throw new IllegalArgumentException("the file has a tensor '" + name + "' already");
    }

    /**
     * Writes the file.
     *
     * @param out receives the bytes from its current position on; it is not closed
     * @throws IOException from the channel; no reader accepts the incomplete file
     */
    public void write(WritableByteChannel out) throws IOException {
        List<Entry> sorted = new ArrayList<>(entries.values());
        sorted.sort(ORDER);
        byte[] header = header(sorted).getBytes(StandardCharsets.UTF_8);
        int padding = -header.length & (ALIGNMENT - 1);
        int length = header.length + padding;
        if (length > SafetensorsHeader.MAX_BYTES)
            throw new IllegalArgumentException("the names and shapes of " + sorted.size() + " tensors take " + length
                    + " bytes (at most " + SafetensorsHeader.MAX_BYTES + ")");
        ByteBuffer start = ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES + length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(header);
        while (start.hasRemaining()) start.put((byte) ' ');
        FileBytes.write(start.flip(), out);
        for (Entry entry : sorted) for (ByteBuffer part : entry.data) FileBytes.write(part.duplicate(), out);
    }

    private String header(List<Entry> sorted) {
        StringBuilder json = new StringBuilder("{");
        if (!metadata.isEmpty()) {
            quote(SafetensorsJson.METADATA, json).append(":{");
            metadata.forEach(
                    (key, value) -> quote(value, quote(key, json).append(':')).append(','));
            json.setCharAt(json.length() - 1, '}');
            json.append(',');
        }
        long at = 0;
        for (Entry entry : sorted) {
            quote(new String(entry.name, StandardCharsets.UTF_8), json)
                    .append(":{\"dtype\":\"")
                    .append(entry.kind);
            json.append("\",\"shape\":").append(entry.shape.toString().replace(" ", ""));
            json.append(",\"data_offsets\":[")
                    .append(at)
                    .append(',')
                    .append(at + entry.bytes)
                    .append("]},");
            at += entry.bytes;
        }
        if (json.length() > 1) json.setLength(json.length() - 1);
        return json.append('}').toString();
    }

    /** Quotes a text. Only the characters that JSON requires are escaped, in the shortest form. */
    private static StringBuilder quote(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int named = "\b\t\n\f\r\"\\".indexOf(c);
            if (named >= 0) json.append('\\').append("btnfr\"\\".charAt(named));
            else if (c < ' ') json.append(String.format("\\u%04x", (int) c));
            else json.append(c);
        }
        return json.append('"');
    }

    private static long bytes(String name, ScalarKind kind, List<Long> shape) {
        try {
            if (shape.size() > StoredTensor.MAX_RANK) throw new ArithmeticException("rank");
            long elements = 1;
            for (long size : shape) {
                if (size < 0) throw new ArithmeticException("negative");
                elements = Math.multiplyExact(elements, size);
            }
            return Math.multiplyExact(elements, kind.width());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("tensor '" + name + "' cannot have the shape " + shape, e);
        }
    }

    /**
     * The UTF-8 bytes. Text without a UTF-8 form is refused: Java would write a question mark, and two names could
     * become equal.
     */
    static byte[] utf8(String text) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            return copy;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("half a character (a lone surrogate) in: " + text, e);
        }
    }
}
