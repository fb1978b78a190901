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
 * A lock so that only one thread of all processes downloads a file. The operating system releases the lock of a process
 * that dies. It only saves work: on a file system without locks, each process downloads the file itself.
 */
final class CacheLock implements AutoCloseable {
    private static final long POLL_MILLIS = 50;

    // The system's lock belongs to the process: closing any channel on the file would release it. So threads are
    // synchronised here first.
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
     * Waits for the lock. The result holds no lock if the file system has none, or if the lock's holder makes no
     * progress.
     *
     * @param file the lock file; it stays, empty, because removing it would be a race
     * @param standstill ends the wait
     * @param onWait run once if it has to wait
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
        } catch (IOException e) { // lock file of another user, no locks, or a folder that is not writable
            System.getLogger("dev.graft").log(System.Logger.Level.DEBUG, "download: no lock on " + file, e);
        }
    }

    /** Opens the lock file. It follows no link and never blocks, even if the file is a named pipe. */
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
                        "download: the holder of " + file + " makes no progress; not waiting any longer");
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
            throw new InterruptedIOException("download: interrupted while another one downloaded the same file");
        }
    }

    /** Whether no other process can be downloading this file; parts in the folder are then leftovers. */
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
