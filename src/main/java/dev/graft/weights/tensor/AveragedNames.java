package dev.graft.weights.tensor;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Recognises names of weights that are averages over training steps. */
public final class AveragedNames {
    private static final Set<String> WORDS = Set.of("ema", "swa", "avg", "averaged", "average", "shadow");

    /** The end of a word in a name: at a dot, an underscore, or before a capital letter after a small letter. */
    private static final Pattern BORDER = Pattern.compile("[._]|(?<=[a-z])(?=[A-Z])");

    private AveragedNames() {}

    /** Whether a word of the name, such as {@code model_ema}, says that the weights are averages. */
    public static boolean has(String name) {
        return BORDER.splitAsStream(name).anyMatch(word -> WORDS.contains(word.toLowerCase(Locale.ROOT)));
    }
}
