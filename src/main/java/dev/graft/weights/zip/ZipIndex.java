package dev.graft.weights.zip;

import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the central directory of a zip, and checks it against the file.
 *
 * <p>{@code java.util.zip.ZipFile} does not give the position of an entry. So it cannot detect entries that overlap, or
 * whose local header differs from the directory. Zips with data before them (self-extracting programs) or on several
 * disks are refused.
 */
public final class ZipIndex {
    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int END64 = 0x06064b50;
    private static final int LOCATOR64 = 0x07064b50;
    private static final int MAX_DIRECTORY = 16 << 20;
    /** The maximum number of bytes that DEFLATE can produce from one byte. */
    private static final long MAX_INFLATION = 1032;

    private static final long UNSIGNED_INT = 0xFFFFFFFFL;
    private static final int ENCRYPTED = 1 | 1 << 6 | 1 << 13;
    private static final int PATCHED = 1 << 5;
    private static final int FOLDER = 1 << 4; // an attribute of MS-DOS; PyTorch reads no content from such entries

    /** One entry. Its data has {@code compressed} bytes and starts at {@code data}. */
    public record Entry(String name, boolean deflated, long compressed, long size, int crc, long header, long data) {}

    private record Directory(long offset, long bytes, long entries) {}

    private final Path file;
    private final FileChannel channel;
    private final long fileBytes;

    private ZipIndex(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        this.fileBytes = channel.size();
    }

    /** The entries by name, in the order of the directory. */
    public static Map<String, Entry> read(Path file, FileChannel channel) throws IOException {
        ZipIndex index = new ZipIndex(file, channel);
        Directory directory = index.directory();
        Map<String, Entry> entries = index.entries(directory);
        index.refuseOverlaps(entries.values(), directory);
        return entries;
    }

    private Directory directory() throws IOException {
        int tailBytes = (int) Math.min(fileBytes, 22 + 65535 + 20);
        ByteBuffer tail = bytes(fileBytes - tailBytes, tailBytes);
        for (int at = tailBytes - 22; at >= 0; at--) {
            if (tail.getInt(at) != END || unsigned(tail.getShort(at + 20)) != tailBytes - at - 22) continue;
            long end = fileBytes - tailBytes + at;
            Directory small = new Directory(
                    unsigned(tail.getInt(at + 16)), unsigned(tail.getInt(at + 12)), unsigned(tail.getShort(at + 10)));
            requireOneDisk(tail.getInt(at + 4) == 0 && tail.getShort(at + 8) == tail.getShort(at + 10));
            boolean zip64 = at >= 20 && tail.getInt(at - 20) == LOCATOR64;
            if (zip64) requireOneDisk(tail.getInt(at - 16) == 0 && tail.getInt(at - 4) == 1);
            Directory found = zip64 ? directory64(tail.getLong(at - 12), small) : small;
            if (found.offset < 0 || found.bytes < 0 || found.bytes > end || found.offset > end - found.bytes)
                throw lies("its directory lies outside the file");
            if (found.bytes > MAX_DIRECTORY) throw lies("its directory has " + found.bytes + " bytes");
            return found;
        }
        throw new WeightsException(
                file,
                "is truncated: " + fileBytes + " bytes, without the directory that ends every zip",
                WeightsException.DOWNLOAD);
    }

    private Directory directory64(long at, Directory small) throws IOException {
        if (at < 0 || at > fileBytes - 56) throw lies("its 64-bit directory lies outside the file");
        ByteBuffer end = bytes(at, 56);
        if (end.getInt(0) != END64 || end.getLong(4) < 44) throw lies("its 64-bit directory is not where it says");
        requireOneDisk(end.getLong(16) == 0 && end.getLong(24) == end.getLong(32));
        Directory large = new Directory(end.getLong(48), end.getLong(40), end.getLong(32));
        boolean same = small.offset == UNSIGNED_INT || small.offset == large.offset;
        same &= small.bytes == UNSIGNED_INT || small.bytes == large.bytes;
        same &= small.entries == 0xFFFF || small.entries == large.entries;
        if (!same) throw lies("its 64-bit directory says something else than its directory");
        return large;
    }

    private void requireOneDisk(boolean one) throws WeightsException {
        if (!one) throw lies("it is one of several disks");
    }

    private Map<String, Entry> entries(Directory directory) throws IOException {
        ByteBuffer central = bytes(directory.offset, (int) directory.bytes);
        Map<String, Entry> entries = new LinkedHashMap<>();
        while (central.hasRemaining()) {
            Entry entry = entry(central, directory);
            if (entries.put(entry.name, entry) != null)
                throw lies("it has two entries named " + WeightsException.quote(entry.name));
        }
        if (entries.size() != directory.entries)
            throw lies("it announces " + directory.entries + " entries and lists " + entries.size());
        return entries;
    }

    private Entry entry(ByteBuffer central, Directory directory) throws IOException {
        int at = central.position();
        if (central.remaining() < 46 || central.getInt(at) != CENTRAL) throw lies("its directory is damaged");
        int nameBytes = unsigned(central.getShort(at + 28));
        int extraBytes = unsigned(central.getShort(at + 30));
        int all = 46 + nameBytes + extraBytes + unsigned(central.getShort(at + 32));
        if (all > central.remaining()) throw lies("its directory is damaged");
        byte[] rawName = new byte[nameBytes];
        central.get(at + 46, rawName);
        String name = new String(rawName, StandardCharsets.UTF_8);
        refuseName(name);
        if ((central.getShort(at + 8) & (ENCRYPTED | PATCHED)) != 0)
            throw new WeightsException(
                    file,
                    "its entry " + WeightsException.quote(name) + " is encrypted, or a patch",
                    WeightsException.RESAVE);
        requireOneDisk(central.getShort(at + 34) == 0);

        ByteBuffer extra = central.slice(at + 46 + nameBytes, extraBytes).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer wide = extra64(extra);
        long size = wide(central.getInt(at + 24), wide, name);
        long compressed = wide(central.getInt(at + 20), wide, name);
        long header = wide(central.getInt(at + 42), wide, name);
        boolean deflated = deflated(unsigned(central.getShort(at + 10)), name);
        boolean folder = (central.getInt(at + 38) & FOLDER) != 0;
        if (folder && size > 0) throw liesAbout(name, "the mark of a folder, though it has bytes");
        refuseSizes(name, deflated, compressed, size);
        long data = dataOf(name, rawName, header, directory);
        if (compressed > directory.offset - data) throw liesAbout(name, "more bytes than the file holds");
        central.position(at + all);
        return new Entry(name, deflated, compressed, size, central.getInt(at + 16), header, data);
    }

    private boolean deflated(int method, String name) throws WeightsException {
        if (method != 0 && method != 8)
            throw new WeightsException(
                    file,
                    "its entry " + WeightsException.quote(name) + " is packed by method " + method
                            + " (allowed: stored and deflated)",
                    WeightsException.RESAVE);
        return method == 8;
    }

    private void refuseSizes(String name, boolean deflated, long compressed, long size) throws WeightsException {
        if (size < 0 || compressed < 0) throw liesAbout(name, "absurd sizes");
        if (!deflated && size != compressed) throw liesAbout(name, "two sizes, though it is stored unpacked");
        if (deflated && size / MAX_INFLATION > compressed) throw liesAbout(name, "a size that unpacking cannot give");
    }

    private void refuseName(String name) throws WeightsException {
        boolean bad = name.isEmpty() || name.startsWith("/") || name.indexOf('\\') >= 0 || name.indexOf('\0') >= 0;
        bad |= name.length() > 1 && name.charAt(1) == ':';
        bad |= Arrays.asList(name.split("/")).contains("..");
        if (bad) throw lies("an entry is named '" + WeightsException.quote(name) + "', which leads out of it");
    }

    /** The start of the entry's data: after its local header, which must have the same name. */
    private long dataOf(String name, byte[] rawName, long header, Directory directory) throws IOException {
        if (header < 0 || header > directory.offset - 30 - rawName.length) throw liesAbout(name, "a place outside");
        ByteBuffer local = bytes(header, 30 + rawName.length);
        byte[] localName = new byte[rawName.length];
        local.get(30, localName);
        if (local.getInt(0) != LOCAL
                || unsigned(local.getShort(26)) != rawName.length
                || !Arrays.equals(localName, rawName)) throw liesAbout(name, "a place where it is not");
        long data = header + 30 + rawName.length + unsigned(local.getShort(28));
        if (data > directory.offset) throw liesAbout(name, "a place outside");
        return data;
    }

    private void refuseOverlaps(Iterable<Entry> entries, Directory directory) throws WeightsException {
        List<Entry> sorted = new ArrayList<>();
        entries.forEach(sorted::add);
        sorted.sort(Comparator.comparingLong(Entry::header));
        long free = 0;
        for (Entry entry : sorted) {
            if (entry.header < free) throw liesAbout(entry.name, "bytes that belong to another entry");
            free = entry.data + entry.compressed;
        }
        if (free > directory.offset) throw lies("its entries reach into its directory");
    }

    /** The values of the zip64 field of an entry; an empty buffer if there is none. */
    private static ByteBuffer extra64(ByteBuffer extra) {
        while (extra.remaining() >= 4) {
            int id = unsigned(extra.getShort());
            int bytes = Math.min(unsigned(extra.getShort()), extra.remaining());
            if (id == 1) return extra.slice(extra.position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
            extra.position(extra.position() + bytes);
        }
        return ByteBuffer.allocate(0);
    }

    private long wide(int small, ByteBuffer wide, String name) throws WeightsException {
        if (unsigned(small) != UNSIGNED_INT) return unsigned(small);
        if (wide.remaining() < 8) throw liesAbout(name, "no 64-bit size");
        return wide.getLong();
    }

    private ByteBuffer bytes(long at, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining())
            if (channel.read(buffer, at + buffer.position()) < 0)
                throw lies("it ends at byte " + (at + buffer.position()) + " of " + fileBytes);
        return buffer.flip();
    }

    private WeightsException liesAbout(String name, String what) {
        return lies("its directory gives entry " + WeightsException.quote(name) + " " + what);
    }

    private WeightsException lies(String what) {
        return new WeightsException(file, "is a damaged zip: " + what, WeightsException.DOWNLOAD);
    }

    private static int unsigned(short value) {
        return Short.toUnsignedInt(value);
    }

    private static long unsigned(int value) {
        return Integer.toUnsignedLong(value);
    }
}
