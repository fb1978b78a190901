package dev.graft.cli;

import static dev.graft.cli.Arguments.option;

import dev.graft.plan.Clipping;
import dev.graft.plan.TrainingPlan;
import dev.graft.plan.Updates;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.commons.cli.Option;

/** The options for what happens to gradients and weights in a step. */
final class StepOptions {
    private StepOptions() {}

    static List<Option> table() {
        return List.of(
                option(
                        "accumulate",
                        "N",
                        "a step has the gradients of N batches, as if they were one: for batches that do not fit into memory. Default: 1"),
                option("clip-norm", "X", "the most that the norm of all gradients may be. Default: 0, no limit"),
                option("clip-value", "X", "the most that each number of the gradients may be. Default: 0, no limit"),
                option(
                        "ema",
                        "DECAY",
                        "judge and save an exponential moving average of the weights, such as 0.999. Default: 0, the weights themselves"));
    }

    /** What the options set. */
    static Map<String, Function<TrainingPlan, Object>> compared() {
        Map<String, Function<TrainingPlan, Object>> options = new LinkedHashMap<>();
        options.put("--accumulate", p -> updates(p).accumulate());
        options.put("--clip-norm", p -> updates(p).clipping().norm());
        options.put("--clip-value", p -> updates(p).clipping().value());
        options.put("--ema", p -> updates(p).averaging());
        return options;
    }

    private static Updates updates(TrainingPlan plan) {
        return plan.phases().get(0).updates();
    }

    static TrainingPlan apply(Arguments args, TrainingPlan plan) {
        Updates before = updates(plan);
        Clipping clipping = new Clipping(
                args.number("clip-value", before.clipping().value()),
                args.number("clip-norm", before.clipping().norm()));
        return plan.withUpdates(
                before.withAccumulate((int) args.integer("accumulate", before.accumulate(), 1, 1_000_000))
                        .withClipping(clipping)
                        .withAveraging(args.number("ema", before.averaging())));
    }
}
