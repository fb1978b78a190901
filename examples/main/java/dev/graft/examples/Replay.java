package dev.graft.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A head and the order of every epoch, from a dump of the Python twin: three tensors of a safetensors file.
 *
 * @param weight fc.weight, row-major [classes][features]
 * @param bias fc.bias [classes]
 * @param order [epochs][training samples]
 */
record Replay(float[] weight, float[] bias, int[][] order) {
    private static final long LARGEST_HEADER = 100_000_000;

    /**
     * Reads a dump.
     *
     * @throws IOException naming the file and what is missing
     */
    static Replay read(Path file) throws IOException {
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            long length = read(in, file, 0, 8).getLong();
            if (length < 2 || length > LARGEST_HEADER || 8 + length > in.size()) {
                throw new IOException(
                        "replay: " + file + " is no safetensors file; give what train_torch.py --dump wrote");
            }
            String json =
                    StandardCharsets.UTF_8.decode(read(in, file, 8, length)).toString();
            JsonNode header = new ObjectMapper().readTree(json);
            long data = 8 + length;
            float[] weight = floats(tensor(in, file, header, data, "fc.weight", "F32"));
            float[] bias = floats(tensor(in, file, header, data, "fc.bias", "F32"));
            ByteBuffer order = tensor(in, file, header, data, "order", "I64");
            int epochs = header.get("order").path("shape").path(0).asInt();
            int samples = header.get("order").path("shape").path(1).asInt();
            if (order.remaining() != 8L * epochs * samples) {
                throw new IOException(
                        "replay: " + file + ": order's shape does not fit its bytes; make the dump again");
            }
            int[][] rows = new int[epochs][samples];
            for (int[] row : rows) {
                for (int i = 0; i < samples; i++) {
                    row[i] = Math.toIntExact(order.getLong());
                }
            }
            return new Replay(weight, bias, rows);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IOException("replay: " + file + " has a damaged header: " + e.getOriginalMessage(), e);
        }
    }

    private static ByteBuffer tensor(FileChannel in, Path file, JsonNode header, long data, String name, String type)
            throws IOException {
        JsonNode entry = header.path(name);
        if (!entry.path("dtype").asText().equals(type)) {
            throw new IOException("replay: " + file + " has no " + name + " of type " + type
                    + "; give what train_torch.py --dump wrote");
        }
        long start = entry.path("data_offsets").path(0).asLong(-1);
        long end = entry.path("data_offsets").path(1).asLong(-1);
        if (start < 0 || end < start) {
            throw new IOException("replay: " + file + ": " + name + " lies nowhere; make the dump again");
        }
        return read(in, file, data + start, end - start);
    }

    private static ByteBuffer read(FileChannel in, Path file, long position, long count) throws IOException {
        if (position + count > in.size() || count > Integer.MAX_VALUE) {
            throw new IOException("replay: " + file + " is cut short; make the dump again");
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) count).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && in.read(bytes, position + bytes.position()) >= 0) {}
        return bytes.flip();
    }

    private static float[] floats(ByteBuffer bytes) {
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }
}
