package dev.graft.evaluate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.data.ImageFolder;
import dev.graft.files.AtomicFile;
import dev.graft.predict.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * {@code evaluation.json}: what was evaluated on what, and the metrics. The pictures themselves are in {@code
 * predictions.csv} beside it.
 *
 * <pre>
 * {"format": 1, "command": ["graft", "evaluate", ...], "model": "...",
 *  "data": {"place": "...", "part": "val", "classes": [...], "counts": {"cat": 30, ...}, "findings": ["..."],
 *           "unreadable": [{"file": "...", "reason": "..."}]},
 *  "metrics": {"accuracy": 0.93, "roc_auc": null, ...}, "seconds": 2.5}
 * </pre>
 *
 * A metric without a value is null. For a multi-label model there are also {@code "multi_label": {"thresholds": [...]}} and,
 * in the data, {@code "pictures": {"counts": 30}}: all pictures, of which {@code counts} has those with each label. {@code graft
 * evaluate} adds the model's {@code "preprocessing"}, and {@code "screening"} if one class against the rest was asked for.
 */
public final class EvaluationFile {
    /** The format's number; it changes when a reader would misunderstand the file. */
    public static final int FORMAT = 1;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private EvaluationFile() {}

    /**
     * The content of the file.
     *
     * @param command that repeats the evaluation; may be empty
     * @param model its file
     * @param place the data as it was given
     * @param part of the data
     */
    public static ObjectNode of(
            EvaluationResult result, List<String> command, Path model, Path place, ImageFolder data, Part part) {
        ObjectNode root = MAPPER.createObjectNode().put("format", FORMAT);
        root.set("command", MAPPER.valueToTree(command));
        root.put("model", model.toString());
        root.set("data", data(result, place, data, part.in(data)));
        result.scores().sets().ifPresent(sets -> root.putObject("multi_label")
                .set("thresholds", MAPPER.valueToTree(sets.thresholds().values())));
        ObjectNode metrics = root.putObject("metrics");
        for (Map.Entry<String, Double> m : result.metrics().entrySet()) {
            boolean finite = Double.isFinite(m.getValue());
            metrics.put(m.getKey(), finite ? m.getValue() : null);
        }
        return root.put("seconds", result.seconds());
    }

    private static ObjectNode data(EvaluationResult result, Path place, ImageFolder data, Part part) {
        ObjectNode node = MAPPER.createObjectNode().put("place", place.toString());
        node.put("part", part.word());
        node.set("classes", MAPPER.valueToTree(data.classes()));
        ObjectNode counts = node.putObject("counts");
        int[] ofEach = result.counts();
        for (int c = 0; c < ofEach.length; c++) counts.put(result.classes().get(c), ofEach[c]);
        if (result.scores().isMultiLabel())
            node.putObject("pictures").put("counts", result.scores().count());
        node.set("findings", MAPPER.valueToTree(data.findings().lines()));
        ArrayNode unreadable = node.putArray("unreadable");
        for (Answer.Unreadable u : result.unreadable()) {
            unreadable.addObject().put("file", u.picture().toString()).put("reason", u.reason());
        }
        return node;
    }

    /**
     * Writes the file.
     *
     * @throws IOException when it cannot be written; an existing file is then unchanged
     */
    public static void write(Path file, ObjectNode content) throws IOException {
        AtomicFile.write(file, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(content));
    }
}
