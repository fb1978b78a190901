package dev.graft.cli;

import static dev.graft.cli.Arguments.option;

import dev.graft.metrics.LabelThresholds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.cli.Option;

/**
 * The option for the labels that a multi-label model gives.
 *
 * @param all the threshold of all labels; empty for those of the model
 * @param some thresholds by the name of the label
 */
record LabelOptions(Optional<Double> all, Map<String, Double> some) {
    static Option threshold() {
        return option(
                "threshold",
                "P,NAME=P,...",
                "of a model whose pictures have any number of labels: give a picture the labels whose probability is above P, or"
                        + " above P for the label NAME, such as 0.4 or 0.5,dog=0.3. Default: the model's thresholds, 0.5 after a"
                        + " training");
    }

    static LabelOptions of(Arguments args) {
        Optional<Double> all = Optional.empty();
        Map<String, Double> some = new LinkedHashMap<>();
        String text = args.text("threshold", null);
        for (String part : text == null ? new String[0] : text.split(",", -1)) {
            int sign = part.lastIndexOf('=');
            double value = value(part.substring(sign + 1).strip());
            boolean again = sign < 0
                    ? all.isPresent()
                    : some.put(part.substring(0, sign).strip(), value) != null;
            if (again) throw new UsageException("--threshold: '" + part + "' sets a threshold again; give each once");
            if (sign < 0) all = Optional.of(value);
        }
        return new LabelOptions(all, some);
    }

    private static double value(String text) {
        try {
            double value = Double.parseDouble(text);
            if (value >= 0 && value <= 1) return value;
        } catch (NumberFormatException e) {
            throw new UsageException("--threshold: '" + text + "' is not a number, such as 0.4 or dog=0.3", e);
        }
        throw new UsageException("--threshold: must lie between 0 and 1, was " + text);
    }

    private boolean isGiven() {
        return all.isPresent() || !some.isEmpty();
    }

    /**
     * The thresholds for a model.
     *
     * @param known those of the model; empty for a model of one class a picture
     * @throws UsageException when the option names a label that the model does not have, or the model has one class a picture
     */
    Optional<LabelThresholds> over(Optional<LabelThresholds> known, List<String> labels) {
        if (!isGiven()) return known;
        if (known.isEmpty())
            throw new UsageException(
                    "--threshold: the pictures of this model have exactly one class each, the most probable"
                            + " one; leave it out");
        for (String name : some.keySet())
            if (!labels.contains(name))
                throw new UsageException("--threshold: the model has no label '" + name + "'; it has "
                        + String.join(", ", labels.subList(0, Math.min(20, labels.size()))));
        List<Double> values = new ArrayList<>();
        for (int c = 0; c < labels.size(); c++)
            values.add(some.getOrDefault(
                    labels.get(c), all.orElse(known.get().values().get(c))));
        return Optional.of(new LabelThresholds(values));
    }
}
