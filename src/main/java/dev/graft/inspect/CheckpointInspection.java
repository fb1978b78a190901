package dev.graft.inspect;

import dev.graft.checkpoint.Checkpoint;
import dev.graft.checkpoint.Data;
import dev.graft.checkpoint.RunState;
import dev.graft.model.ModelCard;
import dev.graft.plan.TrainingPlan;
import dev.graft.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A checkpoint, read as data.
 *
 * @param card network, classes and preprocessing
 * @param plan the plan of the run
 * @param run how far the run has come
 * @param data the fingerprints of its pictures
 */
public record CheckpointInspection(
        FileFacts file, ModelCard card, Parameters parameters, TrainingPlan plan, RunState run, Data data) {
    /**
     * Reads all but the tensors, and the whole file once for its digest.
     *
     * @param place the checkpoint's folder, or the file itself
     * @throws IOException when there is none, it is damaged, or another version of Graft wrote it
     */
    public static CheckpointInspection of(Path place) throws IOException {
        Path file = Checkpoint.fileIn(place);
        try (Checkpoint checkpoint = Checkpoint.open(file);
                WeightsFile weights = WeightsFile.open(file)) {
            ModelCard card = checkpoint.card();
            return new CheckpointInspection(
                    FileFacts.of(file),
                    card,
                    Parameters.of(weights, card.network().head()),
                    checkpoint.plan(),
                    checkpoint.run(),
                    checkpoint.data());
        }
    }
}
