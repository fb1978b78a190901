package dev.graft.weights;

import dev.graft.weights.pickle.PlainValues;
import dev.graft.weights.read.WeightsReader;
import dev.graft.weights.script.ScriptTemplate;
import dev.graft.weights.state.TorchZipReader;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsChoice;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.tensor.WeightsKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An open file of weights in any format that Graft can read. The format is detected from the content, never from the
 * name.
 *
 * <p>Opening reads the table of contents and runs no code. Tensors are read on demand, directly into the caller's
 * buffers. Thread-safe. Do not interrupt a thread that reads: Java then closes the file for all threads, and every later
 * read throws a {@link WeightsException} that says so.
 */
public final class WeightsFile implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final WeightsReader reader;
    private final List<String> notes;
    private volatile boolean closed;

    /**
     * Opens a file and lists its tensors.
     *
     * @throws WeightsException if the file is damaged or has another format
     */
    public static WeightsFile open(Path file) throws IOException {
        return open(file, WeightsChoice.ANY);
    }

    /**
     * Opens a file and lists the tensors of one of its state dicts.
     *
     * @throws WeightsException as in {@link #open(Path)}; also if the file has nothing under the chosen key, or several
     *     state dicts that fit equally well
     */
    public static WeightsFile open(Path file, WeightsChoice choice) throws IOException {
        return openCopy(file, file, choice);
    }

    /**
     * Opens a copy of a file.
     *
     * @param copy the file that is read
     * @param file the original; messages and {@link #file} use its name
     * @throws WeightsException as in {@link #open}
     */
    public static WeightsFile openCopy(Path copy, Path file) throws IOException {
        return openCopy(copy, file, WeightsChoice.ANY);
    }

    private static WeightsFile openCopy(Path copy, Path file, WeightsChoice choice) throws IOException {
        FileChannel channel = WeightsFormats.channel(copy);
        try {
            WeightsReader reader = WeightsFormats.reader(file, channel, choice);
            if (choice.key().isPresent() && reader.keys().isEmpty())
                throw new WeightsException(file, "has no keys: it holds one state dict", "leave the key out");
            return new WeightsFile(file, channel, reader);
        } catch (IOException | RuntimeException | Error e) {
            try {
                channel.close();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private WeightsFile(Path file, FileChannel channel, WeightsReader reader) {
        this.file = file;
        this.channel = channel;
        this.reader = reader;
        notes = new ArrayList<>(reader.notes());
        WeightsFormats.shardAlone(file).ifPresent(notes::add);
    }

    /** The kind of the file. */
    public WeightsKind kind() {
        return reader.kind();
    }

    /** The path that was opened. */
    public Path file() {
        return file;
    }

    /** The current size of the file plus the shards that it names, in bytes. */
    public long bytes() throws IOException {
        requireOpen();
        return whileOpen(channel::size) + reader.bytesBeside();
    }

    /**
     * The tensors of the model, in the order of the file. Their names are those in {@code state_dict()} of the model
     * without wrappers.
     */
    public Map<String, StoredTensor> tensors() {
        return reader.tensors();
    }

    /**
     * The tensors among the constants of a TorchScript module without parameters and buffers, as {@code
     * torch.jit.freeze} creates it. They are named after the operations that use them, in the order of the code, such as
     * {@code conv2d.0.weight}. Empty for every other file.
     */
    public Map<String, StoredTensor> constants() {
        return reader.constants();
    }

    /** What was changed to get the names of {@link #tensors()}, and what was left out: one sentence each. */
    public List<String> notes() {
        return Collections.unmodifiableList(notes);
    }

    /**
     * The keys of the state dicts and modules in the file, outermost first; an empty text stands for the outermost value
     * itself. See {@link WeightsChoice#key(String)}. Empty if the format contains only one state dict.
     */
    public List<String> keys() {
        return reader.keys();
    }

    /** Whether the outermost dict (or the TorchScript module, or the metadata of a safetensors file) has this key. */
    public boolean has(String key) {
        return reader.values().containsKey(key);
    }

    /**
     * A value of the outermost dict (an attribute of the TorchScript module, a text of the metadata of a safetensors
     * file) as a plain Java value: null, String, Long (BigInteger beyond 64 bits), Double, Boolean, byte[], List, Map or
     * StoredTensor. For a Python object, it is the name of its class, or of the function that would create it.
     *
     * @throws IllegalArgumentException if there is no such key
     */
    public Object value(String key) {
        if (!has(key)) throw new IllegalArgumentException("weights: " + file + ": has no value '" + key + "'");
        return PlainValues.of(reader.values().get(key), key);
    }

    /**
     * Reads the whole storage of a tensor of this file, as little-endian bytes.
     *
     * @param into its remaining bytes are filled; there must be exactly {@link StoredTensor#storageBytes()}
     * @throws WeightsException if the bytes are damaged; the content of {@code into} is then undefined
     */
    public void readStorage(StoredTensor tensor, ByteBuffer into) throws IOException {
        requireOpen();
        long bytes = bytesOf(tensor);
        if (into.remaining() != bytes)
            throw new IllegalArgumentException("weights: " + file + ": the storage of '" + tensor.name() + "' has "
                    + bytes + " bytes, the buffer has room for " + into.remaining());
        whileOpen(() -> {
            reader.readStorage(tensor.storage(), into);
            return into;
        });
    }

    /**
     * The whole storage of a tensor of this file, read-only and little-endian, for use in Java. A safetensors file is
     * mapped into memory without a copy. For other formats, the storage is read and checked first.
     *
     * <p>A mapping stays after {@link #close}, until the buffer is garbage collected. Until then, the file can be
     * neither replaced nor deleted on Windows. A mapping shows the current content of the file. If the file is
     * truncated, a thread that reads from the mapping gets an {@link InternalError}, at once or a little later, and
     * native code that reads from it ends the process. To copy numbers into native memory, use {@link #readStorage}: it
     * does not have this risk, and is faster.
     *
     * @throws IllegalArgumentException if the storage has more than 2 GB, the limit of a buffer
     */
    public ByteBuffer view(StoredTensor tensor) throws IOException {
        requireOpen();
        long bytes = bytesOf(tensor);
        if (bytes > Integer.MAX_VALUE)
            throw new IllegalArgumentException("weights: " + file + ": the storage of '" + tensor.name() + "' has "
                    + bytes + " bytes, one view at most " + Integer.MAX_VALUE);
        return whileOpen(() -> reader.view(tensor.storage())).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The text that was saved with the weights under this name ({@code _extra_files}), at most 4 MB. */
    public Optional<String> extra(String name) throws IOException {
        requireOpen();
        return whileOpen(() -> reader.extra(name));
    }

    /**
     * The network of a TorchScript archive, as data.
     *
     * @throws WeightsException if the file is of another kind, or its code and constants are too large
     */
    @SuppressWarnings("exports") // for dev.graft.model
    public ScriptTemplate template() throws IOException {
        requireOpen();
        ScriptTemplate template = reader instanceof TorchZipReader zip ? whileOpen(zip::template) : null;
        if (template == null)
            throw new WeightsException(
                    file,
                    "holds tensors and no network: it is " + words(kind()) + ", not a TorchScript archive",
                    "give what torch.jit.script or torch.jit.trace made and torch.jit.save wrote");
        return template;
    }

    /** Closes the file. Afterwards, no tensors can be read. */
    @Override
    public void close() throws IOException {
        closed = true;
        try (channel) {
            reader.close();
        }
    }

    private static String words(WeightsKind kind) {
        return switch (kind) {
            case TORCHSCRIPT -> "TorchScript";
            case STATE_DICT -> "a state dict (torch.save)";
            case LEGACY_STATE_DICT -> "a state dict (torch.save from before PyTorch 1.6)";
            case SAFETENSORS -> "a safetensors file";
            case EXPORTED_PROGRAM -> "an exported program (torch.export)";
            case SHARDS -> "the index of several files";
        };
    }

    private long bytesOf(StoredTensor tensor) {
        long bytes = reader.storageBytes(tensor.storage());
        if (bytes != tensor.storageBytes())
            throw new IllegalArgumentException(
                    "weights: " + file + ": tensor '" + tensor.name() + "' belongs to another file");
        return bytes;
    }

    private void requireOpen() throws WeightsException {
        if (closed) throw new IllegalStateException("weights: " + file + ": is closed");
        if (!channel.isOpen()) throw closedMeanwhile(null);
    }

    private interface Read<T> {
        T run() throws IOException;
    }

    /** Adds a message when the file is closed during a read: Java's own exceptions have none. */
    private <T> T whileOpen(Read<T> read) throws IOException {
        try {
            return read.run();
        } catch (ClosedChannelException e) {
            throw closedMeanwhile(e);
        }
    }

    private WeightsException closedMeanwhile(ClosedChannelException cause) {
        return new WeightsException(
                file,
                "was closed while it was read (Java closes a file when a thread that reads it is interrupted)",
                "open it again",
                cause);
    }
}
