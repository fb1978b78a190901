package dev.graft.weights.tensor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** A file of weights that cannot be read. The message names the file, what was seen and what to do. */
public final class WeightsException extends IOException {
    private static final long serialVersionUID = 1;

    /** Control characters, characters that change the direction of text, and line separators. */
    private static final Pattern UNPRINTABLE =
            Pattern.compile("[\\p{Cc}\\u061C\\u200E\\u200F\\u2028\\u2029\\u202A-\\u202E\\u2066-\\u2069]");

    public static final String RESAVE = "re-save it with torch.save(model.state_dict(), path)";
    public static final String DOWNLOAD = "download it again";

    private final String seen; // with the file
    private final String remedy;

    /** Creates an error with the message {@code weights: FILE: what was seen and is allowed; what to do}. */
    public WeightsException(Path file, String seen, String remedy) {
        this(file, seen, remedy, null);
    }

    /** The same with a cause. */
    public WeightsException(Path file, String seen, String remedy, Throwable cause) {
        this("weights: " + file + ": " + seen, remedy, cause);
    }

    private WeightsException(String seen, String remedy, Throwable cause) {
        super(printable(seen + "; " + remedy), cause);
        this.seen = seen;
        this.remedy = remedy;
    }

    /** This error where a model was asked for: weights that are downloaded or re-saved would not be one. */
    public WeightsException ofModel() {
        boolean ofWeights = remedy.equals(RESAVE) || remedy.equals(DOWNLOAD);
        return ofWeights
                ? new WeightsException(
                        seen, "give a model that Graft saved, such as model.pt in the folder of a run", this)
                : this;
    }

    /** Makes text from a file safe for a message: one line, no control characters, at most 200 characters. */
    public static String quote(String text) {
        return printable(text.length() <= 200 ? text : text.substring(0, 200) + "...");
    }

    private static String printable(String text) {
        return UNPRINTABLE.matcher(text).replaceAll("?");
    }
}
