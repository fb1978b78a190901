package dev.graft.export;

import dev.graft.files.AtomicFile;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.torch.NativeScope;
import dev.graft.weights.StateDictWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A state dict of {@code torch.save} with torchvision's names. */
final class StateDictFormat implements Format {
    @Override
    public Optional<String> refusal(ModelCard card) {
        if (card.network().graph().isEmpty()) return Format.ownNetworksOnly(card);
        return Format.noCosine(card, "torchvision");
    }

    @Override
    public List<String> notes(ModelCard card) {
        List<String> notes = new ArrayList<>();
        notes.add("the file holds tensors only: keep the names of the classes and the preprocessing elsewhere");
        if (card.isMultiLabel())
            notes.add("the model is multi-label: a label's probability is the sigmoid of its logit");
        Format.hiddenLayer(card).ifPresent(notes::add);
        return notes;
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
        return ReopenedWeights.open(written, classifier.card(), UnaryOperator.identity());
    }
}
