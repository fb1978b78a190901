package dev.graft.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.data.Finding;
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
import dev.graft.metrics.LabelThresholds;
import dev.graft.model.HeadSpec;
import dev.graft.model.ModelCard;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Prints inspections for people. */
final class InspectLines {
    private static final int SHOWN = 20;
    private static final int NAMES_SHOWN = 8;

    private final Console console;

    InspectLines(Console console) {
        this.console = console;
    }

    void model(ModelInspection model) {
        line(model.file().file() + ": a model that Graft saved");
        card(model.card(), model.parameters());
        file(model.file());
        model.training().ifPresent(this::training);
    }

    void checkpoint(CheckpointInspection checkpoint) {
        line(checkpoint.file().file() + ": a checkpoint of Graft");
        card(checkpoint.card(), checkpoint.parameters());
        int all = checkpoint.plan().epochs();
        int done = checkpoint.run().epoch();
        fact(
                "run",
                done + " of " + all + " epochs are done"
                        + (checkpoint.run().step() == 0
                                ? ""
                                : ", and " + checkpoint.run().step() + " steps of the next"));
        fact("pictures", Units.count(checkpoint.data().pictures()) + " to train on");
        fact("plan", checkpoint.plan().toJson());
        file(checkpoint.file());
    }

    void run(RunInspection run) {
        line(run.folder() + ": the folder of a run");
        run.model().ifPresentOrElse(this::model, () -> line("no model.pt: the run is not finished"));
        run.checkpoint().ifPresent(this::checkpoint);
        if (run.model().isEmpty()) run.training().ifPresent(this::training);
    }

    void weights(WeightsInspection weights, boolean tensors) {
        line(weights.file().file() + ": a file of weights, "
                + weights.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '));
        fact("network", network(weights.network()));
        some(weights.network().lacking());
        fact(
                "tensors",
                Units.count(weights.tensors().size()) + " with " + Units.count(weights.elements()) + " numbers: "
                        + types(weights.tensors()));
        if (!weights.places().isEmpty()) {
            fact(
                    "keys",
                    weights.places().stream()
                                    .limit(SHOWN)
                                    .map(p -> p.isEmpty() ? "the outermost dict" : printable(p))
                                    .collect(Collectors.joining(", "))
                            + rest(weights.places().size(), SHOWN));
        }
        weights.notes().forEach(note -> fact("note", note));
        file(weights.file());
        if (tensors) {
            weights.tensors()
                    .forEach(t ->
                            line("  " + printable(t.name()) + " " + t.kind().dtype() + " " + t.shape()));
        }
    }

    private static String network(WeightsInspection.Recognition network) {
        if (network.architecture().isPresent())
            return network.architecture().get().title();
        return network.nearest()
                .map(a -> "none of Graft's; most similar to " + a.title() + ", of which "
                        + network.lacking().size() + " tensors are missing or of another shape")
                .orElse("none that Graft knows");
    }

    private static String types(List<StoredTensor> tensors) {
        Map<String, Long> types = tensors.stream()
                .collect(Collectors.groupingBy(t -> t.kind().dtype(), TreeMap::new, Collectors.counting()));
        return types.entrySet().stream()
                .map(e -> e.getValue() + " " + e.getKey())
                .collect(Collectors.joining(", "));
    }

    private void card(ModelCard card, Parameters parameters) {
        fact(
                "network",
                card.network().title() + ", " + Units.count(parameters.all()) + " parameters ("
                        + Units.count(parameters.head()) + " of them in the head "
                        + card.network().head() + ")");
        if (!card.head().equals(HeadSpec.LINEAR)) fact("head", card.head().text());
        card.network().origin().ifPresent(sha -> fact("code", "of a file with SHA-256 " + sha));
        List<String> classes = card.classes();
        fact(
                card.isMultiLabel() ? "labels" : "classes",
                classes.size() + ": "
                        + classes.stream()
                                .limit(NAMES_SHOWN)
                                .map(InspectLines::printable)
                                .collect(Collectors.joining(", "))
                        + rest(classes.size(), NAMES_SHOWN));
        card.thresholds().ifPresent(t -> fact("multi-label", "a picture has any number of labels; " + thresholds(t)));
        fact("preprocess", card.preprocessing().toJson().toString());
        fact("tensors", Units.bytes(parameters.bytes()));
    }

    private static String thresholds(LabelThresholds thresholds) {
        List<Double> values = thresholds.values();
        return values.stream().distinct().count() == 1
                ? "it gets those with a probability above " + values.get(0)
                : "thresholds " + values;
    }

    private void file(FileFacts file) {
        fact("file", Units.bytes(file.bytes()) + ", SHA-256 " + file.sha256());
    }

    private void training(TrainingRecord training) {
        training.last()
                .ifPresent(last ->
                        fact("training", Units.count(training.epochs(), "epoch") + ", the last one: " + numbers(last)));
        training.run().ifPresent(run -> {
            for (String name : List.of("state", "began", "seconds", "accuracy", "seed", "device", "precision"))
                if (run.hasNonNull(name)) fact(name, run.get(name).asText());
        });
    }

    private static String numbers(ObjectNode last) {
        return last.properties().stream()
                .filter(e -> e.getValue().isFloatingPointNumber())
                .map(e -> e.getKey() + " " + number(e.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String number(JsonNode value) {
        return String.format(Locale.ROOT, "%.4f", value.asDouble());
    }

    void pictures(FolderInspection seen) {
        Path root = seen.findings().root();
        seen.findings().lines().forEach(this::line);
        facts(seen.pictures());
        if (!seen.unreadable().isEmpty()) {
            line(seen.unreadable().size() + " " + Finding.Kind.UNDECODABLE.meaning());
            some(seen.unreadable().stream()
                    .map(f -> name(root, f.path()) + ": " + printable(f.detail()))
                    .toList());
        }
        if (seen.plain() > 0) line(seen.plain() + " of one plain colour: compared by their bytes only");
        duplicates(root, seen.duplicates());
    }

    private void facts(PictureFacts pictures) {
        if (pictures.widths().isEmpty()) return;
        fact("width", spread(pictures.widths().get()));
        fact("height", spread(pictures.heights().orElseThrow()));
        fact("formats", counts(pictures.formats()));
        fact("colours", counts(pictures.colours()));
        if (pictures.turned() > 0)
            fact(
                    "EXIF",
                    pictures.turned() + " pictures are turned or mirrored by their orientation ("
                            + counts(pictures.orientations()) + ")");
    }

    private void duplicates(Path root, List<DuplicateGroup> groups) {
        if (groups.isEmpty()) return;
        long wrong = groups.stream().filter(DuplicateGroup::differentLabels).count();
        long leaks = groups.stream().filter(DuplicateGroup::acrossSplits).count();
        line(Units.count(groups.size(), "group") + " of duplicates: " + wrong + " with different labels, " + leaks
                + " across splits");
        some(groups.stream().map(g -> group(root, g)).toList());
    }

    private static String group(Path root, DuplicateGroup group) {
        String kind = (group.differentLabels() ? "different labels, " : "")
                + (group.acrossSplits() ? "across splits, " : "")
                + (group.exact() ? "same bytes" : "look the same");
        return kind + ": "
                + group.members().stream()
                        .limit(NAMES_SHOWN)
                        .map(m -> name(root, m.file()) + (m.distance() == 0 ? "" : " (" + m.distance() + " bits)"))
                        .collect(Collectors.joining(", "))
                + rest(group.members().size(), NAMES_SHOWN);
    }

    private static String spread(Spread spread) {
        return spread.min() + " to " + spread.max() + " pixels, median " + spread.median();
    }

    private static String counts(SortedMap<?, Long> counts) {
        return counts.entrySet().stream()
                .map(e -> e.getKey() + ": " + e.getValue())
                .collect(Collectors.joining("; "));
    }

    /** The first of many lines, indented. */
    private void some(List<String> lines) {
        lines.stream().limit(SHOWN).forEach(l -> line("  " + l));
        if (lines.size() > SHOWN) line("  ... and " + (lines.size() - SHOWN) + " more; --json names all");
    }

    private static String rest(int all, int shown) {
        return all > shown ? " and " + (all - shown) + " more" : "";
    }

    private static String name(Path root, Path file) {
        return printable((file.startsWith(root) ? root.relativize(file) : file).toString());
    }

    private static String printable(String text) {
        return WeightsException.quote(text);
    }

    private void fact(String name, String value) {
        line(String.format("%-10s %s", name, value));
    }

    private void line(String line) {
        console.result(line);
    }
}
