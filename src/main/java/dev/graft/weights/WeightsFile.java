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
 * An open file of weights in any format that Graft reads, told apart by content, never by name.
 *
 * <p>Opening reads the table of contents and runs nothing; tensors are read on demand, straight into the caller's
 * buffers. Several threads may read at once. Do not interrupt one that reads: Java closes the file then, for all of them, and
 * every read from there on throws a {@link WeightsException} that says so.
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
     * @throws WeightsException when the file is of another kind or damaged
     */
    public static WeightsFile open(Path file) throws IOException {
        return open(file, WeightsChoice.ANY);
    }

    /**
     * Opens a file and lists the tensors of one of its state dicts.
     *
     * @throws WeightsException as {@link #open(Path)} does; and when the file has nothing under the key of the choice, or
     *     several that fit equally
     */
    public static WeightsFile open(Path file, WeightsChoice choice) throws IOException {
        return openCopy(file, file, choice);
    }

    /**
     * Opens a copy of a file.
     *
     * @param copy what is read
     * @param file the original, which messages and {@link #file} name
     * @throws WeightsException as {@link #open} does
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

    /** What kind of file it is. */
    public WeightsKind kind() {
        return reader.kind();
    }

    /** The file as it was opened. */
    public Path file() {
        return file;
    }

    /** Bytes of the file now, and of the shards that it names. */
    public long bytes() throws IOException {
        requireOpen();
        return whileOpen(channel::size) + reader.bytesBeside();
    }

    /** The tensors of the model in the file's order, named as {@code state_dict()} of the bare model names them. */
    public Map<String, StoredTensor> tensors() {
        return reader.tensors();
    }

    /**
     * The tensors of a TorchScript module without parameters and buffers, as {@code torch.jit.freeze} leaves it: its constants, named by
     * the operations that use them in the order of the code, such as {@code conv2d.0.weight}. Empty for every other file.
     */
    public Map<String, StoredTensor> constants() {
        return reader.constants();
    }

    /** What was undone to get the names of {@link #tensors()}, and what was left out: a sentence each. */
    public List<String> notes() {
        return Collections.unmodifiableList(notes);
    }

    /**
     * The keys under which state dicts and modules lie, those that lie outermost first, an empty text for the outermost
     * value itself: see {@link WeightsChoice#key(String)}. None where the format holds one state dict and no more.
     */
    public List<String> keys() {
        return reader.keys();
    }

    /** Whether the outermost dict (the TorchScript module, the metadata of a safetensors file) has this key. */
    public boolean has(String key) {
        return reader.values().containsKey(key);
    }

    /**
     * A value of the outermost dict (an attribute of the TorchScript module, a text of a safetensors file's metadata) as
     * a plain Java one: null, String, Long (BigInteger beyond 64 bits), Double, Boolean, byte[], List, Map or
     * StoredTensor; of an object of Python the name of its class, or of the function that would make it.
     *
     * @throws IllegalArgumentException when there is no such key
     */
    public Object value(String key) {
        if (!has(key)) throw new IllegalArgumentException("weights: " + file + ": has no value '" + key + "'");
        return PlainValues.of(reader.values().get(key), key);
    }

    /**
     * Reads the whole storage that a tensor of this file is a view of, as little-endian bytes.
     *
     * @param into its remaining bytes are filled, and must be exactly {@link StoredTensor#storageBytes()}
     * @throws WeightsException when the bytes are damaged; {@code into} then holds rubbish
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
     * The whole storage that a tensor of this file is a view of, read-only and little-endian, to look at in Java. A
     * safetensors file is mapped into memory, without a copy; what other files hold is read and checked first.
     *
     * <p>A mapping stays after {@link #close}, until the buffer is garbage; on Windows the file can be neither replaced nor
     * removed so long. It shows what the file holds at each moment: where somebody shortens the file, the thread that
     * reads gets an {@link InternalError}, now or a little later, and native code that reads ends the process. Numbers on
     * their way into native memory go by {@link #readStorage}, which is safe from that, and faster too.
     *
     * @throws IllegalArgumentException when the storage has more than 2 GB, which no buffer can show
     */
    public ByteBuffer view(StoredTensor tensor) throws IOException {
        requireOpen();
        long bytes = bytesOf(tensor);
        if (bytes > Integer.MAX_VALUE)
            throw new IllegalArgumentException("weights: " + file + ": the storage of '" + tensor.name() + "' has "
                    + bytes + " bytes, one view at most " + Integer.MAX_VALUE);
        return whileOpen(() -> reader.view(tensor.storage())).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The text that was saved beside the weights under this name ({@code _extra_files}), at most 4 MB. */
    public Optional<String> extra(String name) throws IOException {
        requireOpen();
        return whileOpen(() -> reader.extra(name));
    }

    /**
     * The network of a TorchScript archive, taken apart.
     *
     * @throws WeightsException when the file is of another kind, or its code and constants are absurdly large
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

    /** Closes the file; tensors cannot be read any more. */
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

    /** Java's own exceptions for a file that is closed under a reader have no message. */
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
