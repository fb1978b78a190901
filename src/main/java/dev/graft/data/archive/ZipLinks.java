package dev.graft.data.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Finds entries of a zip that are neither files nor folders, which Java's zip reader does not report. Java's reader has
 * opened the zip before, so it is well-formed.
 */
final class ZipLinks {
    private static final int END = 22;
    private static final int MOST_COMMENT = 0xFFFF;
    private static final int END_MAGIC = 0x06054b50;
    private static final int LOCATOR = 20;
    private static final int LOCATOR_MAGIC = 0x07064b50;
    private static final int ENTRY = 46;
    private static final int ENTRY_MAGIC = 0x02014b50;
    private static final int UNIX = 3;

    private ZipLinks() {}

    /** @throws ArchiveException if there is a link, pipe or device; the message names it */
    static void refuse(Path zip) throws IOException {
        try (FileChannel in = FileChannel.open(zip, StandardOpenOption.READ)) {
            long end = end(in);
            ByteBuffer tail = read(in, end, END);
            long at = tail.getInt(16) & 0xFFFFFFFFL;
            long bytes = tail.getInt(12) & 0xFFFFFFFFL;
            if (end >= LOCATOR) {
                ByteBuffer locator = read(in, end - LOCATOR, LOCATOR);
                if (locator.getInt(0) == LOCATOR_MAGIC) {
                    ByteBuffer large = read(in, locator.getLong(8), 56);
                    bytes = large.getLong(40);
                    at = large.getLong(48);
                }
            }
            scan(in, at, at + bytes);
        } catch (IllegalArgumentException e) { // a position before the start of the file
            throw new ArchiveException("its directory is damaged", e);
        }
    }

    private static void scan(FileChannel in, long from, long end) throws IOException {
        for (long at = from; at + ENTRY <= end; ) {
            ByteBuffer entry = read(in, at, ENTRY);
            if (entry.getInt(0) != ENTRY_MAGIC) throw new ArchiveException("its directory is damaged");
            int nameBytes = entry.getShort(28) & 0xFFFF;
            int type = (entry.getInt(38) >>> 16) & 0170000;
            boolean plain = type == 0 || type == 0100000 || type == 0040000;
            if (entry.get(5) == UNIX && !plain) {
                String name = StandardCharsets.UTF_8
                        .decode(read(in, at + ENTRY, nameBytes))
                        .toString();
                throw Target.refused(name, "it is a link, pipe or device (expected files and folders)");
            }
            at += ENTRY + nameBytes + (entry.getShort(30) & 0xFFFF) + (entry.getShort(32) & 0xFFFF);
        }
    }

    /** The position of the end record: the last one whose comment ends at the end of the file. */
    private static long end(FileChannel in) throws IOException {
        int length = (int) Math.min(in.size(), END + MOST_COMMENT);
        long from = in.size() - length;
        ByteBuffer tail = read(in, from, length);
        for (int i = length - END; i >= 0; i--)
            if (tail.getInt(i) == END_MAGIC && (tail.getShort(i + 20) & 0xFFFF) == length - END - i) return from + i;
        throw new ArchiveException("its directory is damaged");
    }

    private static ByteBuffer read(FileChannel in, long at, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining())
            if (in.read(buffer, at + buffer.position()) < 0) throw new ArchiveException("it is cut short");
        return buffer.flip();
    }
}
