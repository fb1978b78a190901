package dev.graft.data;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;

/**
 * The entries of a folder, sorted by name, with memory for a fixed number of them: a folder with more is read again for
 * each part. Reading a name takes a thousandth of the time that a picture takes.
 */
final class SortedEntries {
    private static final Comparator<Path> BY_NAME = Comparator.comparing(
                    (Path p) -> p.getFileName().toString(), Names.BY_CODE_POINT)
            .thenComparing(Comparator.naturalOrder());

    private final Path folder;
    private final int most;
    private final Deque<Path> part = new ArrayDeque<>();
    private Path last; // of the parts so far
    private boolean more = true;

    /**
     * Makes the list; reads nothing yet.
     *
     * @param most entries in memory, at least 1
     */
    SortedEntries(Path folder, int most) {
        this.folder = folder;
        this.most = most;
    }

    /** The next entry, or null after the last. */
    Path next() throws IOException {
        if (part.isEmpty() && more) readPart();
        return part.poll();
    }

    /** Takes the smallest names after the last one. */
    private void readPart() throws IOException {
        PriorityQueue<Path> smallest = new PriorityQueue<>(BY_NAME.reversed());
        more = false;
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            for (Path entry : stream) {
                if (last != null && BY_NAME.compare(entry, last) <= 0) continue;
                smallest.add(entry);
                if (smallest.size() > most) {
                    smallest.poll();
                    more = true;
                }
            }
        } catch (DirectoryIteratorException e) {
            throw FolderScan.unreadable(folder, e.getCause());
        } catch (IOException e) {
            throw FolderScan.unreadable(folder, e);
        }
        while (!smallest.isEmpty()) part.addFirst(smallest.poll());
        if (!part.isEmpty()) last = part.getLast();
    }
}
