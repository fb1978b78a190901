package dev.graft.study;

import dev.graft.files.AtomicFile;
import dev.graft.metrics.Scores;
import dev.graft.weights.SafetensorsWriter;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * {@code scores.safetensors}: {@code samples} and {@code labels}, int64 [pictures], and {@code logits}, float32
 * [pictures, classes], of the pictures that judged a run.
 */
final class ScoresFile {
    private ScoresFile() {}

    static void write(Path file, Scores scores) throws IOException {
        int n = scores.count();
        int classes = scores.classes();
        ByteBuffer logits = bytes((long) n * classes * Float.BYTES);
        for (float[] row : scores.logits()) for (float logit : row) logits.putFloat(logit);
        SafetensorsWriter writer = new SafetensorsWriter(Map.of("format", "pt"));
        writer.add("samples", ScalarKind.I64, List.of((long) n), longs(scores.samples()));
        writer.add("labels", ScalarKind.I64, List.of((long) n), longs(scores.labels()));
        writer.add("logits", ScalarKind.F32, List.of((long) n, (long) classes), logits.flip());
        AtomicFile.write(file, writer::write);
    }

    private static ByteBuffer longs(int[] values) {
        ByteBuffer bytes = bytes((long) values.length * Long.BYTES);
        for (int v : values) bytes.putLong(v);
        return bytes.flip();
    }

    private static ByteBuffer bytes(long count) {
        return ByteBuffer.allocate(Math.toIntExact(count)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** @throws IOException naming the file when it cannot be read or is not such a file */
    static Scores read(Path file) throws IOException {
        try (WeightsFile in = WeightsFile.open(file)) {
            ByteBuffer samples = bytes(in, "samples", ScalarKind.I64);
            ByteBuffer labels = bytes(in, "labels", ScalarKind.I64);
            ByteBuffer logits = bytes(in, "logits", ScalarKind.F32);
            int n = samples.capacity() / Long.BYTES;
            int classes = n == 0 ? 0 : logits.capacity() / Float.BYTES / n;
            float[][] rows = new float[n][classes];
            for (float[] row : rows) for (int c = 0; c < classes; c++) row[c] = logits.getFloat();
            return new Scores(ints(samples), ints(labels), rows);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "study: " + file + " is damaged (" + e.getMessage()
                            + "); remove its folder, and that run is trained again",
                    e);
        }
    }

    private static ByteBuffer bytes(WeightsFile in, String name, ScalarKind kind) throws IOException {
        StoredTensor tensor = in.tensors().get(name);
        if (tensor == null || tensor.kind() != kind) throw new IllegalArgumentException("it has no " + name);
        ByteBuffer bytes = bytes(tensor.storageBytes());
        in.readStorage(tensor, bytes);
        return bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int[] ints(ByteBuffer bytes) {
        int[] values = new int[bytes.capacity() / Long.BYTES];
        for (int i = 0; i < values.length; i++) values[i] = Math.toIntExact(bytes.getLong());
        return values;
    }
}
