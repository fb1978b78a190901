package dev.graft.weights;

import dev.graft.weights.PickleValues.Dict;
import dev.graft.weights.PickleValues.ScriptObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An open file of weights: a TorchScript archive or what {@code torch.save} writes, told apart by content.
 *
 * <p>Opening reads the directory and the pickle, and runs nothing; tensors are read on demand, straight into the
 * caller's buffers. Several threads may read at once.
 */
public final class WeightsFile implements AutoCloseable {
    private static final int MAX_PICKLE = 64 << 20;
    private static final int MAX_TEXT = 4 << 20;

    /** What kind of file it is. */
    public enum Kind {
        /** A scripted or traced module: {@code torch.jit.save}. */
        TORCHSCRIPT,
        /** A dict of tensors, or one that holds such a dict: {@code torch.save}. */
        STATE_DICT
    }

    private final Path file;
    private final FileChannel channel;
    private final ZipContent content;
    private final Map<String, ZipIndex.Entry> entries;
    private final String root;
    private final Kind kind;
    private final Map<Object, Object> values;
    private final Map<String, StoredTensor> tensors;
    private final List<String> notes;

    /**
     * Opens a file and lists its tensors.
     *
     * @throws WeightsException when the file is of another kind, damaged, or holds anything but plain data
     */
    public static WeightsFile open(Path file) throws IOException {
        FileChannel channel = channel(file);
        try {
            return new WeightsFile(file, channel);
        } catch (IOException | RuntimeException | Error e) {
            try {
                channel.close();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private WeightsFile(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        content = new ZipContent(file, channel);
        refuseForeign();
        entries = ZipIndex.read(file, channel);
        root = root();
        refuseBigEndian();
        kind = hasEntry("constants.pkl") || entries.keySet().stream().anyMatch(name -> name.startsWith(root + "code/"))
                ? Kind.TORCHSCRIPT
                : Kind.STATE_DICT;
        PickleGlobals globals = new PickleGlobals(kind == Kind.TORCHSCRIPT, this::storageBytes);
        byte[] pickle = content.bytes(entries.get(root + "data.pkl"), MAX_PICKLE);
        Object value = PickleReader.read(file, "data.pkl", pickle, globals);

        List<String> found = new ArrayList<>();
        if (kind == Kind.TORCHSCRIPT && value instanceof ScriptObject module) {
            values = module.attributes();
            ScriptModule walk = new ScriptModule(this::text, seen -> refused(seen, WeightsException.RESAVE));
            tensors = Collections.unmodifiableMap(walk.tensors(module, found));
        } else if (kind == Kind.STATE_DICT && value instanceof Dict dict) {
            values = dict.items();
            tensors = Collections.unmodifiableMap(StateDict.tensors(dict, found));
        } else {
            throw refused(
                    "holds " + PickleStack.nameOf(value) + " where a dict of tensors is expected",
                    WeightsException.RESAVE);
        }
        notes = List.copyOf(found);
    }

    /** What kind of file it is. */
    public Kind kind() {
        return kind;
    }

    /** The file as it was opened. */
    public Path file() {
        return file;
    }

    /** The tensors of the model in the file's order, named as {@code state_dict()} of the bare model names them. */
    public Map<String, StoredTensor> tensors() {
        return tensors;
    }

    /** What was undone to get the names of {@link #tensors()}, and what was left out: a sentence each. */
    public List<String> notes() {
        return notes;
    }

    /** Whether the outermost dict (or the TorchScript module) has this key. */
    public boolean has(String key) {
        return values.containsKey(key);
    }

    /**
     * A value of the outermost dict (or an attribute of the TorchScript module) as a plain Java one: null, String, Long
     * (BigInteger beyond 64 bits), Double, Boolean, byte[], List, Map or StoredTensor.
     *
     * @throws IllegalArgumentException when there is no such key
     */
    public Object value(String key) {
        if (!has(key)) throw new IllegalArgumentException("weights: " + file + ": has no value '" + key + "'");
        return PlainValues.of(values.get(key), key);
    }

    /**
     * Reads the whole storage that a tensor of this file is a view of, as little-endian bytes.
     *
     * @param into its remaining bytes are filled, and must be exactly {@link StoredTensor#storageBytes()}
     * @throws WeightsException when the bytes are damaged; {@code into} then holds rubbish
     */
    public void readStorage(StoredTensor tensor, ByteBuffer into) throws IOException {
        requireOpen();
        long bytes = storageBytes(tensor.storage());
        if (bytes != tensor.storageBytes())
            throw new IllegalArgumentException(
                    "weights: " + file + ": tensor '" + tensor.name() + "' belongs to another file");
        if (into.remaining() != bytes)
            throw new IllegalArgumentException("weights: " + file + ": the storage of '" + tensor.name() + "' has "
                    + bytes + " bytes, the buffer has room for " + into.remaining());
        content.read(entries.get(root + "data/" + tensor.storage()), into);
    }

    /** The text that was saved beside the weights under this name ({@code _extra_files}), at most 4 MB. */
    public Optional<String> extra(String name) throws IOException {
        return text("extra/" + name);
    }

    /** Closes the file; tensors cannot be read any more. */
    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static FileChannel channel(Path file) throws IOException {
        if (Files.isDirectory(file))
            throw new WeightsException(file, "is a folder, not a file", "name the .pt or .pth file in it");
        try {
            return FileChannel.open(file, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw new WeightsException(file, "does not exist", "check the path", e);
        }
    }

    private void refuseForeign() throws IOException {
        ByteBuffer head = ByteBuffer.allocate((int) Math.min(ForeignContent.HEAD, channel.size()));
        while (head.hasRemaining() && channel.read(head, head.position()) >= 0) continue;
        if (ForeignContent.isZip(head.array())) return;
        ForeignContent.Verdict verdict = ForeignContent.name(head.array());
        throw refused(verdict.seen(), verdict.remedy());
    }

    /** The folder that a PyTorch archive wraps around everything, with its slash. */
    private String root() throws WeightsException {
        List<String> roots = new ArrayList<>();
        for (String name : entries.keySet())
            if (name.endsWith("/data.pkl") && name.indexOf('/') == name.length() - 9)
                roots.add(name.substring(0, name.length() - 8));
        if (roots.size() == 1) return roots.get(0);
        String some = String.join(", ", entries.keySet().stream().limit(3).toList());
        throw refused(
                "is a zip with " + roots.size() + " entries NAME/data.pkl, where PyTorch writes one (it begins with: "
                        + WeightsException.quote(some) + ")",
                WeightsException.RESAVE);
    }

    private void refuseBigEndian() throws IOException {
        String order = text("byteorder").orElse("little").strip();
        if (!order.equals("little"))
            throw refused(
                    "has byte order '" + WeightsException.quote(order) + "' (allowed: little)",
                    "re-save it on a little-endian machine");
    }

    private Optional<String> text(String name) throws IOException {
        requireOpen();
        ZipIndex.Entry entry = entries.get(root + name);
        if (entry == null) return Optional.empty();
        ByteBuffer bytes = ByteBuffer.wrap(content.bytes(entry, MAX_TEXT));
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
        } catch (CharacterCodingException e) {
            throw new WeightsException(
                    file,
                    "its entry " + WeightsException.quote(name) + " is not UTF-8 text",
                    WeightsException.RESAVE,
                    e);
        }
    }

    private boolean hasEntry(String name) {
        return entries.containsKey(root + name);
    }

    /** Bytes of the entry of a storage, -1 when there is none. */
    private long storageBytes(String key) {
        ZipIndex.Entry entry = entries.get(root + "data/" + key);
        return entry == null ? -1 : entry.size();
    }

    private void requireOpen() {
        if (!channel.isOpen()) throw new IllegalStateException("weights: " + file + ": is closed");
    }

    private WeightsException refused(String seen, String remedy) {
        return new WeightsException(file, seen, remedy);
    }
}
