package dev.graft.hub;

import dev.graft.files.CachePlace;
import dev.graft.files.FileFault;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProxySelector;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A folder of downloaded files. Several threads and processes may use it at the same time: one downloads a file, the
 * others wait. A file gets its name only if its digest is right. The digest is computed again at every use, so that
 * later damage is found too; this takes a few tenths of a second for the largest file.
 *
 * <p>A folder that is not writable can be used if the files are already there.
 */
public final class CacheFolder {
    private static final String ABSENT = "does not exist";

    private final Path folder;
    private final Patience patience;
    private final ProxySelector selector; // null: that of Java or the environment

    private CacheFolder(Path folder, Patience patience, ProxySelector selector) {
        this.folder = folder.toAbsolutePath();
        this.patience = patience;
        this.selector = selector;
    }

    /**
     * The folder of the environment variable {@code GRAFT_CACHE}; without it, the standard place of the operating
     * system: {@code $XDG_CACHE_HOME/graft} or {@code ~/.cache/graft}, {@code ~/Library/Caches/graft} on macOS, {@code
     * %LOCALAPPDATA%\graft\cache} on Windows.
     *
     * @throws IOException when none of these is known
     */
    public static CacheFolder standard() throws IOException {
        return in(CachePlace.standard());
    }

    /** This folder; it is made when the first file is downloaded. */
    public static CacheFolder in(Path folder) {
        return new CacheFolder(folder, Patience.STANDARD, null);
    }

    /** The same with other timeouts and retries. */
    public CacheFolder withPatience(Patience other) {
        return new CacheFolder(folder, other, selector);
    }

    /** The same with the proxies of this selector; those of Java and the environment are ignored. */
    public CacheFolder withProxies(ProxySelector other) {
        return new CacheFolder(folder, patience, other);
    }

    /** The folder, as an absolute path; it may not exist yet. */
    public Path folder() {
        return folder;
    }

    /** The path of a file, which may not exist yet. */
    public Path path(RemoteFile file) {
        return folder.resolve(file.name());
    }

    /** The file, if it is in the folder and its digest is right. Uses no network and writes nothing. */
    public Optional<Path> find(RemoteFile file) throws IOException {
        return fault(file).isEmpty() ? Optional.of(path(file)) : Optional.empty();
    }

    /** The file; it is downloaded if it is not in the folder yet. */
    public Path fetch(RemoteFile file) throws IOException {
        return fetch(file, (done, total, resumedFrom) -> {});
    }

    /**
     * The file; it is downloaded if it is not in the folder yet.
     *
     * @throws DownloadException when it cannot be downloaded; the message says how to do it by hand
     * @throws InterruptedIOException when the thread is interrupted; its interrupt flag stays set, and the bytes
     *     received are kept
     */
    public Path fetch(RemoteFile file, DownloadListener listener) throws IOException {
        String fault = "";
        try {
            fault = fault(file);
            if (!fault.isEmpty()) {
                fetchInTurn(file, listener);
            }
            return path(file);
        } catch (ClosedByInterruptException | InterruptedIOException e) {
            InterruptedIOException told = new InterruptedIOException("download: interrupted" + kept(file));
            told.initCause(e);
            throw told;
        } catch (IOException e) {
            throw new DownloadException(file, path(file), fault.equals(ABSENT) ? "" : fault, e);
        }
    }

    private String kept(RemoteFile file) {
        boolean kept = PartFile.all(folder, file.name()).keySet().stream().anyMatch(PartFile::isForTheNext);
        return kept ? "; the received part of " + file.name() + " is kept" : "";
    }

    private Path lockFile(RemoteFile file) {
        return folder.resolve("." + file.name() + ".lock");
    }

    private void fetchInTurn(RemoteFile file, DownloadListener listener) throws IOException {
        makeFolder();
        Standstill standstill = new Standstill( // an active download always receives something in that time
                () -> PartFile.all(folder, file.name()), patience.inVain().multipliedBy(2));
        try (CacheLock lock = CacheLock.acquire(lockFile(file), standstill, () -> listener.waiting(file))) {
            String fault = fault(file);
            if (fault.isEmpty()) { // another process has downloaded it
                return;
            }
            try (PartFile part = part(file, lock)) {
                if (!fault.equals(ABSENT)) { // only now, when the folder is known to be writable
                    System.getLogger("dev.graft")
                            .log(
                                    System.Logger.Level.WARNING,
                                    "cache: " + path(file) + " " + fault + "; it is downloaded again");
                }
                listener.starting(file);
                Proxies proxies = selector == null ? Proxies.standard() : Proxies.of(selector);
                new Download(file, patience, proxies, listener).into(part);
                part.place(path(file));
            }
        }
    }

    /** What is wrong with the file in the folder; empty if it is right. */
    private String fault(RemoteFile file) throws IOException {
        Path path = path(file);
        if (Files.isDirectory(path)) {
            throw new IOException(path + " is a folder");
        }
        if (!Files.exists(path)) {
            return ABSENT;
        }
        if (!file.size().allows(Files.size(path))) {
            return "has " + Files.size(path) + " bytes, not " + file.size();
        }
        Sha256 seen = Sha256.of(path);
        return file.digest().agreesWith(seen) ? "" : "has " + seen + ", not " + file.digest();
    }

    private void makeFolder() throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new IOException(
                    "the cache folder " + folder + " is a file, not a folder; set GRAFT_CACHE to another one");
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private PartFile part(RemoteFile file, CacheLock lock) throws IOException {
        try {
            return lock.exclusive()
                    ? PartFile.adopt(folder, file.name(), lockFile(file))
                    : PartFile.alone(folder, file.name());
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private IOException unwritable(IOException e) {
        return new IOException(
                "the cache folder " + folder + " is not writable ("
                        + (e instanceof NoSuchFileException ? "no file can be made there" : FileFault.words(e))
                        + "); set GRAFT_CACHE to another one",
                e);
    }
}
