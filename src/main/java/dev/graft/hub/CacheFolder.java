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
 * A folder of fetched files. Any number of threads and processes may use it at once: one fetches, the others wait for its
 * file. Only the file that the digest names ever appears under its name, and its digest is computed anew at every use,
 * so that a file damaged later is found as well; that reads it once, some tenths of a second for the largest.
 *
 * <p>A folder that cannot be written is used as it is, as long as the files are there.
 */
public final class CacheFolder {
    private static final String ABSENT = "is not there";

    private final Path folder;
    private final Patience patience;
    private final ProxySelector selector; // null: Java's or the environment's

    private CacheFolder(Path folder, Patience patience, ProxySelector selector) {
        this.folder = folder.toAbsolutePath();
        this.patience = patience;
        this.selector = selector;
    }

    /**
     * The folder that the environment variable {@code GRAFT_CACHE} names; without it the place that the operating system
     * has for such files: {@code $XDG_CACHE_HOME/graft} or {@code ~/.cache/graft}, {@code ~/Library/Caches/graft} on
     * macOS, {@code %LOCALAPPDATA%\graft\cache} on Windows.
     *
     * @throws IOException when none of these is known
     */
    public static CacheFolder standard() throws IOException {
        return in(CachePlace.standard());
    }

    /** That folder, made when the first file comes. */
    public static CacheFolder in(Path folder) {
        return new CacheFolder(folder, Patience.STANDARD, null);
    }

    /** The same with another patience. */
    public CacheFolder withPatience(Patience other) {
        return new CacheFolder(folder, other, selector);
    }

    /** The same through the proxies of this selector, whatever Java and the environment say. */
    public CacheFolder withProxies(ProxySelector other) {
        return new CacheFolder(folder, patience, other);
    }

    /** The folder, absolute; it need not be there yet. */
    public Path folder() {
        return folder;
    }

    /** Where a file lies or will lie. */
    public Path path(RemoteFile file) {
        return folder.resolve(file.name());
    }

    /** The file, if it is here and right; no network, nothing written. */
    public Optional<Path> find(RemoteFile file) throws IOException {
        return fault(file).isEmpty() ? Optional.of(path(file)) : Optional.empty();
    }

    /** The file, fetched if it is not here yet. */
    public Path fetch(RemoteFile file) throws IOException {
        return fetch(file, (done, total, resumedFrom) -> {});
    }

    /**
     * The file, fetched if it is not here yet.
     *
     * @throws DownloadException when it cannot be fetched; the message says how to bring it by hand
     * @throws InterruptedIOException when the thread is interrupted, which it then still is; what has come is kept
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
        return kept ? "; what came of " + file.name() + " is kept" : "";
    }

    private Path lockFile(RemoteFile file) {
        return folder.resolve("." + file.name() + ".lock");
    }

    private void fetchInTurn(RemoteFile file, DownloadListener listener) throws IOException {
        makeFolder();
        Standstill standstill = new Standstill( // no download that is alive brings nothing for that long
                () -> PartFile.all(folder, file.name()), patience.inVain().multipliedBy(2));
        try (CacheLock lock = CacheLock.acquire(lockFile(file), standstill, () -> listener.waiting(file))) {
            String fault = fault(file);
            if (fault.isEmpty()) { // somebody else has fetched it meanwhile
                return;
            }
            try (PartFile part = part(file, lock)) {
                if (!fault.equals(ABSENT)) { // only now: the folder can be written
                    System.getLogger("dev.graft")
                            .log(
                                    System.Logger.Level.WARNING,
                                    "cache: " + path(file) + " " + fault + "; it is fetched anew");
                }
                listener.starting(file);
                Proxies proxies = selector == null ? Proxies.standard() : Proxies.of(selector);
                new Download(file, patience, proxies, listener).into(part);
                part.place(path(file));
            }
        }
    }

    /** What is wrong with the file that lies here; empty when it is the right one. */
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
            throw new IOException("the cache folder " + folder + " is a file, not a folder; GRAFT_CACHE names another");
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
                "the cache folder " + folder + " cannot be written ("
                        + (e instanceof NoSuchFileException ? "no file can be made there" : FileFault.words(e))
                        + "); GRAFT_CACHE names another",
                e);
    }
}
