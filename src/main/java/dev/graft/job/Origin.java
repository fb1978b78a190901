package dev.graft.job;

import dev.graft.image.Preprocessing;
import dev.graft.metrics.LabelThresholds;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.HeadSpec;
import dev.graft.model.ModelCard;
import dev.graft.model.TrustedScript;
import dev.graft.torch.RandomSource;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.tensor.WeightsChoice;
import java.io.IOException;
import java.nio.file.Path;

/** Makes the classifier of a job. */
@FunctionalInterface
interface Origin {
    Classifier classifier(HeadSpec head, RandomSource random) throws IOException;

    /** A new head on the ResNet of a file. */
    static Origin weights(Path weights, WeightsChoice choice, Job.Pictures pictures, Preprocessing preprocessing) {
        return (head, random) -> {
            ModelCard card = new ModelCard(architecture(weights, choice), pictures.classes(), preprocessing);
            return Classifier.graft(weights, choice, ofLabels(card.withHead(head), pictures), random);
        };
    }

    private static ModelCard ofLabels(ModelCard card, Job.Pictures pictures) {
        return pictures.isMultiLabel()
                ? card.withThresholds(LabelThresholds.even(card.classes().size()))
                : card;
    }

    /**
     * The architecture of a file. An unknown network counts as the most similar one; it is refused later with a list of
     * what is missing.
     */
    private static Architecture architecture(Path weights, WeightsChoice choice) throws IOException {
        try (WeightsFile file = WeightsFile.open(weights, Architecture.any(choice))) {
            return Architecture.recognise(file)
                    .or(() -> Architecture.nearest(file))
                    .orElse(Architecture.RESNET18);
        }
    }

    /** A new linear head on a network whose code is in a file. */
    static Origin script(TrustedScript network, Job.Pictures pictures, Preprocessing preprocessing) {
        return (head, random) -> {
            if (!head.equals(HeadSpec.LINEAR))
                throw new IllegalArgumentException("head: in the network of " + network.file()
                        + ", whose code is in the file, only one linear layer can be replaced; its head must be linear,"
                        + " was " + head.kind());
            return Classifier.graft(network, pictures.classes(), preprocessing, random);
        };
    }
}
