package dev.graft.weights.zip;

import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Reads entries of a zip into buffers of exactly their size, in pieces, and checks their CRC. */
final class ZipContent {
    private static final int CHUNK = 64 << 10;
    /** The maximum compression ratio of a text or pickle: code compresses to a third, a zip bomb to a thousandth. */
    private static final int MAX_INFLATION = 64;

    private final Path file;
    private final FileChannel channel;

    ZipContent(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** The whole content of a small entry (a text or pickle). Its compressed size in the file must be plausible. */
    byte[] bytes(ZipIndex.Entry entry, int limit) throws IOException {
        if (entry.size() > limit)
            throw new WeightsException(
                    file,
                    "its entry " + WeightsException.quote(entry.name()) + " has " + entry.size() + " bytes (at most "
                            + limit + ")",
                    WeightsException.RESAVE);
        if (entry.size() > MAX_INFLATION * entry.compressed() + CHUNK)
            throw new WeightsException(
                    file,
                    "its entry " + WeightsException.quote(entry.name()) + " unpacks from " + entry.compressed() + " to "
                            + entry.size() + " bytes (at most " + MAX_INFLATION + " times as many)",
                    WeightsException.RESAVE);
        ByteBuffer content = ByteBuffer.allocate((int) entry.size());
        read(entry, content);
        return content.array();
    }

    /** Fills {@code into}, which must have as many remaining bytes as the entry. */
    void read(ZipIndex.Entry entry, ByteBuffer into) throws IOException {
        CRC32 crc = new CRC32();
        if (entry.deflated()) inflate(entry, into, crc);
        else copy(entry, into, crc);
        // PyTorch writes 0 if it is told not to compute CRCs.
        boolean unchecked = entry.crc() == 0 && !entry.deflated();
        if (!unchecked && (int) crc.getValue() != entry.crc()) throw damaged(entry, "its CRC differs");
    }

    private void copy(ZipIndex.Entry entry, ByteBuffer into, CRC32 crc) throws IOException {
        long at = entry.data();
        while (into.hasRemaining()) {
            ByteBuffer chunk = into.slice(into.position(), Math.min(CHUNK, into.remaining()));
            int got = channel.read(chunk, at);
            if (got < 0) throw damaged(entry, "the file became shorter while it was read");
            crc.update(chunk.flip());
            into.position(into.position() + got);
            at += got;
        }
    }

    private void inflate(ZipIndex.Entry entry, ByteBuffer into, CRC32 crc) throws IOException {
        Inflater inflater = new Inflater(true);
        ByteBuffer packed = ByteBuffer.allocate(CHUNK);
        ByteBuffer surplus = ByteBuffer.allocate(1);
        long at = entry.data();
        long left = entry.compressed();
        try {
            while (!inflater.finished()) {
                if (inflater.needsInput()) {
                    if (left == 0) throw damaged(entry, "it ends before its last block");
                    packed.clear().limit((int) Math.min(CHUNK, left));
                    int got = channel.read(packed, at);
                    if (got < 0) throw damaged(entry, "the file became shorter while it was read");
                    inflater.setInput(packed.flip());
                    at += got;
                    left -= got;
                }
                ByteBuffer chunk =
                        into.hasRemaining() ? into.slice(into.position(), Math.min(CHUNK, into.remaining())) : surplus;
                int made = inflater.inflate(chunk);
                if (made > 0 && chunk == surplus) throw damaged(entry, "it unpacks to more than its size");
                if (inflater.needsDictionary()) throw damaged(entry, "it needs a dictionary");
                if (made == 0) continue;
                crc.update(chunk.flip());
                into.position(into.position() + made);
            }
            if (into.hasRemaining()) throw damaged(entry, "it unpacks to less than its size");
        } catch (DataFormatException e) {
            throw new WeightsException(
                    file,
                    "its entry " + WeightsException.quote(entry.name()) + " is damaged: " + e.getMessage(),
                    WeightsException.DOWNLOAD,
                    e);
        } finally {
            inflater.end();
        }
    }

    private WeightsException damaged(ZipIndex.Entry entry, String why) {
        return new WeightsException(
                file,
                "its entry " + WeightsException.quote(entry.name()) + " is damaged: " + why,
                WeightsException.DOWNLOAD);
    }
}
