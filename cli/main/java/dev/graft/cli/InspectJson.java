package dev.graft.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.data.Finding;
import dev.graft.data.Findings;
import dev.graft.data.Split;
import dev.graft.inspect.CheckpointInspection;
import dev.graft.inspect.DuplicateGroup;
import dev.graft.inspect.FileFacts;
import dev.graft.inspect.FolderInspection;
import dev.graft.inspect.ModelInspection;
import dev.graft.inspect.Parameters;
import dev.graft.inspect.PictureFacts;
import dev.graft.inspect.RunInspection;
import dev.graft.inspect.Spread;
import dev.graft.inspect.TrainingRecord;
import dev.graft.inspect.WeightsInspection;
import dev.graft.model.Architecture;
import dev.graft.model.ModelCard;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/** Inspections as JSON. The names of the fields stay from version to version. */
final class InspectJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private InspectJson() {}

    static ObjectNode model(ModelInspection model) {
        ObjectNode node = file("model", model.file());
        card(node, model.card(), model.parameters());
        model.training().ifPresent(t -> node.set("training", training(t)));
        return node;
    }

    static ObjectNode checkpoint(CheckpointInspection checkpoint) {
        ObjectNode node = file("checkpoint", checkpoint.file());
        card(node, checkpoint.card(), checkpoint.parameters());
        node.set("plan", parsed(checkpoint.plan().toJson()));
        node.set("run", JSON.valueToTree(checkpoint.run()));
        node.putObject("data")
                .put("pictures", checkpoint.data().pictures())
                .put("training", checkpoint.data().training())
                .put("validation", checkpoint.data().validation());
        return node;
    }

    static ObjectNode run(RunInspection run) {
        ObjectNode node = JSON.createObjectNode()
                .put("kind", "run")
                .put("folder", run.folder().toString());
        run.model().ifPresent(m -> node.set("model", model(m)));
        run.checkpoint().ifPresent(c -> node.set("checkpoint", checkpoint(c)));
        run.training().ifPresent(t -> node.set("training", training(t)));
        return node;
    }

    static ObjectNode weights(WeightsInspection weights, boolean tensors) {
        ObjectNode node = file("weights", weights.file());
        node.put("format", lower(weights.kind()));
        weights.network().architecture().map(Architecture::title).ifPresent(a -> node.put("architecture", a));
        weights.network().nearest().map(Architecture::title).ifPresent(a -> node.put("nearest", a));
        weights.network().lacking().forEach(node.putArray("lacking")::add);
        weights.places().forEach(node.putArray("keys")::add);
        weights.notes().forEach(node.putArray("notes")::add);
        node.put("tensor_count", weights.tensors().size()).put("numbers", weights.elements());
        if (!tensors) return node;
        ArrayNode all = node.putArray("tensors");
        weights.tensors().forEach(t -> {
            ObjectNode one =
                    all.addObject().put("name", t.name()).put("dtype", t.kind().dtype());
            t.shape().forEach(one.putArray("shape")::add);
        });
        return node;
    }

    static ObjectNode pictures(FolderInspection seen) {
        ObjectNode node = JSON.createObjectNode().put("kind", "data");
        node.put("folder", seen.findings().root().toString());
        classes(node.putArray("classes"), seen.findings());
        facts(node, seen.pictures());
        findings(node.putArray("findings"), seen.findings().findings());
        findings(node.putArray("unreadable"), seen.unreadable());
        node.put("plain", seen.plain());
        ArrayNode groups = node.putArray("duplicates");
        seen.duplicates().forEach(g -> group(groups.addObject(), g));
        return node;
    }

    private static void classes(ArrayNode node, Findings findings) {
        for (int i = 0; i < findings.classes().size(); i++) {
            node.addObject()
                    .put("name", findings.classes().get(i))
                    .put("train", findings.trainCounts().get(i))
                    .put("val", findings.validationCounts().get(i))
                    .put("test", findings.testCounts().get(i));
        }
    }

    private static void facts(ObjectNode node, PictureFacts pictures) {
        pictures.widths().ifPresent(s -> spread(node.putObject("width"), s));
        pictures.heights().ifPresent(s -> spread(node.putObject("height"), s));
        counts(node.putObject("formats"), pictures.formats());
        counts(node.putObject("colours"), pictures.colours());
        counts(node.putObject("orientations"), pictures.orientations());
    }

    private static void spread(ObjectNode node, Spread spread) {
        node.put("min", spread.min()).put("median", spread.median()).put("max", spread.max());
    }

    private static void counts(ObjectNode node, SortedMap<?, Long> counts) {
        for (Map.Entry<?, Long> e : counts.entrySet()) node.put(e.getKey().toString(), e.getValue());
    }

    private static void findings(ArrayNode node, Iterable<Finding> findings) {
        findings.forEach(f -> node.addObject()
                .put("path", f.path().toString())
                .put("kind", lower(f.kind()))
                .put("detail", f.detail()));
    }

    private static void group(ObjectNode node, DuplicateGroup group) {
        node.put("exact", group.exact())
                .put("different_labels", group.differentLabels())
                .put("across_splits", group.acrossSplits());
        ArrayNode members = node.putArray("pictures");
        group.members().forEach(m -> members.addObject()
                .put("path", m.file().toString())
                .put("split", m.split() == Split.VALIDATION ? "val" : lower(m.split()))
                .put("label", m.label())
                .put("distance", m.distance()));
    }

    private static ObjectNode file(String kind, FileFacts file) {
        return JSON.createObjectNode()
                .put("kind", kind)
                .put("file", file.file().toString())
                .put("bytes", file.bytes())
                .put("sha256", file.sha256());
    }

    private static void card(ObjectNode node, ModelCard card, Parameters parameters) {
        node.set("card", parsed(card.toJson()));
        node.put("parameters", parameters.all())
                .put("head_parameters", parameters.head())
                .put("tensor_bytes", parameters.bytes());
    }

    private static ObjectNode training(TrainingRecord training) {
        ObjectNode node = JSON.createObjectNode().put("epochs", training.epochs());
        training.last().ifPresent(last -> node.set("last", last));
        training.run().ifPresent(run -> node.set("run", run));
        return node;
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("json: written by Graft and not readable: " + json, e);
        }
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
