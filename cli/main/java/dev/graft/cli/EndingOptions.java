package dev.graft.cli;

import static dev.graft.cli.Arguments.flag;
import static dev.graft.cli.Arguments.option;

import dev.graft.metrics.Metric;
import dev.graft.metrics.Metrics;
import dev.graft.plan.Ending;
import dev.graft.plan.TrainingPlan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.cli.Option;

/** The options for when a run ends before its last epoch, and with which weights. */
final class EndingOptions {
    private static final Pattern TIME = Pattern.compile("([0-9]{1,9})([smh]?)");

    /** The names of those that are for plans that make training steps. */
    static final List<String> OF_STEPS = List.of("patience", "take-best", "watch");

    private EndingOptions() {}

    static List<Option> table() {
        return List.of(
                option(
                        "patience",
                        "N",
                        "end after N epochs in a row that are not better than the best before them. Default: 0, all epochs"),
                flag("take-best", "the model has the weights of the best epoch. Default: those of the last"),
                option(
                        "watch",
                        "METRIC",
                        "what --patience and --take-best look at: accuracy, loss, macro_f1 or another metric of the validation"
                                + " pictures. Default: accuracy"),
                option(
                        "time-budget",
                        "TIME",
                        "begin no epoch that would probably end later than this after the start: seconds, or such as 10m or 2h."
                                + " With the recipe auto: try within this time whether it pays that layer4 learns too; the folds of the"
                                + " training pictures decide. Default: 0, no limit, and nothing is tried"));
    }

    /** What the options set. */
    static Map<String, Function<TrainingPlan, Object>> compared() {
        Map<String, Function<TrainingPlan, Object>> options = new LinkedHashMap<>();
        options.put("--patience", p -> p.ending().patience());
        options.put("--take-best", p -> p.ending().takeBest());
        options.put("--watch", p -> p.ending().metric());
        options.put("--time-budget", p -> p.ending().seconds());
        return options;
    }

    static TrainingPlan apply(Arguments args, TrainingPlan plan) {
        TrainingPlan ended = plan.withEnding(ending(args, plan.ending()));
        if (args.has("watch") && !ended.ending().watches())
            throw new UsageException("--watch: nothing looks at the metric; give --patience or --take-best too");
        return ended;
    }

    private static Ending ending(Arguments args, Ending before) {
        return before.withMetric(
                        metric("watch", args.text("watch", before.metric())).name())
                .withPatience((int) args.integer("patience", before.patience(), 0, 1_000_000), before.delta())
                .withTakeBest(before.takeBest() || args.has("take-best"))
                .withSeconds(seconds(args.text("time-budget", before.seconds() + "s")));
    }

    /** The metric of an option. */
    static Metric metric(String option, String name) {
        try {
            return Metrics.named(name);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--" + option + ": " + e.getMessage(), e);
        }
    }

    private static long seconds(String text) {
        Matcher time = TIME.matcher(text);
        if (!time.matches())
            throw new UsageException(
                    "--time-budget: '" + text + "' is no time; give seconds, or such as 90s, 10m or 2h");
        long unit = time.group(2).equals("h") ? 3600 : time.group(2).equals("m") ? 60 : 1;
        return unit * Long.parseLong(time.group(1));
    }
}
