package dev.graft.job;

import dev.graft.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder of one run's files: {@code model.pt}, {@code checkpoint/}, {@code metrics.jsonl} and {@code
 * predictions.csv}. The folder is made when the first file is written.
 */
public record RunFolder(Path folder) {
    /**
     * Checks that the folder is writable or can be made. Makes nothing.
     *
     * @throws IOException when it is a file, a broken link, or not writable
     */
    public static RunFolder in(Path folder) throws IOException {
        RunFolder run = new RunFolder(folder);
        for (Path place : new Path[] {folder, run.checkpoint()}) {
            Path there = place.toAbsolutePath().normalize();
            while (!Files.exists(there, LinkOption.NOFOLLOW_LINKS) && there.getParent() != null) {
                there = there.getParent();
            }
            if (!Files.exists(there)) {
                throw new IOException("out: " + there
                        + " is a link to a folder that does not exist; make that folder, or give another one");
            }
            if (!Files.isDirectory(there)) {
                String seen = there.equals(place.toAbsolutePath().normalize()) ? "" : place + " cannot be created: ";
                String file = seen.isEmpty() ? place.toString() : there.toString();
                throw new IOException("out: " + seen + file + " is a file; give a writable folder");
            }
            if (!Files.isWritable(there)) {
                throw new IOException("out: " + there + " is not writable; give another folder");
            }
        }
        return run;
    }

    /** Whether a checkpoint, given as its folder or its file, is the one in this folder. */
    public boolean holds(Path place) {
        try {
            return Files.isSameFile(Checkpoint.fileIn(place), Checkpoint.fileIn(checkpoint()));
        } catch (IOException e) { // one of them does not exist
            return false;
        }
    }

    /**
     * The names of the files of an earlier run in this folder. Empty if that run left neither a model nor a checkpoint.
     */
    public List<String> ofAnEarlierRun() {
        List<Path> there = Stream.of(model(), checkpoint().resolve(Checkpoint.FILE), metrics(), predictions())
                .filter(Files::exists)
                .toList();
        boolean worthKeeping = there.stream().anyMatch(f -> f.equals(model()) || f.startsWith(checkpoint()));
        return worthKeeping
                ? there.stream().map(f -> folder.relativize(f).toString()).toList()
                : List.of();
    }

    /**
     * The folder for a new run: this one, or, if it holds a run and {@code another} is true, the first of NAME-2,
     * NAME-3, ... that holds none.
     *
     * @param another whether another folder may be used
     * @throws IOException as {@link #in} does for that folder
     */
    public RunFolder fresh(boolean another) throws IOException {
        RunFolder run = this;
        for (int n = 2; another && !run.ofAnEarlierRun().isEmpty(); n++) {
            run = in(folder.resolveSibling(folder.getFileName() + "-" + n));
        }
        return run;
    }

    /** Removes an earlier run's files, except its metrics file, which the next run's first line replaces. */
    void clear() throws IOException {
        for (Path file : List.of(
                model(),
                checkpoint().resolve(Checkpoint.FILE),
                predictions(),
                testPredictions(),
                outOfFold(),
                report())) Files.deleteIfExists(file);
    }

    /** Makes the folders. */
    RunFolder make() throws IOException {
        for (Path place : new Path[] {folder, checkpoint()}) {
            try {
                Files.createDirectories(place);
            } catch (IOException e) {
                throw new IOException("out: " + place + " cannot be created (" + e + "); give a writable folder", e);
            }
        }
        return this;
    }

    /**
     * The file of a model that is given as this file, as the folder of a run, or as the folder of a checkpoint: a trained model
     * before a checkpoint.
     *
     * @return empty for a folder that holds neither
     */
    public static Optional<Path> modelIn(Path place) {
        if (!Files.isDirectory(place)) return Optional.of(place);
        RunFolder run = new RunFolder(place);
        return Stream.of(run.model(), Checkpoint.fileIn(run.checkpoint()), Checkpoint.fileIn(place))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** The trained model, {@code model.pt}. */
    public Path model() {
        return folder.resolve("model.pt");
    }

    /** The folder of the checkpoint. */
    public Path checkpoint() {
        return folder.resolve("checkpoint");
    }

    /** The metrics file: a line for each step and epoch. */
    public Path metrics() {
        return folder.resolve("metrics.jsonl");
    }

    /** The predictions file: a line for each validation picture. */
    public Path predictions() {
        return folder.resolve("predictions.csv");
    }

    /** A line for each picture that was kept to test with; programs write it, see {@link dev.graft.data.ImageFolder#test}. */
    public Path testPredictions() {
        return folder.resolve("test-predictions.csv");
    }

    /** What the run was: programs write it. */
    public Path record() {
        return folder.resolve("run.json");
    }

    /** A search for a learning rate before the run: programs write it, see {@link dev.graft.train.RateCurve#toJson}. */
    public Path rates() {
        return folder.resolve("find-lr.json");
    }

    /** The run to look at: programs write it. */
    public Path report() {
        return folder.resolve("report.html");
    }

    /** A line for each training picture, of heads that were fitted without it. */
    public Path outOfFold() {
        return folder.resolve("out-of-fold.csv");
    }
}
