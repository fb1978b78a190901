package dev.graft.cli;

import dev.graft.metrics.LabelThresholds;
import dev.graft.predict.Answer;
import dev.graft.predict.Prediction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What is printed about one picture.
 *
 * @param label the most probable class, or {@link #UNKNOWN}; of a multi-label model the labels with {@code |} between, perhaps
 *     none; empty for a picture that cannot be read
 * @param top the most probable classes, the first first
 * @param labels of a multi-label model: those above their threshold, the most probable first; empty of another model
 * @param unreadable why the picture cannot be read; empty if it can
 */
record Verdict(Path picture, String label, List<Likely> top, List<Likely> labels, String unreadable) {
    static final String UNKNOWN = Prediction.UNKNOWN;

    /** A class and its probability, 0..1. */
    record Likely(String label, float probability) {}

    /** Takes the {@code most} most probable classes; below the probability {@code unknownBelow} the label is unknown. */
    static Verdict of(Answer answer, List<String> classes, int most, double unknownBelow) {
        if (answer instanceof Answer.Unreadable u) return unreadable(u);
        Prediction p = ((Answer.Classified) answer).prediction();
        List<Likely> top = most == 1 ? List.of(new Likely(p.label(), p.probability())) : top(p, classes, most);
        return new Verdict(answer.picture(), p.withUnknownBelow(unknownBelow).label(), top, List.of(), "");
    }

    /** The same of a multi-label model. */
    static Verdict of(Answer answer, List<String> classes, int most, LabelThresholds thresholds) {
        if (answer instanceof Answer.Unreadable u) return unreadable(u);
        Prediction p = ((Answer.Classified) answer).prediction().withThresholds(thresholds);
        List<Likely> labels = p.labels().stream()
                .map(l -> new Likely(l, p.probabilities().get(classes.indexOf(l))))
                .toList();
        return new Verdict(answer.picture(), String.join("|", p.labels()), top(p, classes, most), labels, "");
    }

    private static Verdict unreadable(Answer.Unreadable u) {
        String name = u.picture() + ": ";
        String reason = u.reason().startsWith(name) ? u.reason().substring(name.length()) : u.reason();
        return new Verdict(u.picture(), "", List.of(), List.of(), reason);
    }

    private static List<Likely> top(Prediction p, List<String> classes, int most) {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, classes.size()).boxed().toList());
        order.sort(Comparator.comparing((Integer c) -> p.probabilities().get(c)).reversed());
        return order.stream()
                .limit(most)
                .map(c -> new Likely(classes.get(c), p.probabilities().get(c)))
                .toList();
    }

    boolean isUnreadable() {
        return !unreadable.isEmpty();
    }

    /** The probability of the most probable class. */
    float probability() {
        return top.get(0).probability();
    }
}
