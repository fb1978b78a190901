package dev.graft.cli;

import dev.graft.checkpoint.Checkpoint;
import dev.graft.files.AtomicFile;
import dev.graft.image.GreyScaling;
import dev.graft.job.OpenJob;
import dev.graft.job.Result;
import dev.graft.job.RunFolder;
import dev.graft.predict.Predictor;
import dev.graft.report.Event;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.Optional;

/**
 * What {@code graft train} does around a training run: it checks all pictures before, shows progress, and keeps the run's
 * record, its log and its report.
 */
final class GraftRun implements RunObserver {
    private final RunRecord record;
    private final ConsoleLog log;
    private final Progress progress;
    private final Keeping keeping;
    private final PrintStream out;
    private RunFolder folder; // null until the run is ready
    private boolean goesOn; // in the folder of the stopped run

    /**
     * What is checked and kept.
     *
     * @param decodes whether the check decodes each picture
     * @param checkpoint whether a finished run keeps its checkpoint
     * @param best whether it keeps that of its best epoch
     * @param report whether a finished run gets a report
     */
    record Keeping(boolean decodes, boolean checkpoint, boolean best, boolean report) {}

    GraftRun(RunRecord record, ConsoleLog log, Progress progress, Keeping keeping) {
        this.record = record;
        this.log = log;
        this.progress = progress;
        this.keeping = keeping;
        this.out = log.stream();
    }

    @Override
    public void tried(String verdict) {
        record.tried(verdict);
    }

    @Override
    public void ready(OpenJob job, RunFolder of, ReadHeaders headers) throws IOException {
        folder = of;
        goesOn = job.resumed().isPresent() && of.holds(job.resumed().get().file());
        GreyScaling grey = job.classifier().card().preprocessing().grey();
        UnreadablePictures.check(headers, job.plan(), keeping.decodes() ? Optional.of(grey) : Optional.empty(), out);
        record.ready(job, of);
    }

    @Override
    public void on(Event event) throws IOException {
        if (event instanceof Event.RunBegan) {
            log.into(folder.folder(), goesOn);
            record.write();
        }
        progress.on(event);
    }

    @Override
    public void stopped(OpenJob job, Result result) throws IOException {
        progress.close();
        record.ended(result);
    }

    @Override
    public void finished(OpenJob job, Result result, Predictor predictor) throws IOException {
        progress.close();
        record.ended(result);
        if (keeping.report())
            Reporting.write(folder.folder(), Optional.of(job.data().root()), predictor, out::println);
        if (!keeping.checkpoint()) removeCheckpoint();
    }

    /** Removes the checkpoint; other files stay, and the folder then. */
    private void removeCheckpoint() throws IOException {
        AtomicFile.delete(Checkpoint.fileIn(folder.checkpoint()));
        AtomicFile.delete(folder.checkpoint().resolve(Checkpoint.EARLIER_BEST));
        if (!keeping.best()) AtomicFile.delete(folder.checkpoint().resolve(Checkpoint.BEST));
        if (!Files.isDirectory(folder.checkpoint(), LinkOption.NOFOLLOW_LINKS)) return;
        try {
            Files.delete(folder.checkpoint());
        } catch (DirectoryNotEmptyException e) {
            out.println(folder.checkpoint() + " stays: it holds other files");
        }
    }
}
