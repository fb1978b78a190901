package dev.graft.export;

import dev.graft.files.AtomicFile;
import dev.graft.image.Decoding;
import dev.graft.image.Orientation;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.model.graph.ResNetGraph;
import dev.graft.model.script.ResNetBlueprint;
import dev.graft.model.script.ScriptWrapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** TorchScript with the preprocessing and the names of the classes inside; see {@link SelfContainedScript}. */
final class SelfContainedFormat implements Format {
    @Override
    public Optional<String> refusal(ModelCard card) {
        return Format.ownNetworksOnly(card);
    }

    @Override
    public List<String> notes(ModelCard card) {
        List<String> notes = new ArrayList<>(List.of(TorchScriptFormat.DEPRECATED));
        if (card.preprocessing().orientation() == Orientation.EXIF)
            notes.add("the model turns pictures as EXIF says: turn them before you give their pixels");
        if (card.preprocessing().decoding() == Decoding.SCALED)
            notes.add("the model decodes large JPEGs at a part of their size, the export takes whole pictures: their"
                    + " pixels differ");
        return notes;
    }

    @Override
    public void write(Classifier classifier, Path target) throws IOException {
        ModelCard card = classifier.card();
        ResNetGraph graph = card.network().graph().orElseThrow();
        ScriptWrapper wrapper = SelfContainedScript.of(card, classifier.cardText());
        Map<String, Tensor> state = classifier.state();
        AtomicFile.write(
                target, out -> new ResNetBlueprint(graph, card.headGraph()).write(out, state::get, wrapper, Map.of()));
    }

    @Override
    public Reopened reopen(Path written, Classifier classifier) throws IOException {
        return ReopenedScript.open(written);
    }
}
