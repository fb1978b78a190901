package dev.graft.cli;

import dev.graft.data.Finding;
import dev.graft.data.PictureWalk;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * The pictures that the words of a command line name, in the order of the words: files, folders, patterns, and {@code -}
 * for a list on standard input. Folders are listed while the pictures are classified, so the memory does not depend on
 * their number.
 */
final class PictureInputs implements Iterator<Path> {
    static final String LIST = "-";

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final Deque<String> words;
    private final InputStream in;
    private final List<Path> without;
    private final List<PictureWalk> walks = new ArrayList<>();
    private Iterator<Path> open = Collections.emptyIterator();
    private BufferedReader list; // null: standard input is not read

    private Iterator<Path> listed; // null before the list is read

    private PictureInputs(List<String> words, InputStream in, List<Path> without) {
        this.words = new ArrayDeque<>(words);
        this.in = in;
        this.without = without;
    }

    /**
     * Lists the pictures of these words.
     *
     * @param in the list that {@code -} stands for
     * @param without folders whose pictures are not read
     */
    static PictureInputs of(List<String> words, InputStream in, List<Path> without) {
        return new PictureInputs(words, in, without);
    }

    /**
     * Checks each word, before anything is read.
     *
     * @throws IOException for a file or folder that does not exist, and a pattern that names nothing
     */
    static void require(List<String> words, List<Path> without) throws IOException {
        if (Collections.frequency(words, LIST) > 1) throw new UsageException("PATH: - is given twice; give it once");
        for (String word : words) {
            if (word.equals(LIST)) continue;
            if (isThere(word)) {
                requireOutside(Path.of(word), without);
            } else if (!PictureWalk.isPattern(word)) {
                throw new IOException("PATH: there is no file or folder " + Words.path("PATH", word));
            } else if (!named(word).hasNext()) {
                throw new IOException("PATH: nothing is named " + word + "; give a file, a folder or another pattern");
            }
        }
    }

    private static boolean isThere(String word) {
        try {
            return Files.exists(Path.of(word));
        } catch (InvalidPathException e) { // such as *.jpg on Windows
            return false;
        }
    }

    private static PictureWalk named(String pattern) throws IOException {
        try {
            return PictureWalk.matching(pattern);
        } catch (IllegalArgumentException e) {
            throw new UsageException("PATH: " + e.getMessage(), e);
        }
    }

    /** Refuses what lies in the folder that the run fills. */
    private static void requireOutside(Path given, List<Path> without) throws IOException {
        for (Path filled : without) {
            if (Files.isDirectory(filled) && given.toRealPath().startsWith(filled.toRealPath()))
                throw new UsageException(
                        "PATH: " + given + " lies in " + filled + ", which this run fills; give another folder");
        }
    }

    @Override
    public boolean hasNext() {
        try {
            while (!open.hasNext() && !words.isEmpty()) open = iterator(words.remove());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return open.hasNext();
    }

    private Iterator<Path> iterator(String word) throws IOException {
        if (word.equals(LIST)) return lines();
        boolean there = isThere(word);
        if (there && !Files.isDirectory(Path.of(word)))
            return List.of(Path.of(word)).iterator();
        PictureWalk walk = there ? PictureWalk.of(Path.of(word)) : PictureWalk.matching(word);
        walks.add(walk);
        for (Path filled : without) walk.without(filled);
        return walk;
    }

    /** One path a line; blank lines are skipped. */
    private Iterator<Path> lines() {
        Charset names = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        list = new BufferedReader(new InputStreamReader(in, names));
        listed = list.lines()
                .map(line -> line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line)
                .filter(line -> !line.isBlank())
                .map(line -> Words.path("PATH", line))
                .iterator();
        return listed;
    }

    /** Whether the list on standard input has no line now, so that it would be waited for. */
    boolean isWaiting() {
        try {
            return listed != null && open == listed && !list.ready();
        } catch (IOException e) { // the next line tells it
            return false;
        }
    }

    @Override
    public Path next() {
        if (!hasNext()) throw new NoSuchElementException("pictures: there are no more");
        return open.next();
    }

    /** What was left out in folders so far, in words; empty for nothing. */
    String leftOut() {
        Map<Finding.Kind, Integer> all = new EnumMap<>(Finding.Kind.class);
        walks.forEach(w -> w.skipped().forEach((kind, n) -> all.merge(kind, n, Integer::sum)));
        List<String> parts = new ArrayList<>();
        all.forEach((kind, n) -> parts.add(n + " " + kind.meaning()));
        return String.join("; ", parts);
    }
}
