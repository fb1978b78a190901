package dev.graft.hub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Of all threads and processes, one at a time fetches a file. The operating system takes the lock from a process that
 * dies. Nothing rests on it but economy: where a file system has no locks, everybody fetches for himself.
 */
final class CacheLock implements AutoCloseable {
    private static final long POLL_MILLIS = 50;

    // The system's lock is the process's: closing any channel on the file would release it. So threads take turns here
    // first.
    private static final Set<Path> TAKEN = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final boolean taken;
    private FileChannel channel;
    private boolean exclusive;

    private CacheLock(Path file, boolean taken) {
        this.file = file;
        this.taken = taken;
    }

    /**
     * Waits for its turn; without a lock afterwards where there is none to be had, or where its holder does nothing.
     *
     * @param file stays behind, empty: removing a lock's file is a race
     * @param standstill ends the wait
     * @param onWait run once if there is anything to wait for
     */
    static CacheLock acquire(Path file, Standstill standstill, Runnable onWait) throws IOException {
        Runnable[] once = {onWait};
        Path key = file.toAbsolutePath().normalize();
        while (!TAKEN.add(key)) {
            if (isOver(standstill, key)) {
                return new CacheLock(key, false);
            }
            pause(once);
        }
        CacheLock lock = new CacheLock(key, true);
        try {
            lock.lockFile(standstill, once);
            return lock;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private void lockFile(Standstill standstill, Runnable[] once) throws InterruptedIOException {
        try {
            channel = open(file);
            while (!tryLock()) {
                if (isOver(standstill, file)) {
                    return;
                }
                pause(once);
            }
            exclusive = true;
        } catch (InterruptedIOException e) {
            throw e;
        } catch (
                IOException e) { // another user's lock file, a file system without locks, a folder that is not writable
            System.getLogger("dev.graft").log(System.Logger.Level.DEBUG, "download: no lock on " + file, e);
        }
    }

    /** Follows no link, and waits for nobody: a named pipe opened for both ways has no other end to wait for. */
    private static FileChannel open(Path file) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(file + " is not a file");
        }
        return FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isOver(Standstill standstill, Path file) {
        if (!standstill.isReached()) {
            return false;
        }
        System.getLogger("dev.graft")
                .log(
                        System.Logger.Level.WARNING,
                        "download: whoever holds " + file + " brings nothing; it is waited for no longer");
        return true;
    }

    private boolean tryLock() throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) { // held by a second copy of this class, from another class loader
            return false;
        }
    }

    private static void pause(Runnable[] once) throws InterruptedIOException {
        if (once[0] != null) {
            once[0].run();
            once[0] = null;
        }
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("download: interrupted while another fetched the same file");
        }
    }

    /** Whether nobody else can be at this file now; what lies there was left by the dead. */
    boolean exclusive() {
        return exclusive;
    }

    @Override
    public void close() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            System.getLogger("dev.graft").log(System.Logger.Level.DEBUG, "download: cannot close " + file, e);
        } finally {
            if (taken) {
                TAKEN.remove(file);
            }
        }
    }
}
