package dev.graft.cli;

import dev.graft.explain.ExplainOptions;
import dev.graft.predict.Predictor;
import dev.graft.report.html.Explanations;
import dev.graft.report.html.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Writes the report of a run or an evaluation, with explanations where the network allows them. */
final class Reporting {
    static final String FILE = "report.html";

    private Reporting() {}

    /**
     * Writes {@code report.html} into the folder that it reads.
     *
     * @param pictures the folder in which the pictures are now; empty for the recorded one
     * @param predictor with its whole network; the caller's
     * @param notes gets a line for each file that could not be read
     */
    static void write(Path folder, Optional<Path> pictures, Predictor predictor, Consumer<String> notes)
            throws IOException {
        Report report = Report.of(folder);
        pictures.ifPresent(report::pictures);
        report.notes().forEach(notes);
        try (Overlays overlays = overlays(predictor)) {
            report.explanations(overlays == null ? Explanations.NONE : overlays).write(folder.resolve(FILE));
        }
    }

    /** Null for a network whose layers are not known: nobody named one of them. */
    private static Overlays overlays(Predictor predictor) throws IOException {
        try {
            return Overlays.of(predictor, ExplainOptions.standard());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
