package dev.graft.cli;

import dev.graft.plan.TrainingPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.cli.Option;

/**
 * Tells why a plan refuses options by the names of the options that were typed. These are found by leaving one after the other out: what
 * is left is refused as well, and each of it is needed for that.
 */
final class PlanRefusal {
    private PlanRefusal() {}

    /**
     * Applies the options to a plan.
     *
     * @throws IllegalArgumentException when they do not go together, or with the plan; the message begins with their names
     */
    static TrainingPlan told(
            Arguments args, TrainingPlan plan, BiFunction<Arguments, TrainingPlan, TrainingPlan> options) {
        try {
            return options.apply(args, plan);
        } catch (IllegalArgumentException e) {
            if (isNamed(e)) throw e;
        }
        List<String> needed = new ArrayList<>(typed(args));
        for (String option : List.copyOf(needed)) {
            List<String> fewer = new ArrayList<>(needed);
            fewer.remove(option);
            if (isRefused(only(args, fewer), plan, options)) needed = fewer;
        }
        try {
            return options.apply(only(args, needed), plan);
        } catch (IllegalArgumentException e) {
            if (isNamed(e) || needed.isEmpty()) throw e;
            String names = needed.stream().map(o -> "--" + o).collect(Collectors.joining(" with "));
            String why = e.getMessage()
                    .replaceFirst("^plan: ", "")
                    .replaceFirst("^(" + String.join("|", needed) + ") must ", "must ");
            throw new IllegalArgumentException(names + ": " + why, e);
        }
    }

    private static boolean isNamed(IllegalArgumentException e) {
        return e.getMessage().startsWith("--");
    }

    private static List<String> typed(Arguments args) {
        return Stream.concat(
                        PlanOptions.table().stream(),
                        PlanTheme.tables().values().stream().flatMap(List::stream))
                .map(Option::getLongOpt)
                .filter(args::has)
                .toList();
    }

    private static Arguments only(Arguments args, List<String> kept) {
        return args.without(typed(args).stream().filter(o -> !kept.contains(o)).collect(Collectors.toSet()));
    }

    private static boolean isRefused(
            Arguments args, TrainingPlan plan, BiFunction<Arguments, TrainingPlan, TrainingPlan> options) {
        try {
            return options.apply(args, plan) == null;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }
}
