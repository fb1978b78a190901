package dev.graft.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Writes {@code out-of-fold.csv}: for each training picture what heads say of it that were fitted without it. The least probable come
 * first: pictures that may lie in the wrong class.
 */
public final class OutOfFoldFile {
    private OutOfFoldFile() {}

    /**
     * Writes the whole file, or leaves what was there.
     *
     * @param root of the files: they are written relative to it
     */
    public static void write(Path file, Path root, List<Event.OutOfFold> pictures) throws IOException {
        StringBuilder text = new StringBuilder("file,actual,predicted,p(actual)\n");
        pictures.stream()
                .sorted(Comparator.comparingDouble(Event.OutOfFold::probability))
                .forEach(p -> text.append(
                                PredictionsFile.quoted(root.relativize(p.file()).toString()))
                        .append(',')
                        .append(PredictionsFile.quoted(p.actual()))
                        .append(',')
                        .append(PredictionsFile.quoted(p.predicted()))
                        .append(String.format(Locale.ROOT, ",%.7f\n", p.probability())));
        PredictionsFile.write(file, text);
    }
}
