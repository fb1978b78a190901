package dev.graft.cli;

import static dev.graft.cli.Arguments.option;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.data.ImageFolder;
import dev.graft.evaluate.EvaluationResult;
import dev.graft.evaluate.Evaluator;
import dev.graft.evaluate.Part;
import dev.graft.metrics.Interval;
import dev.graft.metrics.OperatingPoint;
import dev.graft.metrics.Proportion;
import dev.graft.metrics.RocAucEstimate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.commons.cli.Option;

/**
 * One class against the rest, as a diagnostic test is reported: the area under the ROC curve, and what a threshold gives.
 *
 * @param className the positive class
 * @param area of the evaluated pictures
 * @param point of the evaluated pictures; empty without a wanted sensitivity
 * @param chosen the same threshold on the pictures that chose it
 * @param chosenOn the word for those pictures
 */
record Screening(
        String className,
        RocAucEstimate area,
        Optional<OperatingPoint> point,
        Optional<OperatingPoint> chosen,
        String chosenOn) {

    /**
     * What is asked for.
     *
     * @param positive the class; null for no screening
     */
    record Wanted(String positive, OptionalDouble sensitivity) {
        static List<Option> table() {
            return List.of(
                    option(
                            "positive",
                            "CLASS",
                            "also report this class against the rest: ROC-AUC with its 95% interval (DeLong)"),
                    option(
                            "sensitivity",
                            "S",
                            "with --positive: take the highest threshold with at least this sensitivity, more than 0 to 1, and report"
                                    + " sensitivity, specificity, PPV and NPV with their 95% intervals (Wilson). It is chosen on the pictures of"
                                    + " val if those of test are evaluated, else on the evaluated ones"));
        }

        static Wanted of(Arguments args) {
            if (!args.has("sensitivity")) return new Wanted(args.text("positive", null), OptionalDouble.empty());
            if (!args.has("positive"))
                throw new UsageException("--sensitivity: of which class? Name it with --positive CLASS");
            double wanted = args.number("sensitivity", 1);
            if (!(wanted > 0 && wanted <= 1))
                throw new UsageException(
                        "--sensitivity: must be more than 0 and at most 1, such as 0.95, was " + wanted);
            return new Wanted(args.text("positive", null), OptionalDouble.of(wanted));
        }

        /** @throws UsageException when the model does not know the class */
        void requireKnown(List<String> classes) {
            if (positive == null || classes.contains(positive)) return;
            throw new UsageException("--positive: the model has no class '" + positive + "'; it has "
                    + String.join(", ", classes.subList(0, Math.min(20, classes.size()))));
        }
    }

    /** @param part of the data whose result is {@code result} */
    static Optional<Screening> of(
            Wanted wanted, EvaluationResult result, Part part, ImageFolder data, Evaluator evaluator) {
        if (wanted.positive() == null) return Optional.empty();
        int positive = result.classes().indexOf(wanted.positive());
        RocAucEstimate area = RocAucEstimate.of(result.scores(), positive);
        if (wanted.sensitivity().isEmpty())
            return Optional.of(new Screening(wanted.positive(), area, Optional.empty(), Optional.empty(), part.word()));
        boolean others = part == Part.TEST && !data.validation().isEmpty();
        EvaluationResult from = others ? evaluator.evaluate(data, Part.VALIDATION) : result;
        OperatingPoint chosen = OperatingPoint.bySensitivity(
                from.scores(), positive, wanted.sensitivity().getAsDouble());
        OperatingPoint here = OperatingPoint.at(result.scores(), positive, chosen.threshold());
        String word = others ? Part.VALIDATION.word() : part.word();
        return Optional.of(new Screening(wanted.positive(), area, Optional.of(here), Optional.of(chosen), word));
    }

    /** Lines for people. */
    List<String> lines(String evaluated) {
        List<String> lines = new ArrayList<>();
        Interval i = area.interval();
        lines.add("");
        lines.add(className + " against the rest: " + area.positives() + " of " + (area.positives() + area.negatives())
                + " pictures; 95% intervals");
        lines.add(String.format(Locale.ROOT, "%-18s %.4f  (%.4f to %.4f)", "roc_auc", area.area(), i.low(), i.high()));
        point.ifPresent(p -> {
            lines.add(String.format(Locale.ROOT, "%-18s %.6f  %s", "threshold", p.threshold(), where(evaluated)));
            fractions(p).forEach((name, f) -> lines.add(line(name, f)));
        });
        return lines;
    }

    private String where(String evaluated) {
        Proportion there = chosen.orElseThrow().sensitivity();
        String on = "chosen on " + chosenOn;
        return evaluated.equals(chosenOn)
                ? on + ", on which it looks better than it is: judge it on other pictures"
                : on + ", where its sensitivity is "
                        + String.format(Locale.ROOT, "%.4f, %d of %d", there.value(), there.count(), there.of());
    }

    private static String line(String name, Proportion f) {
        if (f.of() == 0) return String.format(Locale.ROOT, "%-18s -", name);
        return String.format(
                Locale.ROOT,
                "%-18s %.4f  (%.4f to %.4f)  %d of %d",
                name,
                f.value(),
                f.low(),
                f.high(),
                f.count(),
                f.of());
    }

    private static Map<String, Proportion> fractions(OperatingPoint p) {
        Map<String, Proportion> all = new LinkedHashMap<>();
        all.put("sensitivity", p.sensitivity());
        all.put("specificity", p.specificity());
        all.put("ppv", p.ppv());
        all.put("npv", p.npv());
        return all;
    }

    /** For programs. What has no value is null. */
    void into(ObjectNode node) {
        node.put("positive", className);
        ObjectNode auc = node.putObject("roc_auc");
        put(auc, "value", area.area());
        put(auc, "low", area.interval().low());
        put(auc, "high", area.interval().high());
        point.ifPresent(p -> {
            node.put("threshold", p.threshold()).put("chosen_on", chosenOn);
            fractions(p).forEach((name, f) -> {
                ObjectNode fraction =
                        node.putObject(name).put("count", f.count()).put("of", f.of());
                put(fraction, "low", f.low());
                put(fraction, "high", f.high());
            });
        });
    }

    private static void put(ObjectNode node, String name, double value) {
        node.put(name, Double.isFinite(value) ? value : null);
    }
}
