package dev.graft.weights;

import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.zip.TorchZipWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** What the tests of this package share: golden files, the shared folder, and bytes of tensors. */
final class WeightsFiles {
    private WeightsFiles() {}

    static Path golden(String name) {
        try {
            return Path.of(
                    WeightsFiles.class.getResource("/golden/weights/" + name).toURI());
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A file of the shared folder beside the repository; the test is skipped without it. */
    static Path shared(String name) {
        String set = System.getProperty("graft.shared");
        Path folder = set != null ? Path.of(set) : repository().resolveSibling("shared");
        Path file = folder.resolve(name);
        Assumptions.assumeTrue(Files.exists(file), () -> "needs " + file + " (set -Dgraft.shared=FOLDER)");
        return file;
    }

    static Path repository() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder.getParent() != null && !Files.isDirectory(folder.resolve(".mvn"))) folder = folder.getParent();
        return folder;
    }

    /** The elements of a tensor in row order, little-endian. */
    static byte[] rowOrder(WeightsFile file, StoredTensor tensor) throws IOException {
        ByteBuffer storage = ByteBuffer.allocate((int) tensor.storageBytes());
        file.readStorage(tensor, storage);
        storage.clear();
        ByteBuffer rows =
                ByteBuffer.allocate((int) tensor.elements() * tensor.kind().width());
        if (tensor.contiguous() && rows.hasRemaining())
            rows.put(storage.slice((int) tensor.offset() * tensor.kind().width(), rows.remaining()));
        if (rows.hasRemaining()) gather(storage, tensor, 0, tensor.offset(), rows);
        return rows.array();
    }

    private static void gather(ByteBuffer storage, StoredTensor tensor, int dimension, long element, ByteBuffer rows) {
        int width = tensor.kind().width();
        if (dimension == tensor.shape().size()) {
            for (int i = 0; i < width; i++) rows.put(storage.get((int) element * width + i));
            return;
        }
        for (long i = 0; i < tensor.shape().get(dimension); i++)
            gather(
                    storage,
                    tensor,
                    dimension + 1,
                    element + i * tensor.strides().get(dimension),
                    rows);
    }

    static float[] floats(WeightsFile file, StoredTensor tensor) throws IOException {
        float[] values = new float[(int) tensor.elements()];
        ByteBuffer.wrap(rowOrder(file, tensor))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }

    /** Writes an archive as the library does: a pickle and storages 0, 1, ... */
    static Path archive(Path file, byte[] pickle, byte[]... storages) throws IOException {
        try (FileChannel out = create(file);
                TorchZipWriter zip = new TorchZipWriter(out, "archive")) {
            zip.entry("data.pkl", pickle);
            for (int i = 0; i < storages.length; i++) zip.entry("data/" + i, storages[i]);
        }
        return file;
    }

    static FileChannel create(Path file) throws IOException {
        return FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }

    /** Opens a file that must be refused, with a message that names it and holds these words. */
    static void assertRefused(Path file, String... words) {
        WeightsException refusal = Assertions.assertThrows(WeightsException.class, () -> {
            try (WeightsFile open = WeightsFile.open(file)) {
                for (StoredTensor tensor : open.tensors().values()) rowOrder(open, tensor);
            }
        });
        Assertions.assertTrue(refusal.getMessage().startsWith("weights: " + file + ": "), refusal.getMessage());
        for (String word : List.of(words))
            Assertions.assertTrue(refusal.getMessage().contains(word), refusal.getMessage() + " lacks: " + word);
    }
}
