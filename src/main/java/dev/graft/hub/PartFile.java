package dev.graft.hub;

import dev.graft.files.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/**
 * The received part of a file, in the same folder under a unique name. The next download continues the part of a failed
 * or killed one. Nothing of it is trusted until the digest of the complete file is right.
 */
final class PartFile implements AutoCloseable {
    private static final String ENDING = ".part";
    private static final String ENDING_ALONE = ".own";
    private static final int UUID_LENGTH = 36;

    private final Path path;
    private final FileChannel out;
    private boolean pieced;
    private boolean placed;
    private boolean unwritable;

    private PartFile(Path path, FileChannel out) throws IOException {
        this.path = path;
        this.out = out;
        this.pieced = out.size() > 0;
        out.position(out.size());
    }

    /**
     * Continues the longest part of {@code name} in the folder and removes the others. Only the holder of the lock may
     * call it. If the lock's file belongs to another user, who could replace it, this is {@link #alone}. Parts of other
     * users are not used: their owners could still write to them.
     */
    static PartFile adopt(Path folder, String name, Path lock) throws IOException {
        List<Path> leftovers = leftovers(folder, name);
        PartFile fresh = create(folder, name, ENDING);
        if (!isOurs(lock, fresh.path)) {
            fresh.close();
            return alone(folder, name);
        }
        PartFile adopted = null;
        for (Path left : leftovers) {
            if (!isOurs(left, fresh.path)) {
                log("download: " + left + " may be writable for others and stays", null);
            } else if (adopted == null) {
                adopted = tryToAdopt(left, newName(folder, name, ENDING), fresh.path);
            } else {
                remove(left);
            }
        }
        if (adopted == null) {
            return fresh;
        }
        fresh.close();
        return adopted;
    }

    /**
     * An empty part for a download without a lock: no other download continues it, and it is removed if the download
     * fails.
     */
    static PartFile alone(Path folder, String name) throws IOException {
        return create(folder, name, ENDING_ALONE);
    }

    private static PartFile create(Path folder, String name, String ending) throws IOException {
        Path path = newName(folder, name, ending);
        return new PartFile(path, FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW));
    }

    /** Names and lengths of all parts in the folder. Parts that cannot be read are left out. */
    static Map<String, Long> all(Path folder, String name) {
        Map<String, Long> lengths = new HashMap<>();
        try (DirectoryStream<Path> all =
                Files.newDirectoryStream(folder, f -> isNamed(f, name, ENDING) || isNamed(f, name, ENDING_ALONE))) {
            for (Path f : all) {
                lengths.put(f.getFileName().toString(), f.toFile().length());
            }
        } catch (IOException | DirectoryIteratorException e) {
            log("download: cannot list " + folder, e);
        }
        return lengths;
    }

    private static Path newName(Path folder, String name, String ending) {
        return folder.resolve("." + name + "." + UUID.randomUUID() + ending);
    }

    /** Whether a file of the cache folder is the received part of another one. */
    static boolean isPart(String name) {
        return name.startsWith(".") && (name.endsWith(ENDING) || name.endsWith(ENDING_ALONE));
    }

    private static boolean isNamed(Path file, String name, String ending) {
        String n = file.getFileName().toString();
        String start = "." + name + ".";
        return n.startsWith(start)
                && n.endsWith(ending)
                && n.length() == start.length() + UUID_LENGTH + ending.length();
    }

    /**
     * Whether it is a regular file of the same user as {@code fresh}, without other hard links, as far as the file
     * system reports.
     */
    private static boolean isOurs(Path left, Path fresh) {
        try {
            return Files.isRegularFile(left, LinkOption.NOFOLLOW_LINKS)
                    && owner(left).equals(owner(fresh))
                    && names(left) == 1;
        } catch (IOException e) { // perhaps removed
            log("download: cannot examine " + left, e);
            return false;
        }
    }

    /** The owner; empty if the file system has no owners. */
    private static Optional<UserPrincipal> owner(Path file) throws IOException {
        FileOwnerAttributeView view =
                Files.getFileAttributeView(file, FileOwnerAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        return view == null ? Optional.empty() : Optional.of(view.getOwner());
    }

    private static int names(Path file) throws IOException {
        return file.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? (Integer) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS)
                : 1;
    }

    private static PartFile tryToAdopt(Path left, Path path, Path fresh) {
        try {
            Files.move(left, path);
            FileChannel out = FileChannel.open(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            if (isOurs(path, fresh)) { // check again: the file may have been replaced
                return new PartFile(path, out);
            }
            out.close();
            return null;
        } catch (IOException e) {
            log("download: cannot continue " + left, e);
            return null;
        }
    }

    /** The parts of earlier downloads, longest first. */
    private static List<Path> leftovers(Path folder, String name) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(
                folder, f -> isNamed(f, name, ENDING) && Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS))) {
            return StreamSupport.stream(all.spliterator(), false)
                    .sorted(Comparator.comparingLong((Path f) -> f.toFile().length())
                            .reversed()
                            .thenComparing(Comparator.naturalOrder()))
                    .toList();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static void remove(Path left) {
        try {
            Files.deleteIfExists(left);
        } catch (IOException e) {
            log("download: " + left + " stays", e);
        }
    }

    private static void log(String text, Exception e) {
        System.getLogger("dev.graft").log(System.Logger.Level.DEBUG, text, e);
    }

    Path path() {
        return path;
    }

    /** Whether the part is kept if the download fails. */
    boolean isForTheNext() {
        return isForTheNext(path.toString());
    }

    static boolean isForTheNext(String name) {
        return name.endsWith(ENDING);
    }

    long length() throws IOException {
        return out.position();
    }

    /** Whether its bytes are from more than one answer. */
    boolean isPieced() {
        return pieced;
    }

    /** Notes that bytes of another answer follow. */
    void resumed() {
        pieced = true;
    }

    void append(ByteBuffer bytes) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            unwritable = true;
            throw new IOException("the file cannot be written: " + e.getMessage() + "; it is not kept", e);
        }
    }

    /** Removes all bytes. */
    void clear() throws IOException {
        out.truncate(0);
        pieced = false;
    }

    /** Renames it to {@code target}, which is then complete or, after a failure, unchanged. */
    void place(Path target) throws IOException {
        out.force(true);
        out.close();
        AtomicFile.place(path, target);
        placed = true;
    }

    /**
     * Keeps the part for the next download, unless it is empty, the disk refused it, or no download would continue it.
     */
    @Override
    public void close() {
        try {
            out.close();
            if (!placed && (unwritable || !isForTheNext() || Files.size(path) == 0)) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            log("download: " + path + " stays", e);
        }
    }
}
