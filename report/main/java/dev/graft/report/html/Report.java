package dev.graft.report.html;

import dev.graft.files.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One HTML file that shows a training run or an evaluation: data, curves, metrics, confusion matrix, calibration, mistakes with
 * thumbnails, times, machine and the command that repeats it. It needs no network, no script and no other file.
 *
 * <p>Each part is made from one file of the folder. A missing file leaves its part out. A damaged one does too, and {@link #notes} and
 * the report itself say so. Names of files and classes may contain anything: they are escaped. Not thread-safe.
 */
public final class Report {
    private final Run run;
    private Explanations explanations = Explanations.NONE;
    private Optional<Path> pictures = Optional.empty();

    private Report(Run run) {
        this.run = run;
    }

    /**
     * Reads the folder of a run or an evaluation: {@code run.json} or {@code evaluation.json}, {@code metrics.jsonl}, {@code
     * predictions.csv}, {@code test-predictions.csv} and {@code out-of-fold.csv}, as far as they exist.
     *
     * @throws IOException when the folder does not exist, or holds none of these files
     */
    public static Report of(Path runFolder) throws IOException {
        return new Report(RunReader.read(runFolder));
    }

    /** Sets where overlays for the mistakes come from; none by default. */
    public Report explanations(Explanations e) {
        explanations = Objects.requireNonNull(e, "explanations");
        return this;
    }

    /** Sets the folder in which the pictures are now, if it is not the one that the run recorded. */
    public Report pictures(Path folder) {
        pictures = Optional.of(folder);
        return this;
    }

    /** The files that could not be read, and why; one line each. */
    public List<String> notes() {
        return run.notes();
    }

    /**
     * Writes the file, or leaves an existing one unchanged. Pictures are decoded and explained now; those that cannot be are left out.
     *
     * @throws IOException when the file cannot be written
     */
    public void write(Path html) throws IOException {
        RunRecord record = run.record();
        Thumbnails thumbnails = new Thumbnails(pictures.or(record::place), explanations, record.grey());
        AtomicFile.write(html, Template.render(Page.of(run, thumbnails)).getBytes(StandardCharsets.UTF_8));
    }
}
