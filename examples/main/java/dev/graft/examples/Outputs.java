package dev.graft.examples;

import dev.graft.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The places in the folder of {@code --out}. Refused before the work begins; made once there is something to put there. */
record Outputs(Path folder) {
    /** Looks whether the folder is there and can be written, or can be made; makes nothing. */
    static Outputs in(Path folder) throws IOException {
        Outputs outputs = new Outputs(folder);
        for (Path place : new Path[] {folder, outputs.checkpoint()}) {
            Path there = place.toAbsolutePath().normalize();
            while (!Files.exists(there, LinkOption.NOFOLLOW_LINKS) && there.getParent() != null) {
                there = there.getParent();
            }
            if (!Files.exists(there)) {
                throw new IOException(
                        "--out: " + there + " is a link to a folder that is not there; make it, or give another");
            }
            if (!Files.isDirectory(there)) {
                String seen = there.equals(place.toAbsolutePath().normalize()) ? "" : place + " cannot be made: ";
                String file = seen.isEmpty() ? place.toString() : there.toString();
                throw new IOException("--out: " + seen + file + " is a file; give a folder that can be written to");
            }
            if (!Files.isWritable(there)) {
                throw new IOException("--out: " + there + " cannot be written to; give another folder");
            }
        }
        return outputs;
    }

    /** Files of an earlier run that lie there, by name: of one that was finished, or stopped; one that failed left nothing of worth. */
    List<String> ofAnEarlierRun() {
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
     */
    Outputs fresh(boolean another) throws IOException {
        Outputs outputs = this;
        for (int n = 2; another && !outputs.ofAnEarlierRun().isEmpty(); n++) {
            outputs = in(folder.resolveSibling(folder.getFileName() + "-" + n));
        }
        return outputs;
    }

    /** Removes an earlier run's files, but for its metrics, which go with the first line of the next run's. */
    void clear() throws IOException {
        for (Path file : List.of(model(), checkpoint().resolve(Checkpoint.FILE), predictions()))
            Files.deleteIfExists(file);
    }

    /** Makes the folders. */
    Outputs make() throws IOException {
        for (Path place : new Path[] {folder, checkpoint()}) {
            try {
                Files.createDirectories(place);
            } catch (IOException e) {
                throw new IOException(
                        "--out: " + place + " cannot be made (" + e + "); give a folder that can be written to", e);
            }
        }
        return this;
    }

    Path model() {
        return folder.resolve("model.pt");
    }

    Path checkpoint() {
        return folder.resolve("checkpoint");
    }

    Path metrics() {
        return folder.resolve("metrics.jsonl");
    }

    Path predictions() {
        return folder.resolve("predictions.csv");
    }
}
