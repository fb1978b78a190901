package dev.graft.weights.tensor;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Names of weights that are averages over the steps of a training. */
public final class AveragedNames {
    private static final Set<String> WORDS = Set.of("ema", "swa", "avg", "averaged", "average", "shadow");

    /** Where a word of a name ends: at a dot, an underscore, or before a capital behind a small letter. */
    private static final Pattern BORDER = Pattern.compile("[._]|(?<=[a-z])(?=[A-Z])");

    private AveragedNames() {}

    /** Whether a word of a name, such as {@code model_ema}, says so. */
    public static boolean has(String name) {
        return BORDER.splitAsStream(name).anyMatch(word -> WORDS.contains(word.toLowerCase(Locale.ROOT)));
    }
}
