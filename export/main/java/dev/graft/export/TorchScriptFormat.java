package dev.graft.export;

import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.model.TrustedScript;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The model as it is saved. */
final class TorchScriptFormat implements Format {
    static final String DEPRECATED = "TorchScript is deprecated since PyTorch 2.11, which still runs it";

    @Override
    public Optional<String> refusal(ModelCard card) {
        return Optional.empty();
    }

    @Override
    public List<String> notes(ModelCard card) {
        return List.of(DEPRECATED);
    }

    @Override
    public void write(Classifier classifier, Path target) throws IOException {
        classifier.save(target);
    }

    /** The code of a foreign network runs; it ran when the model was opened. */
    @Override
    public Reopened reopen(Path written, Classifier classifier) throws IOException {
        boolean own = classifier.card().network().origin().isEmpty();
        return new ReopenedClassifier(own ? Classifier.load(written) : Classifier.load(TrustedScript.of(written)));
    }
}
