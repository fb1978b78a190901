package dev.graft.hub;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The downloaded files of a {@link CacheFolder}: listed, checked and removed. Uses no network. Other processes may use
 * the folder at the same time: a file that is being read stays readable for its reader, except on Windows, where it
 * cannot be removed.
 */
public final class CachedFiles {
    private final Path folder;

    /** The files of this folder. */
    public CachedFiles(CacheFolder cache) {
        folder = cache.folder();
    }

    /**
     * A file of the folder.
     *
     * @param bytes its size
     * @param known the weights that this name stands for; empty for a file that was downloaded by its address, and for
     *     the received part of a file
     * @param part whether it is the received part of a file, which the next download continues
     */
    public record Entry(Path file, long bytes, Optional<KnownWeights> known, boolean part) {
        /** The name in the folder. */
        public String name() {
            return file.getFileName().toString();
        }
    }

    /** What the digest of a file says. */
    public enum Verdict {
        /** The digest is the published one. */
        RIGHT,
        /** The digest or the size is another one: the file is damaged or was changed. */
        WRONG,
        /** No digest is known for this name. */
        UNKNOWN
    }

    /** The files, sorted by name; empty if the folder does not exist. Locks and folders are left out. */
    public List<Entry> list() throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, Files::isRegularFile)) {
            for (Path file : all) entry(file).ifPresent(entries::add);
        } catch (NoSuchFileException e) { // nothing was downloaded yet
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        entries.sort((a, b) -> a.name().compareTo(b.name()));
        return entries;
    }

    private static Optional<Entry> entry(Path file) throws IOException {
        String name = file.getFileName().toString();
        boolean part = PartFile.isPart(name);
        if (name.startsWith(".") && !part) return Optional.empty();
        Optional<KnownWeights> known = Arrays.stream(KnownWeights.values())
                .filter(w -> w.file().name().equals(name))
                .findFirst();
        try {
            return Optional.of(new Entry(file, Files.size(file), known, part));
        } catch (NoSuchFileException e) { // another process has removed it meanwhile
            return Optional.empty();
        }
    }

    /** Reads a file and compares its digest and size with the published ones. */
    public Verdict verify(Entry entry) throws IOException {
        if (entry.known().isEmpty()) return Verdict.UNKNOWN;
        RemoteFile published = entry.known().get().file();
        if (!published.size().allows(Files.size(entry.file()))) return Verdict.WRONG;
        return published.digest().agreesWith(Sha256.of(entry.file())) ? Verdict.RIGHT : Verdict.WRONG;
    }

    /**
     * The file of a name: that of the file, or that of known weights.
     *
     * @throws IllegalArgumentException when there is none; the message lists the names
     */
    public Entry named(String name) throws IOException {
        List<Entry> all = list();
        Optional<Entry> meant = all.stream().filter(e -> isMeant(e, name)).findFirst();
        if (meant.isPresent()) return meant.get();
        throw new IllegalArgumentException("cache: " + folder + " holds nothing named '" + name + "'; it holds "
                + (all.isEmpty() ? "no file" : all.stream().map(Entry::name).toList()));
    }

    private static boolean isMeant(Entry entry, String name) {
        return entry.name().equals(name)
                || entry.known().isPresent() && entry.known().get().name().equalsIgnoreCase(name.replace('-', '_'));
    }

    /** Removes a file; does nothing if it is gone. */
    public void remove(Entry entry) throws IOException {
        Files.deleteIfExists(entry.file());
    }
}
