package dev.graft.export;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.graft.files.AtomicFile;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.torch.NativeScope;
import dev.graft.weights.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A safetensors file with torchvision's names and the model's card as metadata. */
final class SafetensorsFormat implements Format {
    @Override
    public Optional<String> refusal(ModelCard card) {
        return Format.ownNetworksOnly(card);
    }

    @Override
    public void write(Classifier classifier, Path target) throws IOException {
        try (NativeScope scope = NativeScope.open()) {
            SafetensorsWriter file = new SafetensorsWriter(metadata(classifier));
            StateTensors.into(classifier, file::add);
            AtomicFile.write(target, file::write);
        }
    }

    /** Texts for any reader, and the whole card for Graft, which finds it under this key in a checkpoint too. */
    private static Map<String, String> metadata(Classifier classifier) {
        ModelCard card = classifier.card();
        ArrayNode classes = JsonNodeFactory.instance.arrayNode();
        card.classes().forEach(classes::add);
        return Map.of(
                "format",
                "pt",
                "architecture",
                card.network().title(),
                "classes",
                classes.toString(),
                "preprocessing",
                card.preprocessing().toJson().toString(),
                "graft",
                classifier.cardText());
    }

    @Override
    public Reopened reopen(Path written, Classifier classifier) throws IOException {
        return new ReopenedClassifier(Classifier.load(written));
    }
}
