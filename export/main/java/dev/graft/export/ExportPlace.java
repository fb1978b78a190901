package dev.graft.export;

import dev.graft.files.AtomicFile;
import dev.graft.files.FileFault;
import dev.graft.files.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where an export goes: a temporary place beside the target until it is finished. Closing it removes what was not
 * finished.
 */
final class ExportPlace implements AutoCloseable {
    private final Path target;
    private final TemporaryFolder folder;

    private ExportPlace(Path target, TemporaryFolder folder) {
        this.target = target;
        this.folder = folder;
    }

    /**
     * Checks the target and makes the temporary place.
     *
     * @param files the names of the files if the target is a folder, else empty
     * @throws IOException when the target must stay, is of another kind, or its folder is not writable
     */
    static ExportPlace open(Path target, List<String> files, Existing existing) throws IOException {
        requireFree(target, files, existing);
        Path whole = target.toAbsolutePath().normalize();
        try {
            Files.createDirectories(whole.getParent());
            return new ExportPlace(whole, TemporaryFolder.createIn(whole.getParent()));
        } catch (IOException e) {
            throw notWritten(target, e);
        }
    }

    /**
     * Checks that an export may go there. Changes nothing.
     *
     * @throws IOException when it may not
     */
    static void requireFree(Path target, List<String> files, Existing existing) throws IOException {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) return;
        if (existing == Existing.REFUSE)
            throw new IOException(target + " is there already; give another place, or replace it"
                    + " (Existing.REPLACE, or --overwrite)");
        boolean folder = Files.isDirectory(target);
        if (folder == files.isEmpty())
            throw new IOException(target + (folder ? " is a folder; give a file" : " is a file; give a folder"));
        if (folder) requireOnly(target, files);
    }

    /** A folder is replaced only if an export is all that is in it. */
    private static void requireOnly(Path folder, List<String> files) throws IOException {
        try (Stream<Path> there = Files.list(folder)) {
            List<String> others = there.map(f -> f.getFileName().toString())
                    .filter(name -> !files.contains(name))
                    .sorted()
                    .toList();
            if (!others.isEmpty())
                throw new IOException(folder + " holds more than an export (" + others.get(0)
                        + "), so it is not replaced; give another folder");
        }
    }

    /** Where the export is written at first. */
    Path staged() {
        return folder.path().resolve(target.getFileName());
    }

    /** Gives the export its name and returns its size in bytes. */
    long finish() throws IOException {
        Path replaced = folder.path().resolve("replaced");
        try {
            long bytes = bytes(staged());
            if (Files.isDirectory(target)) // rename replaces no folder that is not empty
            Files.move(target, replaced, StandardCopyOption.ATOMIC_MOVE);
            AtomicFile.place(staged(), target);
            return bytes;
        } catch (IOException e) {
            if (Files.exists(replaced) && !Files.exists(target)) Files.move(replaced, target);
            throw notWritten(target, e);
        }
    }

    /** The error for an export that could not be written. */
    static IOException notWritten(Path target, IOException e) {
        IOException cause = e.getCause() instanceof IOException c ? c : e;
        return new IOException(
                target + " could not be written (" + FileFault.words(cause)
                        + "); what was there is unchanged; check that the folder is writable and the disk has room",
                e);
    }

    private static long bytes(Path written) throws IOException {
        try (Stream<Path> files = Files.walk(written)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(f -> f.toFile().length())
                    .sum();
        }
    }

    @Override
    public void close() {
        folder.close();
    }
}
