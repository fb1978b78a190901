package dev.graft.cli;

import dev.graft.plan.TrainingPlan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.commons.cli.Option;

/**
 * Options of one theme, and what they change in a plan. A new theme is its class and a line in the list.
 *
 * @param title of the theme in the help text
 * @param table the options
 * @param ofSteps the names of those that are for plans that make training steps
 * @param change applies the given options, and changes nothing else
 * @param compared what the options set, by option: a resumed run tells what differs
 */
record PlanTheme(
        String title,
        List<Option> table,
        List<String> ofSteps,
        BiFunction<Arguments, TrainingPlan, TrainingPlan> change,
        Map<String, Function<TrainingPlan, Object>> compared) {
    private static final List<PlanTheme> ALL = List.of(
            new PlanTheme(
                    "Optimizer",
                    OptimizerOptions.table(),
                    names(OptimizerOptions.table()),
                    OptimizerOptions::apply,
                    OptimizerOptions.compared()),
            new PlanTheme(
                    "Steps",
                    StepOptions.table(),
                    names(StepOptions.table()),
                    StepOptions::apply,
                    StepOptions.compared()),
            new PlanTheme(
                    "Loss and batches",
                    LossOptions.table(),
                    LossOptions.OF_STEPS,
                    LossOptions::apply,
                    LossOptions.compared()),
            new PlanTheme(
                    "Augmentation",
                    AugmentOptions.table(),
                    List.of(),
                    AugmentOptions::apply,
                    Map.of("--augment", AugmentOptions::name)),
            new PlanTheme(
                    "End of the run",
                    EndingOptions.table(),
                    EndingOptions.OF_STEPS,
                    EndingOptions::apply,
                    EndingOptions.compared()));

    /** The options by title. */
    static Map<String, List<Option>> tables() {
        Map<String, List<Option>> tables = new LinkedHashMap<>();
        ALL.forEach(theme -> tables.put(theme.title, theme.table));
        return tables;
    }

    /** The names of the options for plans that make training steps. */
    static Stream<String> ofStepsOnly() {
        return ALL.stream().flatMap(t -> t.ofSteps.stream());
    }

    private static List<String> names(List<Option> table) {
        return table.stream().map(Option::getLongOpt).toList();
    }

    /** What the options of all themes set. */
    static Map<String, Function<TrainingPlan, Object>> allCompared() {
        Map<String, Function<TrainingPlan, Object>> all = new LinkedHashMap<>();
        ALL.forEach(theme -> all.putAll(theme.compared));
        return all;
    }

    /** Applies the given options of all themes. */
    static TrainingPlan apply(Arguments args, TrainingPlan plan) {
        TrainingPlan changed = plan;
        for (PlanTheme theme : ALL) {
            if (theme.table.stream().anyMatch(o -> args.has(o.getLongOpt())))
                changed = theme.change.apply(args, changed);
        }
        return changed;
    }
}
