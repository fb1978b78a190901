package dev.graft.weights.read;

import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One format's reader of an open file, made once the first bytes have told the format.
 *
 * <p>Its constructor takes the file and the channel, reads the table of contents, and holds everything the file says of
 * itself against the file's size before it allocates. It does not close the channel.
 */
public interface WeightsReader {
    WeightsKind kind();

    /** The model's tensors in the file's order, named as the bare model names them. */
    Map<String, StoredTensor> tensors();

    /** The tensors among the constants of a frozen module, see {@code FrozenConstants}; none elsewhere. */
    default Map<String, StoredTensor> constants() {
        return Map.of();
    }

    /** What was undone to get those names, and what was left out: a sentence each. */
    List<String> notes();

    /** The keys under which state dicts lie, outermost first; none in a format that holds one state dict and no more. */
    default List<String> keys() {
        return List.of();
    }

    /** The values of the outermost dict, as the format's reader has them. */
    Map<?, ?> values();

    /** Bytes of a storage; -1 when the file has none of that name. */
    long storageBytes(String storage);

    /** Fills {@code into}, whose remaining bytes are as many as the storage has. Any number of threads may call. */
    void readStorage(String storage, ByteBuffer into) throws IOException;

    /** A storage of at most 2 GB to look at: mapped where the format allows it, else read into memory of its own. */
    default ByteBuffer view(String storage) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect((int) storageBytes(storage));
        readStorage(storage, bytes);
        return bytes.flip();
    }

    /** Bytes of further files that the reader has opened. */
    default long bytesBeside() {
        return 0;
    }

    /** Closes what the reader itself has opened. */
    default void close() throws IOException {}

    /** The text that was saved beside the weights under this name, at most 4 MB. */
    Optional<String> extra(String name) throws IOException;
}
