package dev.graft.spark;

import java.util.Arrays;
import java.util.Locale;

/** What becomes of the row of a picture that cannot be read. */
enum HandleInvalid {
    KEEP,
    SKIP,
    ERROR;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static HandleInvalid of(String word) {
        return Arrays.stream(values())
                .filter(v -> v.word().equals(word))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("spark: handleInvalid must be keep, skip or error, was " + word));
    }
}
