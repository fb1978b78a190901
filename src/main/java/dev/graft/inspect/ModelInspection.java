package dev.graft.inspect;

import dev.graft.job.RunFolder;
import dev.graft.model.ModelCard;
import dev.graft.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model that Graft saved, read as data: LibTorch is not loaded and no code of the file runs.
 *
 * @param card network, classes and preprocessing
 * @param training what its run wrote, if the model is {@code model.pt} in the folder of a run
 */
public record ModelInspection(
        FileFacts file, ModelCard card, Parameters parameters, Optional<TrainingRecord> training) {
    /**
     * Reads the card and the table of contents, and the whole file once for its digest.
     *
     * @throws IOException when Graft did not save the file, or it is damaged
     */
    public static ModelInspection of(Path file) throws IOException {
        try (WeightsFile weights = WeightsFile.open(file)) {
            ModelCard card = ModelCard.in(weights);
            return new ModelInspection(
                    FileFacts.of(file),
                    card,
                    Parameters.of(weights, card.network().head()),
                    training(file.toAbsolutePath()));
        }
    }

    private static Optional<TrainingRecord> training(Path file) throws IOException {
        Path folder = file.getParent();
        return new RunFolder(folder).model().equals(file) ? TrainingRecord.in(folder) : Optional.empty();
    }
}
