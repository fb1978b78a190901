package dev.graft.report;

import dev.graft.head.HeadChoice;
import dev.graft.head.Trial;
import dev.graft.head.Weighting;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** What was tried for a head, as lines of text. */
record HeadTable(Consumer<String> out, UnaryOperator<Path> names) {
    private static final int MOST_SUSPECTS = 5;

    /** From here on the largest class has so many more pictures than the smallest that accuracy alone says little. */
    private static final double UNEQUAL = 1.5;

    void tell(Event.HeadFitted event) {
        HeadChoice choice = event.choice();
        if (choice.tried().isEmpty()) {
            line("head: no class has two pictures, so no fold can judge anything: penalty by rule, no temperature");
        } else {
            table(choice);
        }
        line("  %-38s %6.2f%%", "the largest class always", 100 * choice.majority());
        boolean learned = choice.tried().isEmpty() || hasLearned(event);
        if (!event.alone().isEmpty())
            line("head: classes with one picture, which no fold can judge: %s", String.join(", ", event.alone()));
        if (learned) suspects(event.suspects(MOST_SUSPECTS));
    }

    /** Whether the chosen head does better than the rules; says so if not. */
    private boolean hasLearned(Event.HeadFitted event) {
        HeadChoice choice = event.choice();
        Trial chosen = choice.tried().get(choice.chosen());
        Map<String, Long> sizes = event.outOfFold().stream()
                .collect(Collectors.groupingBy(Event.OutOfFold::actual, TreeMap::new, Collectors.counting()));
        Map.Entry<String, Long> smallest = Collections.min(sizes.entrySet(), Map.Entry.comparingByValue());
        boolean unequal = Collections.max(sizes.values()) >= UNEQUAL * smallest.getValue();
        if (unequal) {
            line("  %-38s %6.2f%%", "balanced accuracy of the chosen", 100 * chosen.balancedAccuracy());
            line("  %-38s %6.2f%%", "balanced accuracy of one class always", 100.0 / sizes.size());
        }
        double accuracy = chosen.accuracy().value();
        if (accuracy >= choice.nearestMean() && accuracy > choice.majority()) return true;
        line(
                "head: by accuracy it does no better than these rules: more pictures%s or other weights are needed",
                unequal ? ", above all of " + smallest.getKey() + " (" + smallest.getValue() + " now)," : "");
        return false;
    }

    private void table(HeadChoice choice) {
        String repeats = choice.repeats() == 1 ? "" : ", dealt " + choice.repeats() + " times";
        line("head: %d tried, judged by %d folds%s", choice.tried().size(), choice.folds(), repeats);
        line("  %-38s %7s            %s", "penalty", "accuracy", "loss");
        for (int i = 0; i < choice.tried().size(); i++) trial(choice.tried().get(i), i == choice.chosen());
        line("  %-38s %6.2f%%", "the class whose mean is nearest", 100 * choice.nearestMean());
    }

    private void trial(Trial t, boolean chosen) {
        String with = (t.setting().weighting() == Weighting.EQUAL
                        ? ""
                        : ", classes " + t.setting().weighting().name().toLowerCase(Locale.ROOT))
                + (t.setting().views() ? ", with views" : "");
        line(
                "  %-38s %6.2f%% +- %5.2f   %.4f +- %.4f%s",
                String.format(Locale.ROOT, "%.4g", t.setting().penalty()) + with,
                100 * t.accuracy().value(),
                100 * t.accuracy().error(),
                t.loss().value(),
                t.loss().error(),
                chosen ? "  chosen" : "");
    }

    private void suspects(List<Event.OutOfFold> suspects) {
        if (suspects.isEmpty()) return;
        line("pictures that may lie in the wrong class, by heads fitted without them:");
        for (Event.OutOfFold s : suspects)
            line(
                    "  %s: %s with %.1f%%, rather %s",
                    names.apply(s.file()), s.actual(), 100 * s.probability(), s.predicted());
    }

    private void line(String format, Object... values) {
        out.accept(String.format(Locale.ROOT, format, values));
    }
}
