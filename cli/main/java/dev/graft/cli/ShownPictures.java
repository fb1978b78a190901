package dev.graft.cli;

import dev.graft.data.ImageFolder;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import dev.graft.train.Evaluation;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Some pictures that the saved model classifies at the end of a run.
 *
 * @param title the line before them; empty for none
 */
record ShownPictures(String title, List<Shown> pictures) {
    /** A picture and its actual class; with multi-label its labels, with {@code |} between. */
    record Shown(Path file, String actual) {
        String line(Prediction p, boolean multiLabel) {
            if (multiLabel) return line(p.labels());
            String mark = p.label().equals(actual) ? "" : " WRONG: it is of class " + actual;
            return String.format(
                    Locale.ROOT, "%s: %s (%.1f%%)%s", file.getFileName(), p.label(), 100 * p.probability(), mark);
        }

        private String line(List<String> labels) {
            List<String> of = actual.isEmpty() ? List.of() : List.of(actual.split("\\|"));
            boolean right = Set.copyOf(labels).equals(Set.copyOf(of));
            return file.getFileName() + ": " + shown(labels) + (right ? "" : " WRONG: it has " + shown(of));
        }

        private static String shown(List<String> labels) {
            return labels.isEmpty() ? "no label" : String.join(", ", labels);
        }
    }

    /** Pictures of {@link Demonstration#drawUnseen}. */
    static ShownPictures unseen(List<Path> files) {
        return new ShownPictures(
                "",
                files.stream()
                        .map(f -> new Shown(f, f.getFileName().toString().replaceAll(".*-|\\.[^.]*$", "")))
                        .toList());
    }

    /** The first, the middle and the last of the validation pictures that could be read. */
    static ShownPictures ofValidation(ImageFolder data, Evaluation evaluation) {
        int last = evaluation.samples().length - 1;
        return new ShownPictures(
                "of the validation pictures:",
                IntStream.of(0, last / 2, last)
                        .distinct()
                        .filter(i -> i >= 0)
                        .mapToObj(i -> data.validation().get(evaluation.samples()[i]))
                        .map(s -> new Shown(s.file(), data.labelsOf(s)))
                        .toList());
    }

    void tell(Predictor predictor, PrintStream out) throws IOException {
        if (!title.isEmpty()) out.println(title);
        boolean multiLabel = predictor.thresholds().isPresent();
        List<Prediction> predictions =
                predictor.predict(pictures.stream().map(Shown::file).toList());
        for (int i = 0; i < pictures.size(); i++) {
            out.println(pictures.get(i).line(predictions.get(i), multiLabel));
        }
    }
}
