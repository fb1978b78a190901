package dev.graft.weights.zip;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * Writes a zip in PyTorch's format for weights and modules, sequentially, to any channel.
 *
 * <p>Entries are not compressed and start at multiples of 64 bytes, so that {@code torch.load(mmap=True)} works. The
 * same entries always give the same bytes. Each entry is read twice: first for its CRC, then to write it.
 */
public final class TorchZipWriter implements AutoCloseable {
    private static final int ALIGNMENT = 64;
    private static final int CHUNK = 1 << 20;
    private static final int UTF8_NAMES = 1 << 11;
    /** 1 January 1980, the first date that a zip can represent. */
    private static final int DATE = 0x21 << 16;

    private static final long UNSIGNED_INT = 0xFFFFFFFFL;
    private static final short PADDING = 0x4246; // "FB", PyTorch's mark for padding

    private record Written(byte[] name, int crc, long size, long header) {}

    private final WritableByteChannel out;
    private final String archiveName;
    private final Set<String> names = new HashSet<>();
    private final List<Written> written = new ArrayList<>();
    private long position;
    private boolean broken;
    private boolean closed;

    /**
     * Creates an archive.
     *
     * @param out receives the bytes from its current position on; it is not closed
     * @param archiveName the folder that contains all entries; readers accept any name without a slash
     */
    public TorchZipWriter(WritableByteChannel out, String archiveName) {
        if (archiveName.isEmpty() || archiveName.contains("/"))
            throw new IllegalArgumentException("archiveName must be a name without a slash, was '" + archiveName + "'");
        this.out = out;
        this.archiveName = archiveName;
    }

    /** Writes an entry such as {@code data.pkl}, {@code data/0} or {@code extra/NAME}. */
    public void entry(String name, byte[] data) throws IOException {
        entry(name, ByteBuffer.wrap(data));
    }

    /**
     * Writes an entry with the remaining bytes of these buffers, one after the other. The positions of the buffers do
     * not change.
     */
    public void entry(String name, ByteBuffer... data) throws IOException {
        if (closed) throw new IllegalStateException("the archive is closed");
        if (!names.add(name)) throw new IllegalArgumentException("the archive has an entry '" + name + "' already");
        CRC32 crc = new CRC32();
        long size = 0;
        for (ByteBuffer part : data) {
            crc.update(part.duplicate());
            size += part.remaining();
        }
        byte[] fullName = (archiveName + "/" + name).getBytes(StandardCharsets.UTF_8);
        if (fullName.length > 0xFFFF) throw new IllegalArgumentException("the name of an entry is too long: " + name);
        Written entry = new Written(fullName, (int) crc.getValue(), size, position);
        write(localHeader(entry));
        for (ByteBuffer part : data) write(part.duplicate());
        written.add(entry);
    }

    /**
     * Adds {@code version} and {@code byteorder} if they were not written, then writes the directory. If an entry
     * failed, the directory is not written, and no reader accepts the file.
     */
    @Override
    public void close() throws IOException {
        if (closed) return;
        if (!broken && !names.contains("version")) entry("version", ascii("3\n"));
        if (!broken && !names.contains("byteorder")) entry("byteorder", ascii("little"));
        closed = true;
        if (broken) return;
        long start = position;
        for (Written entry : written) write(centralHeader(entry));
        write(end(start, position - start));
    }

    private ByteBuffer localHeader(Written entry) {
        int wide = entry.size >= UNSIGNED_INT ? 20 : 0;
        long unpadded = position + 30 + entry.name.length + wide + 4;
        int padding = (int) (-unpadded & (ALIGNMENT - 1));
        ByteBuffer header = buffer(30 + entry.name.length + wide + 4 + padding);
        header.putInt(0x04034b50).putShort(version(entry));
        common(header, entry);
        header.putShort((short) (wide + 4 + padding)).put(entry.name);
        if (wide > 0)
            header.putShort((short) 1).putShort((short) 16).putLong(entry.size).putLong(entry.size);
        header.putShort(PADDING).putShort((short) padding);
        while (header.hasRemaining()) header.put((byte) 'Z');
        return header.flip();
    }

    private ByteBuffer centralHeader(Written entry) {
        int sizes = entry.size >= UNSIGNED_INT ? 16 : 0;
        int offset = entry.header >= UNSIGNED_INT ? 8 : 0;
        int wide = sizes + offset == 0 ? 0 : 4 + sizes + offset;
        ByteBuffer header = buffer(46 + entry.name.length + wide);
        header.putInt(0x02014b50).putShort(version(entry)).putShort(version(entry));
        common(header, entry);
        header.putShort((short) wide).putShort((short) 0).putShort((short) 0).putShort((short) 0);
        header.putInt(0).putInt(narrow(entry.header)).put(entry.name);
        if (wide > 0) header.putShort((short) 1).putShort((short) (sizes + offset));
        if (sizes > 0) header.putLong(entry.size).putLong(entry.size);
        if (offset > 0) header.putLong(entry.header);
        return header.flip();
    }

    /** The part from the flags to the length of the name, which is equal in both headers. */
    private static void common(ByteBuffer header, Written entry) {
        header.putShort((short) UTF8_NAMES).putShort((short) 0).putInt(DATE).putInt(entry.crc);
        header.putInt(narrow(entry.size)).putInt(narrow(entry.size)).putShort((short) entry.name.length);
    }

    private ByteBuffer end(long start, long bytes) {
        boolean wide = start >= UNSIGNED_INT || bytes >= UNSIGNED_INT || written.size() >= 0xFFFF;
        ByteBuffer end = buffer(wide ? 56 + 20 + 22 : 22);
        short count = (short) Math.min(written.size(), 0xFFFF);
        if (wide) {
            end.putInt(0x06064b50).putLong(44).putShort((short) 45).putShort((short) 45);
            end.putInt(0).putInt(0).putLong(written.size()).putLong(written.size());
            end.putLong(bytes).putLong(start);
            end.putInt(0x07064b50).putInt(0).putLong(start + bytes).putInt(1);
        }
        end.putInt(0x06054b50)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort(count)
                .putShort(count);
        return end.putInt(narrow(bytes))
                .putInt(narrow(start))
                .putShort((short) 0)
                .flip();
    }

    /** Writes in pieces: for a heap buffer, a channel uses a direct buffer of the same size, and keeps it. */
    private void write(ByteBuffer bytes) throws IOException {
        broken = true;
        while (bytes.hasRemaining()) {
            ByteBuffer chunk = bytes.slice(bytes.position(), Math.min(CHUNK, bytes.remaining()));
            int count = out.write(chunk);
            bytes.position(bytes.position() + count);
            position += count;
        }
        broken = false;
    }

    private static short version(Written entry) {
        return (short) (entry.size >= UNSIGNED_INT || entry.header >= UNSIGNED_INT ? 45 : 20);
    }

    private static int narrow(long value) {
        return (int) Math.min(value, UNSIGNED_INT);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
