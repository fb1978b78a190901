package dev.graft.train;

import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.Sample;
import dev.graft.features.Contents;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** The samples of a run, and what their files hold: read once, when the first asks. Used by the training thread. */
final class RunData {
    private final List<Sample> train;
    private final List<Sample> validation;
    private Contents trainContents;
    private Contents validationContents;
    private Checkpoint.Data fingerprints;

    RunData(List<Sample> train, List<Sample> validation) {
        this.train = List.copyOf(train);
        this.validation = List.copyOf(validation);
    }

    List<Sample> train() {
        return train;
    }

    List<Sample> validation() {
        return validation;
    }

    /** The training samples, then those to validate with. */
    List<Sample> all() {
        return Stream.concat(train.stream(), validation.stream()).toList();
    }

    /** @param threads that read the files */
    Contents trainContents(int threads) throws IOException {
        if (trainContents == null) trainContents = Contents.of(train, threads);
        return trainContents;
    }

    /** @param threads that read the files */
    Contents validationContents(int threads) throws IOException {
        if (validationContents == null) validationContents = Contents.of(validation, threads);
        return validationContents;
    }

    /** What a checkpoint remembers of them. */
    Checkpoint.Data fingerprints(int threads) throws IOException {
        if (fingerprints == null) {
            fingerprints = new Checkpoint.Data(
                    train.size(),
                    trainContents(threads).fingerprint(),
                    validationContents(threads).fingerprint());
        }
        return fingerprints;
    }
}
