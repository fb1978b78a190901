package dev.graft.weights.read;

import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The reader of one format for an open file. It is created after the format was detected from the first bytes.
 *
 * <p>Its constructor takes the file and the channel and reads the table of contents. It checks all sizes in the file
 * against the size of the file before it allocates memory. It does not close the channel.
 */
public interface WeightsReader {
    WeightsKind kind();

    /** The tensors of the model, in the order of the file, with the names of the model without wrappers. */
    Map<String, StoredTensor> tensors();

    /** The tensors among the constants of a frozen module, see {@code FrozenConstants}; empty for other formats. */
    default Map<String, StoredTensor> constants() {
        return Map.of();
    }

    /** What was changed to get these names, and what was left out: one sentence each. */
    List<String> notes();

    /** The keys of the state dicts, outermost first; empty if the format contains only one state dict. */
    default List<String> keys() {
        return List.of();
    }

    /** The values of the outermost dict, in the form in which the reader has them. */
    Map<?, ?> values();

    /** The size of a storage, in bytes; -1 if the file does not have it. */
    long storageBytes(String storage);

    /** Fills {@code into}, which must have as many remaining bytes as the storage. Thread-safe. */
    void readStorage(String storage, ByteBuffer into) throws IOException;

    /** The content of a storage of at most 2 GB: mapped if the format allows it, else read into new memory. */
    default ByteBuffer view(String storage) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect((int) storageBytes(storage));
        readStorage(storage, bytes);
        return bytes.flip();
    }

    /** The size of other files that the reader has opened, in bytes. */
    default long bytesBeside() {
        return 0;
    }

    /** Closes everything that the reader has opened itself. */
    default void close() throws IOException {}

    /** The text that was saved with the weights under this name, at most 4 MB. */
    Optional<String> extra(String name) throws IOException;
}
