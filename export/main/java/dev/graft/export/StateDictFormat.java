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
        return List.of("the file holds tensors only: keep the names of the classes and the preprocessing elsewhere");
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
