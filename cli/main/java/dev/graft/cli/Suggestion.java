package dev.graft.cli;

import java.util.Collection;
import java.util.Comparator;

/** The word that somebody may have meant. */
final class Suggestion {
    private Suggestion() {}

    /** {@code " (did you mean WORD?)"} for the nearest of the known words, or an empty text if none is near. */
    static String of(String given, Collection<String> known) {
        return known.stream()
                .filter(word -> edits(given, word) <= Math.max(1, (Math.min(given.length(), word.length()) + 1) / 3))
                .min(Comparator.<String>comparingInt(word -> edits(given, word))
                        .thenComparing(Comparator.naturalOrder()))
                .map(word -> " (did you mean " + word + "?)")
                .orElse("");
    }

    /** How many characters must be inserted, removed or replaced (Levenshtein). */
    private static int edits(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) row[j] = j;
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
