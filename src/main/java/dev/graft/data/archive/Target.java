package dev.graft.data.archive;

import dev.graft.files.FileFault;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The empty folder into which an archive is unpacked. Each name is checked before anything is created. Two entries never
 * write to the same file, also on a file system that ignores case or the encoding of accents.
 */
final class Target {
    private static final int CHUNK = 1 << 16;
    private static final int MOST_PART_BYTES = 255;

    private final Path folder;
    private final Limits limits;
    private final long mostBytes;
    private final byte[] chunk = new byte[CHUNK];
    private final Map<String, String> taken = new HashMap<>();
    private int entries;
    private int files;
    private long bytes;

    /** @param archiveBytes the size of the archive file */
    Target(Path folder, Limits limits, long archiveBytes) {
        this.folder = folder;
        this.limits = limits;
        this.mostBytes = limits.bytes(archiveBytes);
    }

    int files() {
        return files;
    }

    /** Creates a folder if it does not exist. */
    void folder(String name) throws IOException {
        count();
        List<String> parts = parts(name);
        for (int i = 1; i <= parts.size(); i++) claimFolder(String.join("/", parts.subList(0, i)));
    }

    /**
     * Writes a file.
     *
     * @param size the exact number of bytes that it must have
     * @param content read to its end, and at most one byte more; an error while reading is reported as an error of the
     *     archive
     */
    void file(String name, long size, InputStream content) throws IOException {
        count();
        List<String> parts = parts(name);
        if (parts.isEmpty()) throw refused(name, "it names no file");
        for (int i = 1; i < parts.size(); i++) claimFolder(String.join("/", parts.subList(0, i)));
        String path = String.join("/", parts);
        String before = taken.putIfAbsent(key(path), path);
        if (before != null) throw meets(path, before);
        files++;
        try (OutputStream out =
                Files.newOutputStream(resolved(path), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            copy(name, size, content, out);
        } catch (ArchiveException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException("cannot unpack into " + folder + " (" + FileFault.words(e) + ")", e);
        }
    }

    private void copy(String name, long size, InputStream content, OutputStream out) throws IOException {
        long written = 0;
        for (int n = read(name, content); n >= 0; n = read(name, content)) {
            written += n;
            if (written > size) throw refused(name, "more comes out of it than the " + size + " bytes that it tells");
            add(n);
            out.write(chunk, 0, n);
        }
        if (written < size) throw refused(name, "it ends after " + written + " of " + size + " bytes");
    }

    private int read(String name, InputStream content) throws ArchiveException {
        try {
            return content.read(chunk);
        } catch (IOException e) {
            throw new ArchiveException("entry " + shown(name) + ": it is damaged (" + FileFault.words(e) + ")", e);
        }
    }

    /** Counts unpacked bytes, including those that are not kept. */
    void add(long n) throws ArchiveException {
        bytes += n;
        if (bytes > mostBytes)
            throw new ArchiveException("more than " + mostBytes + " bytes come out of it (allowed are " + limits.ratio()
                    + " for each of its bytes, or " + limits.freeBytes() + ")");
    }

    private void count() throws ArchiveException {
        if (++entries > limits.entries())
            throw new ArchiveException("it has more than " + limits.entries() + " entries");
    }

    private void claimFolder(String path) throws IOException {
        String before = taken.putIfAbsent(key(path), path + "/");
        if (before == null) Files.createDirectory(resolved(path));
        else if (!before.equals(path + "/")) throw meets(path + "/", before);
    }

    private static ArchiveException meets(String path, String before) {
        return before.equals(path)
                ? refused(path, "it is there twice")
                : refused(path, "beside " + shown(before) + " it would be the same file on some systems");
    }

    private static String key(String path) {
        return Normalizer.normalize(path, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    }

    private Path resolved(String path) throws ArchiveException {
        Path resolved;
        try {
            resolved = folder.resolve(path);
        } catch (InvalidPathException e) {
            throw new ArchiveException(
                    "entry " + shown(path) + ": this system has no such name (" + e.getReason() + ")", e);
        }
        if (!resolved.normalize().equals(resolved) || !resolved.startsWith(folder))
            throw refused(path, "it leads out of the folder");
        return resolved;
    }

    /** The folders and the file name. A backslash also separates them, as old Windows programs write it. */
    private List<String> parts(String name) throws ArchiveException {
        if (name.length() > limits.nameLength())
            throw refused(name, "its name has more than " + limits.nameLength() + " characters");
        String path = name.replace('\\', '/');
        if (path.startsWith("/") || path.matches("(?s)[A-Za-z]:.*")) throw refused(name, "its path is absolute");
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) throw refused(name, "its path leads upwards");
            if (part.indexOf(0) >= 0) throw refused(name, "its name holds a character 0");
            if (part.getBytes(StandardCharsets.UTF_8).length > MOST_PART_BYTES)
                throw refused(name, "a part of its name has more than " + MOST_PART_BYTES + " bytes");
            if (!part.isEmpty() && !part.equals(".")) parts.add(part);
        }
        if (parts.size() > limits.depth() + 1)
            throw refused(name, "it lies more than " + limits.depth() + " folders deep");
        return parts;
    }

    static ArchiveException refused(String name, String why) {
        return new ArchiveException("entry " + shown(name) + ": " + why);
    }

    /** The name on one line, shortened if it is too long. */
    static String shown(String name) {
        String cut = name.length() <= 120 ? name : name.substring(0, 120) + "...";
        return "'" + cut.replaceAll("\\p{Cntrl}", "?") + "'";
    }
}
