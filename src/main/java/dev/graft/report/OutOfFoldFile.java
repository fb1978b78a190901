package dev.graft.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

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
        write(file, root, pictures, List.of(), new float[pictures.size()][0]);
    }

    /**
     * The same with a column for the logit of each class, {@code logit(CLASS)}.
     *
     * @param logits [pictures][classes], in the order of the pictures
     */
    public static void write(
            Path file, Path root, List<Event.OutOfFold> pictures, List<String> classes, float[][] logits)
            throws IOException {
        StringBuilder text = new StringBuilder("file,actual,predicted,p(actual),p(predicted)");
        classes.forEach(c -> text.append(',').append(PredictionsFile.quoted("logit(" + c + ")")));
        text.append('\n');
        IntStream.range(0, pictures.size())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> pictures.get(i).probability()))
                .forEach(i -> {
                    line(text, root, pictures.get(i));
                    for (float logit : logits[i]) text.append(',').append(logit);
                    text.append('\n');
                });
        PredictionsFile.write(file, text);
    }

    private static void line(StringBuilder text, Path root, Event.OutOfFold p) {
        text.append(PredictionsFile.quoted(root.relativize(p.file()).toString()))
                .append(',')
                .append(PredictionsFile.quoted(p.actual()))
                .append(',')
                .append(PredictionsFile.quoted(p.predicted()))
                .append(String.format(Locale.ROOT, ",%.7f,%.7f", p.probability(), p.predictedProbability()));
    }
}
