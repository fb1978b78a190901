package dev.graft.features;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a {@link FeatureStore} holds: listed and removed. Runs that use the store at the same time compute again what
 * they no longer find.
 */
public final class StoredFeatures {
    private final Path folder;

    /** The content of this store. */
    public StoredFeatures(FeatureStore store) {
        folder = store.folder();
    }

    /**
     * The features of one combination of frozen layers, preprocessing and view.
     *
     * @param files their number
     * @param bytes the size of all files
     * @param used when a run last read or wrote one of them
     */
    public record Group(Path folder, int files, long bytes, Instant used) {}

    /** The groups, those used last first; empty if the store does not exist. */
    public List<Group> list() throws IOException {
        List<Group> groups = new ArrayList<>();
        for (Path trunk : entries(folder))
            if (Files.isDirectory(trunk, LinkOption.NOFOLLOW_LINKS)) groups.add(group(trunk));
        groups.sort(Comparator.comparing(Group::used).reversed().thenComparing(Group::folder));
        return groups;
    }

    private static Group group(Path trunk) throws IOException {
        int files = 0;
        long bytes = 0;
        FileTime used = FileTime.fromMillis(0);
        for (Path file : entries(trunk)) {
            try {
                FileTime time = Files.getLastModifiedTime(file);
                bytes += Files.size(file);
                files++;
                if (time.compareTo(used) > 0) used = time;
            } catch (NoSuchFileException e) { // another process has tidied up meanwhile
                continue;
            }
        }
        return new Group(trunk, files, bytes, used.toInstant());
    }

    /** Removes the features of a group, and its folder unless something else is in it. Links are not followed. */
    public void remove(Group group) throws IOException {
        if (!Files.isDirectory(group.folder(), LinkOption.NOFOLLOW_LINKS)) return;
        for (Path file : entries(group.folder())) {
            String name = file.getFileName().toString();
            if (name.endsWith(FeatureStore.ENDING) || name.endsWith(".part")) Files.deleteIfExists(file);
        }
        try {
            Files.deleteIfExists(group.folder());
        } catch (DirectoryNotEmptyException e) {
            System.getLogger("dev.graft").log(System.Logger.Level.DEBUG, group.folder() + " holds other files", e);
        }
    }

    private static List<Path> entries(Path folder) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            all.forEach(entries::add);
        } catch (NoSuchFileException e) { // nothing was written, or another process has removed it
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return entries;
    }
}
