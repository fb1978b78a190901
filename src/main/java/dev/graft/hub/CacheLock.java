package dev.graft.hub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
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
    private FileChannel channel;
    private boolean exclusive;

    private CacheLock(Path file) {
        this.file = file;
    }

    /**
     * Waits for its turn.
     *
     * @param file stays behind, empty: removing a lock's file is a race
     * @param onWait run once if there is anything to wait for
     */
    static CacheLock acquire(Path file, Runnable onWait) throws IOException {
        Runnable[] once = {onWait};
        Path key = file.toAbsolutePath().normalize();
        while (!TAKEN.add(key)) {
            pause(once);
        }
        CacheLock lock = new CacheLock(key);
        try {
            lock.lockFile(once);
            return lock;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private void lockFile(Runnable[] once) throws InterruptedIOException {
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            while (!tryLock()) {
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
            TAKEN.remove(file);
        }
    }
}
