package dev.graft.train;

import dev.graft.checkpoint.Data;
import dev.graft.data.Sample;
import dev.graft.features.Contents;
import dev.graft.model.Classifier;
import dev.graft.plan.ClassSizes;
import dev.graft.plan.Phase;
import dev.graft.plan.TrainingPlan;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** The samples of a run, and after {@link #read} the fingerprints of their files. Used by the training thread. */
final class RunData {
    private final List<Sample> train;
    private final List<Sample> validation;
    private Optional<Contents> contents = Optional.empty();
    private Data fingerprints;

    RunData(List<Sample> train, List<Sample> validation) {
        this.train = List.copyOf(train);
        this.validation = List.copyOf(validation);
    }

    /**
     * Checks that the samples fit a plan and the classifier's classes.
     *
     * @throws IllegalArgumentException if not
     */
    void requireFits(TrainingPlan plan, Classifier classifier) {
        if (train.isEmpty()) throw new IllegalArgumentException("training: no training pictures; give at least one");
        LabelRules.require(classifier.card(), all());
        LabelRules.require(classifier.card(), plan);
        HeadRules.require(classifier.card().head(), plan);
        ClassSizes sizes = sizes(classifier);
        plan.phases().forEach(phase -> phase.loss().weights().of(sizes));
        plan.input().sampling().weights(sizes);
        if (validation.isEmpty()) requireNoneNeeded(plan);
    }

    private static void requireNoneNeeded(TrainingPlan plan) {
        if (plan.ending().watches())
            throw new IllegalArgumentException(
                    "training: the plan's ending looks at " + plan.ending().metric()
                            + " of the validation pictures, but there are none; give some, or use Ending.NONE");
        for (Phase p : plan.phases())
            if (p.schedule().dependsOnLosses())
                throw new IllegalArgumentException("training: the learning rates of phase " + p.name()
                        + " depend on the loss on the validation pictures (plateau), but there are none; give some, or"
                        + " use another schedule");
    }

    List<Sample> train() {
        return train;
    }

    List<Sample> validation() {
        return validation;
    }

    /**
     * The lists whose pictures are used without augmentation. Training pictures are not among them if the plan has
     * views.
     */
    List<List<Sample>> seenAsTheyAre(TrainingPlan plan) {
        return plan.input().views().count() > 0 ? List.of(validation) : List.of(train, validation);
    }

    /** How many training samples each class of the classifier has; of a multi-label model, how many have each label. */
    ClassSizes sizes(Classifier classifier) {
        return ClassSizes.of(classifier.card().classes(), train.stream().flatMapToInt(s -> s.labels().stream()
                .mapToInt(label -> label)));
    }

    /** How often each training sample is drawn, relative to the others; empty where each is there once in an epoch. */
    Optional<double[]> weights(TrainingPlan plan, Classifier classifier) {
        return Orders.weights(
                plan.input().sampling(), sizes(classifier), train.stream().mapToInt(Sample::label));
    }

    /** The training samples, then the validation samples. */
    List<Sample> all() {
        return Stream.concat(train.stream(), validation.stream()).toList();
    }

    /**
     * Reads every file in the first call.
     *
     * @param threads number of threads that read
     * @param stop asked during reading
     * @param team whose ranks read a share each
     * @return false when asked to stop before all files were read
     */
    boolean read(int threads, BooleanSupplier stop, Team team) throws IOException {
        if (contents.isEmpty())
            contents = team.isAlone()
                    ? Contents.of(all(), threads, stop)
                    : Contents.of(all(), threads, stop, team.group());
        return contents.isPresent();
    }

    Contents trainContents() {
        return contents.orElseThrow().part(0, train.size());
    }

    Contents validationContents() {
        return contents.orElseThrow().part(train.size(), train.size() + validation.size());
    }

    /** The fingerprints that a checkpoint stores. */
    Data fingerprints() {
        if (fingerprints == null) {
            fingerprints = new Data(
                    train.size(),
                    trainContents().fingerprint(),
                    validationContents().fingerprint());
        }
        return fingerprints;
    }
}
