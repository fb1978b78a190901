package dev.graft.cli;

import static dev.graft.cli.Arguments.option;

import dev.graft.batch.Unreadable;
import dev.graft.image.augment.Views;
import dev.graft.model.Precision;
import dev.graft.plan.Compute;
import dev.graft.plan.FrozenLayers;
import dev.graft.plan.Mode;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Phase;
import dev.graft.plan.TrainingPlan;
import dev.graft.torch.ComputeDevice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.cli.Option;

/**
 * The options for training.
 *
 * @param base the plan of a new run before {@code changes}: that of the recipe or of a file
 * @param precision null to use the machine's best precision if pictures pass once
 * @param changes applies the given options to a plan, and changes nothing else
 * @param findsRate whether a learning rate is searched, and nothing trained
 */
record PlanOptions(TrainingPlan base, Precision precision, UnaryOperator<TrainingPlan> changes, boolean findsRate) {
    static final String REFERENCE = "reference";
    static final String AUTO = "auto";
    private static final String FAST = "fast";
    static final List<String> RECIPES = List.of(FAST, AUTO, REFERENCE);
    private static final List<String> PRECISIONS = List.of(AUTO, "fp32", "bf16", "int8", "tf32", "fp16");

    static final List<String> OF_STEPS = Stream.concat(Stream.of("epochs", "lr", "unfreeze"), PlanTheme.ofStepsOnly())
            .toList();

    static List<Option> table() {
        return List.of(
                option(
                        "recipe",
                        "NAME",
                        "how to train a new head on the frozen network: fast (each picture passes the network once, in evaluation"
                                + " mode), auto (the same, and the head is fitted to its optimum, its settings chosen by"
                                + " cross-validation over the training pictures: the most accurate, with nothing to set) or"
                                + " reference (the PyTorch tutorial's: all pictures in every epoch, batch norms in training"
                                + " mode). Default: fast; with --trusted reference"),
                option("epochs", "N", "passes over the training pictures. Default: 10"),
                option("batch-size", "N", "pictures a step. Default: 32"),
                option("lr", "X", "learning rate. Default: 0.001"),
                option(
                        "unfreeze",
                        "LAYER,...",
                        "fine-tuning: these layers learn beside the head, such as layer4 or layer3,layer4, at a tenth of its learning"
                                + " rate. With the recipe fast the layers before the first of them are still computed once"),
                option(
                        "views",
                        "K",
                        "augmentation: each training picture in K views, each a part of it, of random size and place, every other one"
                                + " mirrored; epochs take turns with them. With the recipe fast each view passes the network once;"
                                + " with auto all are tried, and taken where they help."
                                + " Default: 0, the pictures as they are; as many as epochs give every epoch new ones"),
                option(
                        "precision",
                        "NAME",
                        "what the frozen network computes with, with the recipe reference also the head: fp32, bf16, int8 (with the"
                                + " recipe fast, on the processor: the fastest, and slightly other features), tf32 or fp16 (on a"
                                + " GPU), or auto: in the recipe fast bf16 where the processor is faster with it, else fp32."
                                + " Default: auto"));
    }

    static PlanOptions of(Arguments args) {
        Optional<PlanFile> file = file(args);
        TrainingPlan plan = file.map(PlanFile::plan).orElseGet(() -> planOf(recipe(args)));
        requireSteps(args, plan);
        UnaryOperator<TrainingPlan> changes = before -> PlanRefusal.told(args, before, PlanOptions::changed);
        Objects.requireNonNull(changes.apply(plan)); // refuses options that do not match
        Precision precision = precision(args);
        if (precision == null && file.isPresent() && file.get().setsPrecision())
            precision = plan.compute().precision();
        if (args.has(OptimizerOptions.FIND) && args.has("resume"))
            throw new UsageException("--find-lr: goes without --resume; it begins with a new head");
        return new PlanOptions(plan, precision, changes, args.has(OptimizerOptions.FIND));
    }

    private static TrainingPlan changed(Arguments args, TrainingPlan before) {
        TrainingPlan base = withRecipe(args, before);
        return PlanTheme.apply(args, withSteps(args, withViews(args, withPrecision(args, base))))
                .withUnreadable(unreadable(args, base.input().unreadable()))
                .withBatchSize((int) args.integer("batch-size", base.input().batchSize(), 1, 65_536));
    }

    private static Optional<PlanFile> file(Arguments args) {
        if (!args.has("plan")) return Optional.empty();
        if (args.has("resume"))
            throw new UsageException("--plan: goes without --resume; the checkpoint holds the plan");
        if (args.has("recipe"))
            throw new UsageException("--recipe: goes without --plan; write it into that file, as recipe: NAME");
        return Optional.of(PlanFile.read(args.path("plan", null)));
    }

    /** Whether pictures pass the frozen layers once in a new run. */
    boolean once() {
        return base.compute().frozen() == FrozenLayers.ONCE;
    }

    /** The plan for a new run. */
    TrainingPlan plan(ComputeDevice device) {
        return changes.apply(once() && precision == null ? base.withPrecision(Precision.bestFor(device)) : base);
    }

    static TrainingPlan planOf(String recipe) {
        return switch (recipe) {
            case AUTO -> TrainingPlan.auto();
            case REFERENCE -> TrainingPlan.reference();
            default -> TrainingPlan.fast();
        };
    }

    /** Refuses options that need training steps if the recipe has none. */
    private static void requireSteps(Arguments args, TrainingPlan plan) {
        boolean several = plan.phases().size() > 1;
        if (!plan.phases().get(0).fitsAtOnce() && !several) return;
        for (String option : OF_STEPS) {
            if (!args.has(option)) continue;
            if (several)
                throw new UsageException("--" + option + ": the plan has the phases "
                        + plan.phases().stream().map(Phase::name).toList() + "; set it in the file of --plan");
            throw new IllegalArgumentException(
                    "--" + option + ": the recipe auto makes no steps, so there is nothing to set; leave it out, "
                            + (option.equals("unfreeze")
                                    ? "give --time-budget instead (auto then tries whether it pays that layer4 learns too),"
                                            + " or take --recipe fast"
                                    : "or take --recipe fast"));
        }
    }

    private static TrainingPlan withSteps(Arguments args, TrainingPlan plan) {
        if (plan.phases().get(0).fitsAtOnce()
                || Stream.of("epochs", "lr", "unfreeze").noneMatch(args::has)) return plan;
        return plan.withEpochs((int) args.integer("epochs", plan.epochs(), 1, 1_000_000))
                .withGroups(groups(args, plan.phases().get(0).groups()));
    }

    static String recipe(Arguments args) {
        return file(args)
                .map(f -> named(f.plan()))
                .orElseGet(() -> args.oneOf("recipe", args.has("trusted") ? REFERENCE : FAST, RECIPES));
    }

    /** Applies the recipe, also to the plan of a checkpoint, so that another recipe is reported as a difference. */
    private static TrainingPlan withRecipe(Arguments args, TrainingPlan base) {
        if (!args.has("recipe") || named(base).equals(recipe(args))) return base;
        if (recipe(args).equals(AUTO) || base.phases().get(0).fitsAtOnce()) {
            TrainingPlan other = planOf(recipe(args));
            return new TrainingPlan(
                    other.phases(),
                    base.input(),
                    new Compute(
                            other.compute().frozen(),
                            base.compute().precision(),
                            base.compute().layout()),
                    recipe(args).equals(AUTO)
                            ? base.ending().withPatience(0, base.ending().delta())
                            : base.ending(),
                    base.upkeep(),
                    base.seed());
        }
        return recipe(args).equals(REFERENCE)
                ? base.withFrozen(FrozenLayers.EVERY_EPOCH).withMode(Mode.TRAINING)
                : base.withMode(Mode.EVALUATION).withFrozen(FrozenLayers.ONCE);
    }

    /** The name of the recipe of a plan. */
    static String named(TrainingPlan plan) {
        if (plan.phases().get(0).fitsAtOnce()) return AUTO;
        return plan.compute().frozen() == FrozenLayers.ONCE ? FAST : REFERENCE;
    }

    private static TrainingPlan withPrecision(Arguments args, TrainingPlan base) {
        Precision precision = precision(args);
        if (precision == Precision.INT8 && (recipe(args).equals(REFERENCE) || args.has("unfreeze"))) {
            throw new IllegalArgumentException(
                    "--precision: int8 goes with --recipe fast and without --unfreeze; take fp32 or bf16");
        }
        return precision == null ? base : base.withPrecision(precision);
    }

    private static Precision precision(Arguments args) {
        String name = args.oneOf("precision", AUTO, PRECISIONS);
        return name.equals(AUTO) ? null : Precision.valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** Sets the views, made from the seed. The plan of a checkpoint keeps its views if their number is the same. */
    private static TrainingPlan withViews(Arguments args, TrainingPlan base) {
        int count = (int) args.integer("views", base.input().views().count(), 0, Views.MOST);
        if (count == base.input().views().count()) return base;
        return base.withViews(
                count == 0 ? Views.NONE : new Views(count, base.input().views().augmentation(), RunOptions.seed(args)));
    }

    private static Unreadable unreadable(Arguments args, Unreadable base) {
        String name = args.oneOf("unreadable", base.name().toLowerCase(Locale.ROOT), List.of("fail", "skip"));
        return Unreadable.valueOf(name.toUpperCase(Locale.ROOT));
    }

    /**
     * The parameter groups, the head first. The plan of a checkpoint keeps its other layers unless an option names
     * layers.
     */
    private static List<ParameterGroup> groups(Arguments args, List<ParameterGroup> base) {
        ParameterGroup before = base.get(0);
        ParameterGroup head = new ParameterGroup(before.layer(), args.number("lr", before.learningRate()));
        List<ParameterGroup> groups = new ArrayList<>(List.of(head));
        if (!args.has("unfreeze")) {
            groups.addAll(base.subList(1, base.size()));
            return groups;
        }
        for (String layer : args.text("unfreeze", "").split(",", -1)) {
            String name = layer.strip();
            requireLayer(args, name, groups);
            groups.add(new ParameterGroup(name, head.learningRate() / 10));
        }
        return groups;
    }

    private static void requireLayer(Arguments args, String name, List<ParameterGroup> groups) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("--unfreeze: '" + args.text("unfreeze", "")
                    + "' names no layer; give layers' names with commas between, such as layer3,layer4");
        }
        if (recipe(args).equals(FAST) && !name.matches("layer[1-4](\\..+)?")) {
            throw new IllegalArgumentException(
                    "--unfreeze: with the recipe fast one of layer1, layer2, layer3, layer4, was '" + name
                            + "'; another needs --recipe reference");
        }
        if (name.equals("fc") || name.equals(groups.get(0).layer())) {
            throw new IllegalArgumentException(
                    "--unfreeze: " + name + " is the head, which always learns; leave it out");
        }
        for (ParameterGroup g : groups) {
            if ((name + ".").startsWith(g.layer() + ".") || (g.layer() + ".").startsWith(name + ".")) {
                throw new IllegalArgumentException(
                        "--unfreeze: " + name + " and " + g.layer() + " overlap; name each layer once");
            }
        }
    }

    /** The options whose values differ between two plans, with both values. */
    static String differences(TrainingPlan before, TrainingPlan now) {
        Map<String, Function<TrainingPlan, Object>> options = new LinkedHashMap<>();
        options.put("--recipe", PlanOptions::named);
        options.put("--precision", p -> p.compute().precision().name().toLowerCase(Locale.ROOT));
        options.put("--views", p -> p.input().views().count());
        options.put("--unreadable", p -> p.input().unreadable().name().toLowerCase(Locale.ROOT));
        options.put("--batch-size", p -> p.input().batchSize());
        options.put("--lr", p -> p.phases().get(0).groups().get(0).learningRate());
        options.put("--unfreeze", p -> p.phases().get(0).groups().stream()
                .skip(1)
                .map(ParameterGroup::layer)
                .toList());
        PlanTheme.allCompared().forEach(options::put);
        return options.entrySet().stream()
                .filter(o -> !o.getValue().apply(before).equals(o.getValue().apply(now)))
                .map(o -> o.getKey() + " (" + o.getValue().apply(before) + " then, "
                        + o.getValue().apply(now) + " now)")
                .collect(Collectors.joining(", "));
    }
}
