package dev.graft.cli;

import java.util.Collection;
import java.util.Comparator;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** The word that somebody may have meant. */
final class Suggestion {
    private static final LevenshteinDistance EDITS = LevenshteinDistance.getDefaultInstance();

    private Suggestion() {}

    /** {@code " (did you mean WORD?)"} for the nearest of the known words, or an empty text if none is near. */
    static String of(String given, Collection<String> known) {
        return known.stream()
                .filter(word -> EDITS.apply(given, word) <= most(given, word))
                .min(Comparator.<String>comparingInt(word -> EDITS.apply(given, word))
                        .thenComparing(Comparator.naturalOrder()))
                .map(word -> " (did you mean " + word + "?)")
                .orElse("");
    }

    /** In longer words, more characters may be wrong. */
    private static int most(String given, String word) {
        return Math.max(1, (Math.min(given.length(), word.length()) + 1) / 3);
    }
}
