package dev.graft.weights.zip;

import dev.graft.weights.read.ForeignContent;
import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A zip written by PyTorch. Entries are addressed by their names inside the folder that contains all of them. */
public final class TorchZip {
    /** The entry that an exported program has instead of a pickle; it contains the name of the format. */
    public static final String EXPORTED = "archive_format";

    private static final int MAX_TEXT = 4 << 20;
    /** {@code kMaxSupportedFileFormatVersion} of PyTorch 2.10's caffe2/serialize/versions.h. */
    private static final int NEWEST = 10;

    private final Path file;
    private final ZipContent content;
    private final Map<String, ZipIndex.Entry> entries = new LinkedHashMap<>();

    public TorchZip(Path file, FileChannel channel) throws IOException {
        this.file = file;
        content = new ZipContent(file, channel);
        Map<String, ZipIndex.Entry> all = ZipIndex.read(file, channel);
        String root = root(all.keySet());
        all.forEach((name, entry) -> {
            if (name.startsWith(root)) entries.put(name.substring(root.length()), entry);
        });
        refuseBigEndian();
        refuseNewer();
    }

    /** Whether it is a TorchScript archive: it contains code, or at least constants of code. */
    public boolean script() {
        return size("constants.pkl") >= 0 || entries.keySet().stream().anyMatch(name -> name.startsWith("code/"));
    }

    /** Whether it is a program that {@code torch.export.save} wrote. */
    public boolean exported() {
        return size(EXPORTED) >= 0 && size("data.pkl") < 0;
    }

    /** The names of all entries, in the order of the directory. */
    public List<String> names() {
        return List.copyOf(entries.keySet());
    }

    /** The uncompressed size of an entry, in bytes; -1 if it does not exist. */
    public long size(String name) {
        ZipIndex.Entry entry = entries.get(name);
        return entry == null ? -1 : entry.size();
    }

    /** The whole content of an entry. The entry must exist and must not be a storage. */
    public byte[] bytes(String name, int limit) throws IOException {
        return content.bytes(entries.get(name), limit);
    }

    /** Fills {@code into}, which must have as many remaining bytes as the entry. */
    public void read(String name, ByteBuffer into) throws IOException {
        content.read(entries.get(name), into);
    }

    /** The content of an entry of at most 4 MB as text; empty if it does not exist. */
    public Optional<String> text(String name) throws IOException {
        if (size(name) < 0) return Optional.empty();
        ByteBuffer bytes = ByteBuffer.wrap(bytes(name, MAX_TEXT));
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

    /** The folder that contains all entries, with a trailing slash. */
    private String root(Set<String> names) throws WeightsException {
        List<String> roots = foldersOf("data.pkl", names);
        if (roots.size() == 1) return roots.get(0);
        List<String> programs = foldersOf(EXPORTED, names);
        if (roots.isEmpty() && programs.size() == 1) return programs.get(0);
        ForeignContent.Verdict verdict = ForeignContent.nameZip(names, roots.size());
        throw new WeightsException(file, verdict.seen(), verdict.remedy());
    }

    private void refuseBigEndian() throws IOException {
        String order = text("byteorder").orElse("little").strip();
        if (!order.equals("little"))
            throw new WeightsException(
                    file,
                    "has byte order '" + WeightsException.quote(order) + "' (allowed: little)",
                    "re-save it on a little-endian machine");
    }

    /** The outermost folders, with a trailing slash, that contain an entry with this name. */
    private static List<String> foldersOf(String entry, Set<String> names) {
        List<String> folders = new ArrayList<>();
        for (String name : names) {
            int slash = name.indexOf('/');
            if (slash >= 0 && name.length() == slash + 1 + entry.length() && name.endsWith(entry))
                folders.add(name.substring(0, slash + 1));
        }
        return folders;
    }

    /**
     * Refuses newer versions of the format. Files without a version are accepted, as they are older than the version
     * number.
     */
    private void refuseNewer() throws IOException {
        String version = text("version").orElse("1").strip();
        if (!version.matches("[1-9]|" + NEWEST))
            throw new WeightsException(
                    file,
                    "is of version '" + WeightsException.quote(version) + "' of PyTorch's format (allowed: 1 to "
                            + NEWEST + ")",
                    WeightsException.RESAVE);
    }
}
