package dev.graft.export;

import dev.graft.files.AtomicFile;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.torch.NativeScope;
import dev.graft.weights.StateDictWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A state dict of {@code torch.save} with torchvision's names. */
final class StateDictFormat implements Format {
    @Override
    public Optional<String> refusal(ModelCard card) {
        return Format.ownNetworksOnly(card);
    }

    @Override
    public List<String> notes(ModelCard card) {
        String tensors = "the file holds tensors only: keep the names of the classes and the preprocessing elsewhere";
        return card.isMultiLabel()
                ? List.of(tensors, "the model is multi-label: a label's probability is the sigmoid of its logit")
                : List.of(tensors);
    }

    @Override
    public void write(Classifier classifier, Path target) throws IOException {
        try (NativeScope scope = NativeScope.open()) {
            StateDictWriter file = new StateDictWriter();
            StateTensors.into(classifier, file::add);
            AtomicFile.write(target, file::write);
        }
    }

    @Override
    public Reopened reopen(Path written, Classifier classifier) throws IOException {
        return ReopenedWeights.open(
                written, classifier.card(), classifier.card().network().head());
    }
}
