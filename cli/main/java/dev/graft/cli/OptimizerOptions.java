package dev.graft.cli;

import static dev.graft.cli.Arguments.flag;
import static dev.graft.cli.Arguments.option;

import dev.graft.plan.Adam;
import dev.graft.plan.AdamW;
import dev.graft.plan.Cosine;
import dev.graft.plan.Exponential;
import dev.graft.plan.MultiStep;
import dev.graft.plan.OneCycle;
import dev.graft.plan.OptimizerSpec;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Phase;
import dev.graft.plan.Plateau;
import dev.graft.plan.RmsProp;
import dev.graft.plan.Schedule;
import dev.graft.plan.Schedule.Every;
import dev.graft.plan.Sgd;
import dev.graft.plan.Step;
import dev.graft.plan.TrainingPlan;
import dev.graft.plan.Warmup;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.apache.commons.cli.Option;

/** The options for the optimizer and the learning rates. All need a plan of one phase that makes steps. */
final class OptimizerOptions {
    private static final List<String> OPTIMIZERS = List.of("sgd", "adam", "adamw", "rmsprop");
    private static final List<String> SCHEDULES =
            List.of("constant", "cosine", "step", "multistep", "exponential", "onecycle", "plateau");
    private static final double WARMUP_FROM = 0.01;

    /** Searches a learning rate and does not train. */
    static final String FIND = "find-lr";

    private OptimizerOptions() {}

    static List<Option> table() {
        return List.of(
                option(
                        "optimizer",
                        "NAME",
                        "sgd, adam, adamw or rmsprop, with PyTorch's default settings. Adam and AdamW want a lower learning rate"
                                + " than SGD. Default: sgd"),
                option("momentum", "X", "momentum of SGD and RMSprop, 0 to below 1. Default: 0.9; with rmsprop 0"),
                option("weight-decay", "X", "0 or greater. Default: 0; with adamw 0.01"),
                flag("no-decay-norms", "no weight decay for biases and for the scales and shifts of norms"),
                option(
                        "schedule",
                        "NAME",
                        "how the learning rate changes: constant, cosine (falls to 0, step by step), step (a tenth after each third of"
                                + " the epochs), multistep (a tenth after 60% and again after 85% of the epochs), exponential (times"
                                + " 0.9 after each epoch), onecycle (rises to --lr, then falls to almost 0, step by step) or plateau"
                                + " (a tenth after 3 epochs without a lower validation loss). Other numbers go into the file of"
                                + " --plan. Default: constant"),
                option(
                        "warmup",
                        "N",
                        "steps in which the learning rate rises from a hundredth to --lr, before the schedule begins. Default: 0"),
                option(
                        "lr-factor",
                        "X",
                        "with --unfreeze: the learning rate of each stage is that of the one behind it times X, above 0 to 1, counted"
                                + " from the head. Default: 0.1 for all stages together"),
                flag(
                        FIND,
                        "do not train; make 100 steps whose learning rate rises from 1e-7 to 10, print the losses, and suggest a --lr."
                                + " With --out, the report of a later run with that --out shows the curve"));
    }

    /** Applies the given options to a plan, and changes nothing else. */
    static TrainingPlan apply(Arguments args, TrainingPlan plan) {
        Phase phase = plan.phases().get(0);
        return plan.withPhase(phase.name(), p -> p.withOptimizer(optimizer(args, p.optimizer()))
                .withUpdates(p.updates().withDecayAll(p.updates().decayAll() && !args.has("no-decay-norms")))
                .withSchedule(warmed(args, p.schedule(), p.epochs()))
                .withGroups(groups(args, p.groups())));
    }

    private static OptimizerSpec optimizer(Arguments args, OptimizerSpec base) {
        String name = args.oneOf("optimizer", base.kind(), OPTIMIZERS);
        OptimizerSpec made = withMomentum(args, name.equals(base.kind()) ? base : named(name));
        if (!args.has("weight-decay")) return made;
        double decay = args.number("weight-decay", 0);
        if (!(decay >= 0 && Double.isFinite(decay)))
            throw new UsageException("--weight-decay: must be 0 or greater, was " + decay);
        return made.withWeightDecay(decay);
    }

    private static OptimizerSpec named(String name) {
        return switch (name) {
            case "adam" -> Adam.STANDARD;
            case "adamw" -> AdamW.STANDARD;
            case "rmsprop" -> RmsProp.STANDARD;
            default -> Sgd.STANDARD;
        };
    }

    private static OptimizerSpec withMomentum(Arguments args, OptimizerSpec base) {
        if (!args.has("momentum")) return base;
        double momentum = args.number("momentum", 0);
        if (base instanceof Sgd s) return new Sgd(momentum, s.dampening(), s.nesterov(), s.weightDecay());
        if (base instanceof RmsProp r) return new RmsProp(r.alpha(), r.eps(), momentum, r.centered(), r.weightDecay());
        throw new UsageException(
                "--momentum: " + base.kind() + " has none (beta1 is its like, set in the file of --plan);"
                        + " leave it out, or take --optimizer sgd or rmsprop");
    }

    private static Schedule warmed(Arguments args, Schedule base, int epochs) {
        Warmup before = base instanceof Warmup w ? w : null;
        Schedule then = schedule(args, before == null ? base : before.then(), epochs);
        if (!args.has("warmup"))
            return before == null ? then : new Warmup(before.length(), before.every(), before.startFactor(), then);
        int steps = (int) args.integer("warmup", 0, 0, 1_000_000);
        return steps == 0 ? then : new Warmup(steps, Every.STEP, WARMUP_FROM, then);
    }

    /** The named schedule. The plan of a checkpoint keeps its own if it is of this kind. */
    private static Schedule schedule(Arguments args, Schedule base, int epochs) {
        String name = args.oneOf("schedule", kind(base), SCHEDULES);
        if (name.equals(kind(base))) return base;
        return switch (name) {
            case "cosine" -> new Cosine(Every.STEP);
            case "step" -> new Step(Math.max(1, (epochs + 2) / 3), 0.1, Every.EPOCH);
            case "multistep" -> new MultiStep(List.of(part(epochs, 60), part(epochs, 85)), 0.1, Every.EPOCH);
            case "exponential" -> new Exponential(0.9, Every.EPOCH);
            case "onecycle" -> OneCycle.STANDARD;
            case "plateau" -> new Plateau(0.1, 2, 1e-4, 0);
            default -> Schedule.CONSTANT;
        };
    }

    private static int part(int epochs, int percent) {
        return (int) Math.max(1, Math.round(epochs * percent / 100.0));
    }

    private static String kind(Schedule schedule) {
        return schedule.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    private static List<ParameterGroup> groups(Arguments args, List<ParameterGroup> base) {
        if (!args.has("lr-factor")) return base;
        if (base.size() < 2)
            throw new UsageException("--lr-factor: only the head learns; name stages with --unfreeze, or leave it out");
        List<String> layers = base.stream()
                .skip(1)
                .map(ParameterGroup::layer)
                .sorted(Comparator.comparing(OptimizerOptions::place).reversed())
                .toList();
        double factor = args.number("lr-factor", 1);
        if (!(factor > 0 && factor <= 1))
            throw new UsageException("--lr-factor: must be above 0 and at most 1, was " + factor);
        return ParameterGroup.staged(layers, base.get(0).learningRate(), factor);
    }

    /** Of a stage or block in the order of the forward pass. */
    private static int place(String layer) {
        if (!layer.matches("layer[1-9](\\.\\d{1,3})?"))
            throw new UsageException("--lr-factor: takes stages and their blocks, such as layer4 or layer3.1, was "
                    + layer + "; set the rates of others in the file of --plan");
        String[] numbers = layer.substring("layer".length()).split("\\.");
        return 1000 * Integer.parseInt(numbers[0]) + (numbers.length == 1 ? 0 : Integer.parseInt(numbers[1]));
    }

    /** What the options set, to be compared between two plans. */
    static Map<String, Function<TrainingPlan, Object>> compared() {
        Map<String, Function<TrainingPlan, Object>> options = new LinkedHashMap<>();
        options.put("--optimizer", p -> first(p).optimizer().kind());
        options.put("--momentum", p -> momentum(first(p).optimizer()));
        options.put("--weight-decay", p -> first(p).optimizer().weightDecay());
        options.put("--no-decay-norms", p -> !first(p).updates().decayAll());
        options.put("--schedule", p -> kind(unwarmed(first(p).schedule())));
        options.put("--warmup", p -> first(p).schedule() instanceof Warmup w ? w.length() : 0);
        options.put("--lr-factor", p -> first(p).groups().stream()
                .map(g -> g.learningRate() / first(p).groups().get(0).learningRate())
                .toList());
        return options;
    }

    private static Phase first(TrainingPlan plan) {
        return plan.phases().get(0);
    }

    private static Schedule unwarmed(Schedule schedule) {
        return schedule instanceof Warmup w ? w.then() : schedule;
    }

    private static Object momentum(OptimizerSpec o) {
        if (o instanceof Sgd s) return s.momentum();
        return o instanceof RmsProp r ? r.momentum() : "none";
    }
}
