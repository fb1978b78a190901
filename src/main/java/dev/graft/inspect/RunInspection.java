package dev.graft.inspect;

import dev.graft.checkpoint.Checkpoint;
import dev.graft.job.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The folder of a run.
 *
 * @param model empty if the run is not finished
 * @param checkpoint empty if the run keeps none
 * @param training what the run wrote about itself
 */
public record RunInspection(
        Path folder,
        Optional<ModelInspection> model,
        Optional<CheckpointInspection> checkpoint,
        Optional<TrainingRecord> training) {
    /**
     * Looks at the files that are there.
     *
     * @throws IOException when one of them is damaged
     */
    public static RunInspection of(Path folder) throws IOException {
        RunFolder run = new RunFolder(folder);
        boolean finished = Files.exists(run.model());
        boolean kept = Files.exists(Checkpoint.fileIn(run.checkpoint()));
        Optional<ModelInspection> model = finished ? Optional.of(ModelInspection.of(run.model())) : Optional.empty();
        return new RunInspection(
                folder,
                model,
                kept ? Optional.of(CheckpointInspection.of(run.checkpoint())) : Optional.empty(),
                model.isPresent() ? model.get().training() : TrainingRecord.in(folder));
    }
}
