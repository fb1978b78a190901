package dev.graft.weights;

import dev.graft.files.FileFault;
import dev.graft.weights.exported.ExportedReader;
import dev.graft.weights.read.FileBytes;
import dev.graft.weights.read.ForeignContent;
import dev.graft.weights.read.WeightsReader;
import dev.graft.weights.safetensors.SafetensorsReader;
import dev.graft.weights.sharded.Shard;
import dev.graft.weights.sharded.ShardedReader;
import dev.graft.weights.state.LegacyReader;
import dev.graft.weights.state.TorchZipReader;
import dev.graft.weights.tensor.WeightsChoice;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.zip.TorchZip;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Detects the format of a file and opens it with the matching reader. */
final class WeightsFormats {
    private static final long MAX_INDEX = 16 << 20;
    /** The name of a part of a model: the name, its number, the total number. */
    private static final Pattern PART = Pattern.compile("(.+)-\\d+-of-0*(\\d+)(\\.\\w+)");

    private WeightsFormats() {}

    /** A message if the file is one of several parts and their index is in the same folder. */
    static Optional<String> shardAlone(Path file) {
        Matcher part = PART.matcher(String.valueOf(file.getFileName()));
        if (!part.matches()) return Optional.empty();
        String index = part.group(1) + part.group(3) + ".index.json";
        return Files.exists(file.resolveSibling(index))
                ? Optional.of("by its name it is one of " + part.group(2) + " parts of a model: give " + index
                        + " beside it, which names all")
                : Optional.empty();
    }

    /** Reads the table of contents of an open file. */
    static WeightsReader reader(Path file, FileChannel channel, WeightsChoice choice) throws IOException {
        if (ForeignContent.isJson(head(channel)) && channel.size() <= MAX_INDEX) {
            ByteBuffer text = ByteBuffer.allocate((int) channel.size());
            FileBytes.read(file, "index", channel, 0, text);
            Optional<ShardedReader> shards =
                    ShardedReader.of(file, new String(text.array(), StandardCharsets.UTF_8), WeightsFormats::shard);
            if (shards.isPresent()) return shards.get();
        }
        return readerOfOne(file, channel, choice);
    }

    private static Shard shard(Path file) throws IOException {
        FileChannel channel = channel(file);
        boolean whole = false;
        try {
            Shard shard = new Shard(readerOfOne(file, channel, WeightsChoice.ANY), channel.size(), channel);
            whole = true;
            return shard;
        } finally {
            if (!whole) channel.close();
        }
    }

    /** Knows all formats of a single file; add a new format here. */
    private static WeightsReader readerOfOne(Path file, FileChannel channel, WeightsChoice choice) throws IOException {
        byte[] head = head(channel);
        if (ForeignContent.isZip(head)) {
            TorchZip zip = new TorchZip(file, channel);
            return zip.exported() ? new ExportedReader(file, zip) : new TorchZipReader(file, zip, choice);
        }
        if (ForeignContent.isLegacy(head)) return new LegacyReader(file, channel, choice);
        if (ForeignContent.isSafetensors(head)) return new SafetensorsReader(file, channel);
        ForeignContent.Verdict verdict = ForeignContent.name(head);
        throw new WeightsException(file, verdict.seen(), verdict.remedy());
    }

    /** Opens a file for reading. */
    static FileChannel channel(Path file) throws IOException {
        if (Files.isDirectory(file))
            throw new WeightsException(
                    file, "is a folder, not a file", "name the .pt, .pth or .safetensors file in it");
        try {
            return FileChannel.open(file, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw new WeightsException(file, "does not exist", "check the path", e);
        } catch (AccessDeniedException e) {
            throw new WeightsException(
                    file,
                    "cannot be read (" + FileFault.words(e) + ")",
                    "let this user read it and the folders it lies in, or name another file",
                    e);
        } catch (FileSystemException e) {
            throw new WeightsException(
                    file, "cannot be read (" + FileFault.words(e) + ")", "see whether it can be copied elsewhere", e);
        }
    }

    private static byte[] head(FileChannel channel) throws IOException {
        ByteBuffer head = ByteBuffer.allocate((int) Math.min(ForeignContent.HEAD, channel.size()));
        while (head.hasRemaining() && channel.read(head, head.position()) >= 0) continue;
        return head.array();
    }
}
