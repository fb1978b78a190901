package dev.graft.data.archive;

import dev.graft.files.FileFault;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Unpacks a tar from start to end: files, folders and long names (pax and GNU). Links, devices and sparse files are
 * refused.
 *
 * <p>This is our own code, because Java has no tar reader, and a library would become a dependency of every program that
 * uses Graft.
 */
final class TarArchive {
    private static final int MOST_EXTENSION_BYTES = 1 << 16;

    private final InputStream in;
    private final Target target;
    private String longName; // of the next entry; null if its header contains the name
    private long longSize = -1;

    private TarArchive(InputStream in, Target target) {
        this.in = in;
        this.target = target;
    }

    static void unpack(InputStream in, Target target) throws IOException {
        new TarArchive(in, target).unpack();
    }

    private void unpack() throws IOException {
        for (byte[] block = block(); !TarHeader.isZero(block); block = block()) entry(TarHeader.of(block));
        if (longName != null || longSize >= 0) throw new ArchiveException("it ends within an entry");
        drain();
    }

    private void entry(TarHeader header) throws IOException {
        switch (header.type()) {
            case 'L' -> longName = TarHeader.utf8(trimmed(extension(header)));
            case 'x' -> pax(extension(header), true);
            case 'g' -> pax(extension(header), false);
            default -> {
                TarHeader whole = longName == null ? header : header.named(longName);
                if (longSize >= 0) whole = whole.sized(longSize);
                longName = null;
                longSize = -1;
                place(whole);
            }
        }
    }

    private void place(TarHeader header) throws IOException {
        if (header.isFolder() && header.size() == 0) target.folder(header.name());
        else if (header.isFile()) {
            target.file(header.name(), header.size(), new Part(header.size()));
            skipPadding(header.size());
        } else throw Target.refused(header.name(), "it is " + kind(header.type()) + " (expected files and folders)");
    }

    private static String kind(char type) {
        return switch (type) {
            case '1', '2', 'K' -> "a link";
            case '3', '4', '6' -> "a device or pipe";
            case 'S' -> "a sparse file";
            case '5' -> "a folder with content";
            default -> "of type " + Target.shown(String.valueOf(type));
        };
    }

    private byte[] extension(TarHeader header) throws IOException {
        if (header.size() > MOST_EXTENSION_BYTES)
            throw new ArchiveException(
                    "a header has " + header.size() + " bytes (allowed are " + MOST_EXTENSION_BYTES + ")");
        target.add(header.size());
        byte[] bytes = exactly((int) header.size());
        skipPadding(header.size());
        return bytes;
    }

    /** Reads lines such as {@code 27 path=pets/cat/1.jpg}; each starts with its own length. */
    private void pax(byte[] lines, boolean ofNext) throws ArchiveException {
        for (int at = 0; at < lines.length; ) {
            int blank = at;
            while (blank < lines.length && blank < at + 6 && lines[blank] >= '0' && lines[blank] <= '9') blank++;
            int length = blank == at ? 0 : Integer.parseInt(TarHeader.utf8(Arrays.copyOfRange(lines, at, blank)));
            int end = at + length;
            if (length == 0 || end > lines.length || blank >= end || lines[blank] != ' ' || lines[end - 1] != '\n')
                throw new ArchiveException("a pax header is damaged");
            pax(TarHeader.utf8(Arrays.copyOfRange(lines, blank + 1, end - 1)), ofNext);
            at = end;
        }
    }

    private void pax(String line, boolean ofNext) throws ArchiveException {
        int equals = line.indexOf('=');
        String key = equals < 0 ? line : line.substring(0, equals);
        String value = line.substring(equals + 1);
        boolean counts =
                key.equals("path") || key.equals("size") || key.equals("linkpath") || key.startsWith("GNU.sparse");
        if (!counts) return; // times, owners and comments are ignored
        if (ofNext && key.equals("path")) longName = value;
        else if (ofNext && key.equals("size") && value.matches("\\d{1,18}")) longSize = Long.parseLong(value);
        else throw new ArchiveException("a pax header says " + Target.shown(line) + ", which is not read");
    }

    /** Removes the 0 with which GNU ends a long name. */
    private static byte[] trimmed(byte[] name) {
        int end = name.length;
        while (end > 0 && name[end - 1] == 0) end--;
        return Arrays.copyOf(name, end);
    }

    private byte[] block() throws IOException {
        return exactly(TarHeader.BLOCK);
    }

    private void skipPadding(long size) throws IOException {
        exactly((int) (-size & (TarHeader.BLOCK - 1)));
    }

    private byte[] exactly(int n) throws IOException {
        byte[] bytes = new byte[n];
        for (int got = 0; got < n; ) {
            int more = read(bytes, got, n - got);
            if (more < 0) throw new ArchiveException("it is cut short");
            got += more;
        }
        return bytes;
    }

    /** Reads the rest after the end, so that the checksum of the surrounding gzip is checked. */
    private void drain() throws IOException {
        byte[] rest = new byte[TarHeader.BLOCK * 16];
        for (int n = read(rest, 0, rest.length); n >= 0; n = read(rest, 0, rest.length)) target.add(n);
    }

    private int read(byte[] bytes, int at, int n) throws IOException {
        try {
            return in.read(bytes, at, n);
        } catch (IOException e) {
            throw new ArchiveException("it is damaged or cut short (" + FileFault.words(e) + ")", e);
        }
    }

    /** The bytes of one entry. */
    private final class Part extends InputStream {
        private long left;

        Part(long size) {
            left = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int at, int n) throws IOException {
            if (left == 0) return -1;
            int got = in.read(bytes, at, (int) Math.min(n, left));
            if (got > 0) left -= got;
            return got;
        }
    }
}
