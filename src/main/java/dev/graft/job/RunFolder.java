package dev.graft.job;

import dev.graft.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of one run's files: {@code model.pt}, {@code checkpoint/}, {@code metrics.jsonl}, {@code predictions.csv} and, where a
 * head was fitted at once, {@code out-of-fold.csv}. It is made once
 * there is something to put there.
 */
public record RunFolder(Path folder) {
    /**
     * Looks whether the folder is there and can be written, or can be made; makes nothing.
     *
     * @throws IOException when it is a file, a link to nothing, or cannot be written to
     */
    public static RunFolder in(Path folder) throws IOException {
        RunFolder run = new RunFolder(folder);
        for (Path place : new Path[] {folder, run.checkpoint()}) {
            Path there = place.toAbsolutePath().normalize();
            while (!Files.exists(there, LinkOption.NOFOLLOW_LINKS) && there.getParent() != null) {
                there = there.getParent();
            }
            if (!Files.exists(there)) {
                throw new IOException(
                        "out: " + there + " is a link to a folder that is not there; make it, or give another");
            }
            if (!Files.isDirectory(there)) {
                String seen = there.equals(place.toAbsolutePath().normalize()) ? "" : place + " cannot be made: ";
                String file = seen.isEmpty() ? place.toString() : there.toString();
                throw new IOException("out: " + seen + file + " is a file; give a folder that can be written to");
            }
            if (!Files.isWritable(there)) {
                throw new IOException("out: " + there + " cannot be written to; give another folder");
            }
        }
        return run;
    }

    /** Whether this folder's checkpoint is the one that a place stands for, a folder or the file itself. */
    public boolean holds(Path place) {
        try {
            return Files.isSameFile(Checkpoint.fileIn(place), Checkpoint.fileIn(checkpoint()));
        } catch (IOException e) { // one of them is not there
            return false;
        }
    }

    /** Files of an earlier run that lie there, by name: of one that was finished, or stopped; one that failed left nothing of worth. */
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
     * The folder for a new run: this one, or where {@code another} may be taken and this one holds a run, the first of NAME-2, NAME-3, ...
     * that holds none.
     *
     * @param another whether it may
     * @throws IOException as {@link #in} does of that one
     */
    public RunFolder fresh(boolean another) throws IOException {
        RunFolder run = this;
        for (int n = 2; another && !run.ofAnEarlierRun().isEmpty(); n++) {
            run = in(folder.resolveSibling(folder.getFileName() + "-" + n));
        }
        return run;
    }

    /** Removes an earlier run's files, but for its metrics, which go with the first line of the next run's. */
    void clear() throws IOException {
        for (Path file : List.of(model(), checkpoint().resolve(Checkpoint.FILE), predictions(), outOfFold()))
            Files.deleteIfExists(file);
    }

    /** Makes the folders. */
    RunFolder make() throws IOException {
        for (Path place : new Path[] {folder, checkpoint()}) {
            try {
                Files.createDirectories(place);
            } catch (IOException e) {
                throw new IOException(
                        "out: " + place + " cannot be made (" + e + "); give a folder that can be written to", e);
            }
        }
        return this;
    }

    /** The trained model. */
    public Path model() {
        return folder.resolve("model.pt");
    }

    /** The folder of the checkpoint. */
    public Path checkpoint() {
        return folder.resolve("checkpoint");
    }

    /** A line for each step and epoch. */
    public Path metrics() {
        return folder.resolve("metrics.jsonl");
    }

    /** A line for each validation picture. */
    public Path predictions() {
        return folder.resolve("predictions.csv");
    }

    /** A line for each training picture, of heads that were fitted without it. */
    public Path outOfFold() {
        return folder.resolve("out-of-fold.csv");
    }
}
