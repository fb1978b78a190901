package dev.graft.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

/**
 * The pictures in a folder and its sub-folders, one after the other, sorted by name at each level; a sub-folder stands
 * among the files. What is a picture is decided as in {@link ImageFolder}; files that look like a picture but cannot be
 * read are listed too. Its memory does not depend on the number of files. Used by one thread.
 *
 * <p>{@link #hasNext} throws {@link UncheckedIOException} for a folder that cannot be read.
 */
public final class PictureWalk implements Iterator<Path> {
    private static final int MOST_ENTRIES = 1 << 14;

    /**
     * A folder on the way.
     *
     * @param whole whether all pictures in it are wanted, and not only what the pattern names
     */
    private record Level(Path real, SortedEntries entries, boolean whole) {}

    private final Optional<Glob> glob;
    private final Set<Path> without = new HashSet<>();
    private final Deque<Level> levels = new ArrayDeque<>();
    private final Map<Finding.Kind, Integer> skipped = new EnumMap<>(Finding.Kind.class);
    private final FolderScan scan = new FolderScan();
    private final int mostEntries;
    private Path next;

    PictureWalk(Path folder, Optional<Glob> glob, int mostEntries) throws IOException {
        this.glob = glob;
        this.mostEntries = mostEntries;
        enter(folder, glob.isEmpty());
    }

    /**
     * All pictures below a folder.
     *
     * @throws IOException when there is no such folder
     */
    public static PictureWalk of(Path folder) throws IOException {
        return new PictureWalk(folder, Optional.empty(), MOST_ENTRIES);
    }

    /**
     * The files that a pattern such as {@code photos/*.jpg} or {@code photos/**}{@code /*.jpg} names, whatever they are,
     * and the pictures below the folders that it names. Hidden files are left out.
     *
     * @throws IOException when the folder before the first special character does not exist
     * @throws IllegalArgumentException for a pattern that is wrong
     */
    public static PictureWalk matching(String pattern) throws IOException {
        Glob glob = Glob.of(pattern);
        return new PictureWalk(glob.base(), Optional.of(glob), MOST_ENTRIES);
    }

    /** Whether a text is a pattern: it has an asterisk, a question mark, or an opening bracket or brace. */
    public static boolean isPattern(String text) {
        return Glob.isMeantBy(text);
    }

    /** Leaves out a folder, if the walk comes to it. */
    public PictureWalk without(Path folder) throws IOException {
        if (Files.isDirectory(folder)) without.add(folder.toRealPath());
        return this;
    }

    /** The number of files and folders that were left out so far, by reason. */
    public Map<Finding.Kind, Integer> skipped() {
        return Collections.unmodifiableMap(skipped);
    }

    @Override
    public boolean hasNext() {
        try {
            while (next == null && !levels.isEmpty()) {
                Path entry = levels.peek().entries().next();
                if (entry == null) levels.pop();
                else look(entry, levels.peek().whole());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return next != null;
    }

    @Override
    public Path next() {
        if (!hasNext()) throw new NoSuchElementException("pictures: there are no more");
        Path found = next;
        next = null;
        return found;
    }

    private void look(Path entry, boolean whole) throws IOException {
        if (scan.notedAsHidden(entry)) {
            if (whole) count();
            else scan.findings().clear();
            return;
        }
        boolean named = !whole && glob.orElseThrow().matches(entry);
        if (Files.isDirectory(entry)) {
            if (whole || named) enter(entry, true);
            else if (glob.orElseThrow().leadsInto(entry)) enter(entry, false);
        } else if (named) {
            next = entry;
        } else if (whole) {
            take(entry);
        }
    }

    private void enter(Path folder, boolean whole) throws IOException {
        Path real;
        try {
            real = folder.toRealPath();
        } catch (IOException e) {
            throw FolderScan.unreadable(folder, e);
        }
        if (without.contains(real)) return;
        if (levels.stream().anyMatch(l -> l.real().equals(real))) {
            skipped.merge(Finding.Kind.SYMLINK_LOOP, 1, Integer::sum);
            return;
        }
        levels.push(new Level(real, new SortedEntries(folder, mostEntries), whole));
    }

    /** Takes a picture, and what a reader should refuse with a reason; counts the rest. */
    private void take(Path file) {
        List<FolderScan.Picture> pictures = new ArrayList<>(1);
        scan.addIfPicture(file, pictures);
        boolean refused = scan.findings().stream()
                .anyMatch(f -> f.kind() == Finding.Kind.UNREADABLE || f.kind() == Finding.Kind.UNREAD_FORMAT);
        if (pictures.isEmpty() && !refused) count();
        else next = file;
        scan.findings().clear();
    }

    private void count() {
        scan.findings().forEach(f -> skipped.merge(f.kind(), 1, Integer::sum));
        scan.findings().clear();
    }
}
