package dev.graft.examples;

import dev.graft.image.Preprocessing;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.torch.RandomSource;
import dev.graft.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The pretrained weights that get a new head: a file of the user's, or the embedded demonstration. Opening it computes nothing. */
final class Backbone implements AutoCloseable {
    private final Path file;
    private final EmbeddedWeights embedded; // or null
    private final ModelCard card;

    private Backbone(Path file, EmbeddedWeights embedded, List<String> classes, Preprocessing preprocessing)
            throws IOException {
        this.file = file;
        this.embedded = embedded;
        try (WeightsFile weights = WeightsFile.open(file)) {
            // What is none of them is refused as the nearest: the refusal lists what is missing. What is not even near
            // is refused as it is, whichever it is taken for.
            Architecture architecture = Architecture.recognise(weights)
                    .or(() -> Architecture.nearest(weights))
                    .orElse(Architecture.RESNET18);
            card = new ModelCard(architecture, classes, preprocessing);
        }
    }

    static Backbone of(Path weights, List<String> classes, Preprocessing preprocessing) throws IOException {
        return new Backbone(weights, null, classes, preprocessing);
    }

    static Backbone embedded(List<String> classes, Preprocessing preprocessing) throws IOException {
        EmbeddedWeights embedded = new EmbeddedWeights();
        try {
            return new Backbone(embedded.file(), embedded, classes, preprocessing);
        } catch (IOException | RuntimeException e) {
            embedded.close();
            throw e;
        }
    }

    String title() {
        return card.network().title();
    }

    Classifier graft(RandomSource random) throws IOException {
        return Classifier.graft(file, card, random);
    }

    @Override
    public void close() throws IOException {
        if (embedded != null) {
            embedded.close();
        }
    }
}
