package dev.graft.inspect;

import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.archive.Archive;
import dev.graft.data.archive.ArchiveException;
import dev.graft.job.RunFolder;
import dev.graft.model.ModelCard;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.tensor.WeightsException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** What a file or folder is, told by its content. */
public enum Subject {
    /** A model that Graft saved. */
    MODEL,
    /** A checkpoint of a run, its file or its folder. */
    CHECKPOINT,
    /** Another file of weights. */
    WEIGHTS,
    /** The folder of a run: with a model, a checkpoint or metrics. */
    RUN,
    /** Pictures: a folder, an archive, or a table. */
    DATA;

    /** Entries of zips that hold tensors. */
    private static final String FOREIGN = ".*(/data\\.pkl|/archive_format|\\.npy)";

    /**
     * Tells what a file or folder is.
     *
     * @throws IOException when there is none, or it is none of these
     */
    public static Subject of(Path place) throws IOException {
        if (Files.isDirectory(place)) return ofFolder(place);
        if (!Files.exists(place)) throw new FileNotFoundException("there is no file or folder " + place);
        if (!Files.isRegularFile(place))
            throw new IOException(
                    place + " is neither a file nor a folder, such as a pipe or a device; give a file or a folder");
        String name = String.valueOf(place.getFileName()).toLowerCase(Locale.ROOT);
        if (name.endsWith(".csv") || name.endsWith(".tsv")) return DATA;
        try (WeightsFile file = WeightsFile.open(place)) {
            if (!ModelCard.isIn(file)) return WEIGHTS;
            return file.has("optimizer") && file.has("run") ? CHECKPOINT : MODEL;
        } catch (WeightsException e) {
            if (isArchiveOfFiles(place)) return DATA;
            throw e;
        }
    }

    /** Whether it is an archive that does not look like one of PyTorch or NumPy. */
    private static boolean isArchiveOfFiles(Path file) throws IOException {
        try {
            Archive kind = Archive.recognise(file).orElse(null);
            if (kind != Archive.ZIP) return kind != null;
            try (ZipFile zip = new ZipFile(file.toFile())) {
                return zip.stream().noneMatch(entry -> entry.getName().matches(FOREIGN));
            }
        } catch (ArchiveException | ZipException e) { // the reader of weights has said what it is
            return false;
        }
    }

    private static Subject ofFolder(Path folder) {
        RunFolder run = new RunFolder(folder);
        boolean isRun = Files.exists(run.model())
                || Files.exists(Checkpoint.fileIn(run.checkpoint()))
                || Files.exists(run.metrics())
                || Files.exists(run.record());
        if (isRun) return RUN;
        return Files.exists(folder.resolve(Checkpoint.FILE)) ? CHECKPOINT : DATA;
    }
}
