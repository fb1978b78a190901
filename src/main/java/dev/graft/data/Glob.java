package dev.graft.data;

import java.io.File;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/**
 * A pattern of paths as shells know it: {@code *}, {@code ?}, {@code [...]} and {@code {a,b}} within a name, and {@code
 * **} for folders of any depth, also none.
 */
final class Glob {
    private static final String ANY_DEPTH = "**";
    private static final int MOST_DEEP = 6; // each doubles the patterns

    private final Path base;
    private final List<PathMatcher> names; // of the folders below the base, and of the file
    private final List<PathMatcher> whole; // empty without **

    private Glob(Path base, List<PathMatcher> names, List<PathMatcher> whole) {
        this.base = base;
        this.names = names;
        this.whole = whole;
    }

    /** Whether a text has characters of a pattern. */
    static boolean isMeantBy(String text) {
        return text.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
    }

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException for a pattern that is wrong
     */
    static Glob of(String pattern) {
        String[] parts = pattern.replace(File.separatorChar, '/').split("/", -1);
        int plain = 0;
        while (plain < parts.length - 1 && !isMeantBy(parts[plain])) plain++;
        String start = String.join("/", Arrays.copyOf(parts, plain));
        Path base = Path.of(plain == 1 && start.isEmpty() ? "/" : start);
        String[] rest = Arrays.copyOfRange(parts, plain, parts.length);
        boolean deep = Arrays.asList(rest).contains(ANY_DEPTH);
        try {
            return new Glob(
                    base,
                    deep ? List.of() : Arrays.stream(rest).map(Glob::matcher).toList(),
                    deep ? withFewer(rest).stream().map(Glob::matcher).toList() : List.of());
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "the pattern " + pattern + " is wrong: " + e.getDescription() + "; give a file or a folder", e);
        }
    }

    /** The pattern with each selection of its {@code **}: one may stand for no folder at all. */
    private static List<String> withFewer(String[] parts) {
        if (Arrays.stream(parts).filter(ANY_DEPTH::equals).count() > MOST_DEEP)
            throw new PatternSyntaxException("more than " + MOST_DEEP + " times **", String.join("/", parts), 0);
        List<String> patterns = List.of("");
        for (int i = 0; i < parts.length; i++) {
            List<String> longer = new ArrayList<>();
            for (String p : patterns) {
                longer.add(p.isEmpty() ? parts[i] : p + "/" + parts[i]);
                if (parts[i].equals(ANY_DEPTH) && i < parts.length - 1) longer.add(p);
            }
            patterns = longer;
        }
        return patterns;
    }

    private static PathMatcher matcher(String pattern) {
        return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    }

    /** The folder in which to look: the part of the pattern before the first name with a special character. */
    Path base() {
        return base;
    }

    /** Whether the pattern names this file or folder. */
    boolean matches(Path entry) {
        Path below = below(entry);
        if (names.isEmpty()) return whole.stream().anyMatch(m -> m.matches(below));
        return below.getNameCount() == names.size() && mayLeadOn(below);
    }

    /** Whether the pattern may name something in this folder. */
    boolean leadsInto(Path folder) {
        Path below = below(folder);
        return names.isEmpty() || below.getNameCount() < names.size() && mayLeadOn(below);
    }

    private boolean mayLeadOn(Path below) {
        for (int i = 0; i < below.getNameCount(); i++) {
            if (!names.get(i).matches(below.getName(i))) return false;
        }
        return true;
    }

    private Path below(Path entry) {
        return base.toString().isEmpty() ? entry : base.relativize(entry);
    }
}
