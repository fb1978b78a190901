package dev.graft.cli;

import dev.graft.weights.WeightsFile;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * A head and the order of the samples in each epoch, from a dump of the Python twin: three tensors in a safetensors
 * file.
 *
 * @param weight fc.weight, row-major [classes][features]
 * @param bias fc.bias [classes]
 * @param order [epochs][training samples]
 */
record Replay(float[] weight, float[] bias, int[][] order) {
    /**
     * Reads a dump.
     *
     * @throws IOException naming the file and what is missing
     */
    static Replay read(Path file) throws IOException {
        try (WeightsFile dump = WeightsFile.open(file)) {
            float[] weight = floats(read(dump, tensor(dump, "fc.weight", ScalarKind.F32, 2)));
            float[] bias = floats(read(dump, tensor(dump, "fc.bias", ScalarKind.F32, 1)));
            StoredTensor order = tensor(dump, "order", ScalarKind.I64, 2);
            ByteBuffer samples = read(dump, order);
            int[][] rows = new int[Math.toIntExact(order.shape().get(0))]
                    [Math.toIntExact(order.shape().get(1))];
            for (int[] row : rows) {
                for (int i = 0; i < row.length; i++) {
                    row[i] = Math.toIntExact(samples.getLong());
                }
            }
            return new Replay(weight, bias, rows);
        } catch (ArithmeticException e) {
            throw new IOException(
                    "replay: " + file + " is too large, or counts further than 2^31; make the dump again", e);
        }
    }

    private static StoredTensor tensor(WeightsFile dump, String name, ScalarKind kind, int rank) throws IOException {
        StoredTensor tensor = dump.tensors().get(name);
        boolean fits = tensor != null && tensor.kind() == kind && tensor.shape().size() == rank;
        if (!fits || !tensor.contiguous() || tensor.elements() == 0 || tensor.elements() != tensor.storageElements()) {
            throw new IOException("replay: " + dump.file() + " has no " + name + " of type " + kind + " with " + rank
                    + " dimensions; give what train_torch.py --dump wrote");
        }
        return tensor;
    }

    private static ByteBuffer read(WeightsFile dump, StoredTensor tensor) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(tensor.storageBytes()));
        dump.readStorage(tensor, bytes);
        return bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static float[] floats(ByteBuffer bytes) {
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }
}
