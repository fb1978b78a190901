package dev.graft.export;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.graft.files.AtomicFile;
import dev.graft.model.Classifier;
import dev.graft.model.HeadSpec;
import dev.graft.model.ModelCard;
import dev.graft.torch.NativeScope;
import dev.graft.weights.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A safetensors file with torchvision's names and the model's card as metadata. */
final class SafetensorsFormat implements Format {
    @Override
    public Optional<String> refusal(ModelCard card) {
        return Format.ownNetworksOnly(card);
    }

    @Override
    public List<String> notes(ModelCard card) {
        if (card.head() instanceof HeadSpec.Cosine)
            return List.of("torchvision has no cosine classifier: only Graft computes the head of this file");
        return Format.hiddenLayer(card).map(List::of).orElse(List.of());
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
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("format", "pt");
        texts.put("architecture", card.network().title());
        texts.put("classes", classes.toString());
        texts.put("preprocessing", card.preprocessing().toJson().toString());
        card.thresholds().ifPresent(t -> texts.put("multi_label", "{\"thresholds\":" + t.values() + "}"));
        texts.put("graft", classifier.cardText());
        return texts;
    }

    @Override
    public Reopened reopen(Path written, Classifier classifier) throws IOException {
        return new ReopenedClassifier(Classifier.load(written));
    }
}
