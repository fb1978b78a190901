package dev.graft.report;

import dev.graft.files.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Writes {@code predictions.csv} in UTF-8: a header, then one line for each picture with its class, the predicted class
 * and the probability of every class.
 */
public final class PredictionsFile {
    /**
     * One picture's line.
     *
     * @param file path of the picture, as it is written
     * @param actual the class of its folder; with multi-label its labels, with {@code |} between, perhaps none
     * @param predicted the predicted class; with multi-label the predicted labels, likewise
     * @param probabilities of the classes, in their order: softmax of the logits, or with multi-label the sigmoid of each
     */
    public record Row(Path file, String actual, String predicted, float[] probabilities) {}

    private PredictionsFile() {}

    /**
     * Writes the complete file, or leaves an existing file unchanged.
     *
     * @throws IOException when the file cannot be written
     */
    public static void write(Path file, List<String> classes, List<Row> rows) throws IOException {
        StringBuilder text = new StringBuilder("file,actual,predicted");
        classes.forEach(c -> text.append(',').append(quoted("p(" + c + ")")));
        text.append('\n');
        for (Row row : rows) {
            text.append(quoted(row.file().toString())).append(',').append(quoted(row.actual()));
            text.append(',').append(quoted(row.predicted()));
            for (float p : row.probabilities()) {
                text.append(',').append(String.format(Locale.ROOT, "%.7f", p));
            }
            text.append('\n');
        }
        write(file, text);
    }

    static void write(Path file, CharSequence text) throws IOException {
        AtomicFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** A field as in RFC 4180: quoted if it contains a comma, a quote or a line break. */
    public static String quoted(String field) {
        boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
