package dev.graft.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.evaluate.EvaluationResult;
import dev.graft.metrics.ConfidenceThreshold;
import java.util.Locale;
import java.util.Optional;

/**
 * The accuracy that {@code --known-accuracy} asks for: pictures below a probability are to be unknown.
 *
 * @param wanted 0 to 1
 */
record KnownAccuracy(double wanted) {
    private static final String OPTION = "--known-accuracy: ";

    static Optional<KnownAccuracy> of(Arguments args) {
        if (!args.has("known-accuracy")) return Optional.empty();
        double wanted = args.number("known-accuracy", 1);
        if (wanted >= 0 && wanted <= 1) return Optional.of(new KnownAccuracy(wanted));
        throw new UsageException(OPTION + "must be 0 to 1 (such as 0.99 for 99%), was " + wanted);
    }

    /** @throws UsageException as the pictures have any number of labels */
    void refuseLabels() {
        throw new UsageException(
                OPTION + "the pictures of this model have any number of labels, also none; set --threshold instead");
    }

    /** Puts the least probability into the content of a file. */
    void put(EvaluationResult result, ObjectNode file) {
        ObjectNode node = file.putObject("known").put("wanted_accuracy", wanted).putNull("unknown_below");
        chosen(result).ifPresent(t -> node.put("unknown_below", t.value())
                .put("answered", t.answered())
                .put("correct", t.correct()));
    }

    /** The least probability in words. */
    String line(EvaluationResult result) {
        return chosen(result)
                .map(t -> String.format(
                        Locale.ROOT,
                        "--unknown-below %s answers %d of %d pictures, %.2f%% of them correctly",
                        (float) t.value(),
                        t.answered(),
                        t.samples(),
                        100 * t.accuracy()))
                .orElseGet(() -> String.format(
                        Locale.ROOT,
                        "no --unknown-below reaches an accuracy of %s: the surest answer is wrong",
                        wanted));
    }

    private Optional<ConfidenceThreshold> chosen(EvaluationResult result) {
        return ConfidenceThreshold.forAccuracy(result.scores(), wanted);
    }
}
