package dev.graft.study;

import dev.graft.files.Digests;
import dev.graft.image.Preprocessing;
import dev.graft.job.Job;
import dev.graft.model.HeadSpec;
import dev.graft.model.TrustedScript;
import dev.graft.weights.tensor.WeightsChoice;
import java.io.IOException;
import java.nio.file.Path;

/** How each run of a study begins: a new head on the same network. Immutable. */
public interface Start {
    /** A new run on these pictures. */
    Job graft(Job.Pictures pictures);

    /**
     * A run that was stopped, on the same pictures.
     *
     * @param checkpoint its folder
     */
    Job resume(Path checkpoint, Job.Pictures pictures);

    /**
     * What the runs begin from, in words that differ if it is another network or preprocessing. A study goes on only
     * with the same one.
     *
     * @throws IOException when the file cannot be read
     */
    String identity() throws IOException;

    /**
     * The same with another kind of head in each new run; a run that goes on has that of its checkpoint.
     *
     * @param spec as {@link Job#head} takes it
     */
    default Start head(HeadSpec spec) {
        return spec.equals(HeadSpec.LINEAR) ? this : new HeadedStart(this, job -> job.head(spec), "head " + spec);
    }

    /** The same with {@link Job#biasFromFrequencies} in each new run. */
    default Start biasFromFrequencies() {
        return new HeadedStart(this, Job::biasFromFrequencies, "bias from frequencies");
    }

    /** {@link #of(Path, WeightsChoice, Preprocessing)} with the state dict that fits. */
    static Start of(Path weights, Preprocessing preprocessing) {
        return of(weights, WeightsChoice.ANY, preprocessing);
    }

    /** As {@link Job#graft(Path, WeightsChoice, Job.Pictures, Preprocessing)} begins. */
    static Start of(Path weights, WeightsChoice choice, Preprocessing preprocessing) {
        return new Start() {
            @Override
            public Job graft(Job.Pictures pictures) {
                return Job.graft(weights, choice, pictures, preprocessing);
            }

            @Override
            public Job resume(Path checkpoint, Job.Pictures pictures) {
                return Job.resume(checkpoint, pictures);
            }

            @Override
            public String identity() throws IOException {
                return Digests.sha256(weights) + choice.key().map(k -> " " + k).orElse("") + " "
                        + preprocessing.toJson();
            }
        };
    }

    /** As {@link Job#graft(TrustedScript, Job.Pictures, Preprocessing)} begins. The file's code runs. */
    static Start of(TrustedScript network, Preprocessing preprocessing) {
        return new Start() {
            @Override
            public Job graft(Job.Pictures pictures) {
                return Job.graft(network, pictures, preprocessing);
            }

            @Override
            public Job resume(Path checkpoint, Job.Pictures pictures) {
                return Job.resume(checkpoint, network, pictures);
            }

            @Override
            public String identity() throws IOException {
                return Digests.sha256(network.file())
                        + network.head().map(h -> " " + h).orElse("") + " " + preprocessing.toJson();
            }
        };
    }
}
