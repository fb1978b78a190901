package dev.graft.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A folder for this user alone, in {@code java.io.tmpdir} or another one, that goes with all that is in it when it is
 * closed, or at the latest when the JVM exits. What a killed process left is removed by the next that makes one, once it
 * is an hour old. Any thread.
 */
public final class TemporaryFolder implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.graft");
    private static final String PREFIX = "graft-folder-";
    private static final String LOCK = "lock";
    private static final String CONTENT = "content";
    private static final Duration LEFT_BEHIND = Duration.ofHours(1);
    private static final Set<Path> OPEN = new HashSet<>();
    private static boolean watched;

    private final Path whole;
    private final FileChannel lock; // held as long as the process lives

    private TemporaryFolder(Path whole, FileChannel lock) {
        this.whole = whole;
        this.lock = lock;
    }

    /**
     * Makes one.
     *
     * @throws IOException naming the place
     * @throws IllegalStateException when the JVM is exiting
     */
    public static TemporaryFolder create() throws IOException {
        return createIn(Path.of(System.getProperty("java.io.tmpdir")));
    }

    /**
     * Makes one in another folder, whose file system it then shares.
     *
     * @throws IOException naming the place
     * @throws IllegalStateException when the JVM is exiting
     */
    public static TemporaryFolder createIn(Path folder) throws IOException {
        Path parent = folder.toAbsolutePath();
        Path whole = null;
        FileChannel lock = null;
        boolean made = false;
        try {
            whole = Files.createTempDirectory(parent, PREFIX);
            open(whole);
            lock = FileChannel.open(whole.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            lock.lock();
            Files.createDirectory(whole.resolve(CONTENT));
            removeLeftBehind(parent, whole);
            made = true;
            return new TemporaryFolder(whole, lock);
        } catch (IOException e) {
            String why = Files.isDirectory(parent) ? FileFault.words(e) : "there is none";
            throw new IOException("cannot make a folder in " + parent + " (" + why + ")", e);
        } finally {
            if (!made && lock != null) lock.close();
            if (!made && whole != null) remove(whole);
        }
    }

    /** The folder, absolute; empty at first. */
    public Path path() {
        return whole.resolve(CONTENT);
    }

    /** Removes it. What cannot be removed is told in the log. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot close the lock of " + whole, e);
        }
        remove(whole);
    }

    private static void open(Path folder) {
        synchronized (OPEN) {
            if (!watched) AtExit.tidying(TemporaryFolder::removeOpen);
            watched = true;
            OPEN.add(folder);
        }
    }

    private static void removeOpen() {
        List<Path> open;
        synchronized (OPEN) {
            open = List.copyOf(OPEN);
        }
        open.forEach(TemporaryFolder::remove);
    }

    private static void remove(Path folder) {
        try {
            if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) Files.walkFileTree(folder, new Removal());
            synchronized (OPEN) {
                OPEN.remove(folder);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot remove " + folder + " (" + FileFault.words(e) + ")");
        }
    }

    /** Follows no links. */
    private static final class Removal extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
            if (e != null) throw e;
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
        }
    }

    private static void removeLeftBehind(Path parent, Path own) {
        Instant old = Instant.now().minus(LEFT_BEHIND);
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path folder : folders) if (isLeftBehind(folder, own, old)) remove(folder);
        } catch (IOException | DirectoryIteratorException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot look for old folders in " + parent, e);
        }
    }

    /** Its name is one that this class gives, and nothing is in it but what this class makes: it is not a folder of somebody. */
    private static boolean isOurs(Path folder) throws IOException {
        if (!folder.getFileName().toString().matches(PREFIX + "\\d+")) return false;
        boolean locked = Files.exists(folder.resolve(LOCK), LinkOption.NOFOLLOW_LINKS);
        try (DirectoryStream<Path> inside = Files.newDirectoryStream(folder)) {
            for (Path entry : inside) {
                String name = entry.getFileName().toString();
                if (!locked || !name.equals(LOCK) && !name.equals(CONTENT)) return false;
            }
            return true;
        }
    }

    /** The user's own, an hour old, and no living process holds its lock. */
    private static boolean isLeftBehind(Path folder, Path own, Instant old) {
        synchronized (OPEN) { // also since closing a file that was locked by this process would let go of its lock
            if (OPEN.contains(folder)) return false;
        }
        try {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    || !Files.getOwner(folder).equals(Files.getOwner(own))
                    || Files.getLastModifiedTime(folder).toInstant().isAfter(old)) return false;
            if (!isOurs(folder)) return false;
            Path lock = folder.resolve(LOCK);
            if (!Files.exists(lock)) return true; // empty: the process ended before it made one
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
                return channel.tryLock() != null;
            }
        } catch (IOException | UnsupportedOperationException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot tell whether " + folder + " is in use", e);
            return false;
        }
    }
}
