package dev.graft.cli;

import static dev.graft.cli.Arguments.option;

import dev.graft.plan.ClassWeights;
import dev.graft.plan.CrossEntropy;
import dev.graft.plan.CutMix;
import dev.graft.plan.Focal;
import dev.graft.plan.FrozenLayers;
import dev.graft.plan.LossSpec;
import dev.graft.plan.MixUp;
import dev.graft.plan.MixUpOrCutMix;
import dev.graft.plan.Mixing;
import dev.graft.plan.Phase;
import dev.graft.plan.Sampling;
import dev.graft.plan.TrainingPlan;
import dev.graft.plan.Weighted;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.commons.cli.Option;

/** The options for the loss, the pictures of an epoch, and the mixing of a batch. */
final class LossOptions {
    private static final String LOSS = "loss";
    private static final String SMOOTHING = "label-smoothing";
    private static final String WEIGHTS = "class-weights";
    private static final String SAMPLING = "sampling";
    private static final String MIXUP = "mixup";
    private static final String CUTMIX = "cutmix";
    private static final String CROSS_ENTROPY = "cross-entropy";
    private static final String FOCAL = "focal";

    /** Those of the loss: they need a plan of one phase that makes steps. */
    static final List<String> OF_STEPS = List.of(LOSS, SMOOTHING, WEIGHTS);

    private LossOptions() {}

    static List<Option> table() {
        return List.of(
                option(
                        LOSS,
                        "NAME",
                        "cross-entropy, or focal: pictures that the network is sure of count less (gamma 2; another goes into the"
                                + " file of --plan). Default: cross-entropy"),
                option(
                        SMOOTHING,
                        "X",
                        "with cross-entropy: the part of each target that is spread over all classes, 0 to 1, such as 0.1. Default: 0"),
                option(
                        WEIGHTS,
                        "none|balanced|CLASS=X,...",
                        "how much the pictures of a class count in the loss: balanced (the fewer a class has, the more each counts) or"
                                + " weights by name, such as cat=2,dog=1 (classes that are not named have 1). Default: none"),
                option(
                        SAMPLING,
                        "shuffled|balanced|CLASS=X,...",
                        "the training pictures of an epoch: shuffled (each once), balanced (as many, drawn so that each class comes as"
                                + " often) or by weights, such as cat=2 (a cat is drawn twice as often as another picture). One of"
                                + " --sampling and --class-weights is enough against classes of different sizes. Default: shuffled"),
                option(
                        MIXUP,
                        "ALPHA",
                        "with the recipe reference: each training picture is blended with another of its batch, and so are their"
                                + " classes; the share is drawn from Beta(ALPHA, ALPHA): 0.2 blends little, 1 all shares alike."
                                + " Default: 0, off"),
                option(
                        CUTMIX,
                        "ALPHA",
                        "with the recipe reference: a box of each training picture comes from another of its batch, with a share drawn"
                                + " from Beta(ALPHA, ALPHA), such as 1. With --mixup one of both in each batch. Default: 0, off"));
    }

    /** A given option that is for pictures of one class each, if there is one. */
    static Optional<String> ofOneClass(Arguments args) {
        Map<String, String> harmless =
                Map.of(LOSS, CROSS_ENTROPY, SMOOTHING, "0", WEIGHTS, "none", SAMPLING, "shuffled");
        return harmless.keySet().stream()
                .sorted()
                .filter(option -> args.has(option) && !args.text(option, "").equals(harmless.get(option)))
                .findFirst();
    }

    /** Applies the given options to a plan, and changes nothing else. */
    static TrainingPlan apply(Arguments args, TrainingPlan plan) {
        return withMixing(args, withSampling(args, withLoss(args, plan)));
    }

    private static TrainingPlan withLoss(Arguments args, TrainingPlan plan) {
        List<String> given = OF_STEPS.stream().filter(args::has).toList();
        if (given.isEmpty()) return plan;
        Phase phase = first(plan);
        if (plan.phases().size() > 1)
            throw new UsageException("--" + given.get(0) + ": the plan has the phases "
                    + plan.phases().stream().map(Phase::name).toList() + "; set it in the file of --plan");
        if (phase.fitsAtOnce())
            throw new UsageException("--" + given.get(0) + ": the recipe auto fits the head by cross-entropy, and tries"
                    + " weights of classes itself; leave it out, or take --recipe fast");
        LossSpec loss = loss(args, phase.loss());
        return plan.withPhase(phase.name(), p -> p.withLoss(loss));
    }

    private static LossSpec loss(Arguments args, LossSpec base) {
        ClassWeights weights = weights(args, base.weights());
        if (args.oneOf(LOSS, name(base), List.of(CROSS_ENTROPY, FOCAL)).equals(FOCAL)) {
            if (args.has(SMOOTHING))
                throw new UsageException("--" + SMOOTHING + ": goes with --loss " + CROSS_ENTROPY + "; leave it out");
            double gamma = base instanceof Focal f ? f.gamma() : Focal.STANDARD.gamma();
            return new Focal(gamma, weights);
        }
        double smoothing = args.number(SMOOTHING, smoothing(base));
        return named(SMOOTHING, () -> new CrossEntropy(smoothing, weights));
    }

    private static ClassWeights weights(Arguments args, ClassWeights base) {
        return switch (args.text(WEIGHTS, "")) {
            case "" -> base;
            case "none" -> ClassWeights.NONE;
            case "balanced" -> ClassWeights.BALANCED;
            default -> named(WEIGHTS, () -> new ClassWeights.ByName(byName(args, WEIGHTS)));
        };
    }

    private static TrainingPlan withSampling(Arguments args, TrainingPlan plan) {
        if (!args.has(SAMPLING)) return plan;
        if (plan.phases().stream().allMatch(Phase::fitsAtOnce)
                && !args.text(SAMPLING, "").equals("shuffled"))
            throw new UsageException("--" + SAMPLING + ": the recipe auto fits the head to each picture once, and tries"
                    + " weights of classes itself; leave it out, or take --recipe fast");
        Sampling sampling =
                switch (args.text(SAMPLING, "")) {
                    case "shuffled" -> Sampling.SHUFFLED;
                    case "balanced" -> Sampling.BALANCED;
                    default -> named(SAMPLING, () -> new Weighted(byName(args, SAMPLING)));
                };
        return plan.withInput(plan.input().withSampling(sampling));
    }

    private static TrainingPlan withMixing(Arguments args, TrainingPlan plan) {
        if (!args.has(MIXUP) && !args.has(CUTMIX)) return plan;
        String option = args.has(MIXUP) ? MIXUP : CUTMIX;
        Mixing mixing = named(option, () -> mixing(args.number(MIXUP, mixUp(plan)), args.number(CUTMIX, cutMix(plan))));
        if (!mixing.equals(Mixing.NONE) && plan.compute().frozen() == FrozenLayers.ONCE)
            throw new UsageException(
                    "--" + option + ": goes with --recipe reference: in the others pictures pass the frozen"
                            + " network once, before there are batches to mix; leave it out");
        return named(option, () -> plan.withInput(plan.input().withMixing(mixing)));
    }

    /** 0 is off. */
    private static Mixing mixing(double mixUp, double cutMix) {
        if (mixUp == 0 && cutMix == 0) return Mixing.NONE;
        if (cutMix == 0) return new MixUp(mixUp);
        return mixUp == 0 ? new CutMix(cutMix) : new MixUpOrCutMix(mixUp, cutMix);
    }

    private static double mixUp(TrainingPlan plan) {
        Mixing mixing = plan.input().mixing();
        if (mixing instanceof MixUp m) return m.alpha();
        return mixing instanceof MixUpOrCutMix both ? both.mixUp() : 0;
    }

    private static double cutMix(TrainingPlan plan) {
        Mixing mixing = plan.input().mixing();
        if (mixing instanceof CutMix c) return c.alpha();
        return mixing instanceof MixUpOrCutMix both ? both.cutMix() : 0;
    }

    /** Weights by the names of classes. A name may contain an equals sign, a comma only in the file of a plan. */
    private static Map<String, Double> byName(Arguments args, String option) {
        Map<String, Double> weights = new TreeMap<>();
        String given = args.text(option, "");
        for (String part : given.split(",", -1)) {
            int equals = part.lastIndexOf('=');
            String name = part.substring(0, Math.max(equals, 0)).strip();
            if (name.isEmpty())
                throw new UsageException("--" + option + ": '" + given + "' is not there; there are: "
                        + (option.equals(WEIGHTS) ? "none" : "shuffled")
                        + ", balanced, or weights such as cat=2,dog=1");
            if (weights.put(name, weight(option, part, equals)) != null)
                throw new UsageException("--" + option + ": " + name + " is given twice; give it once");
        }
        return weights;
    }

    private static double weight(String option, String part, int equals) {
        try {
            return Double.parseDouble(part.substring(equals + 1));
        } catch (NumberFormatException e) {
            throw new UsageException("--" + option + ": '" + part + "' has no number behind the equals sign", e);
        }
    }

    /** What is refused is told of this option. */
    private static <T> T named(String option, Supplier<T> made) {
        try {
            return made.get();
        } catch (UsageException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new UsageException("--" + option + ": " + e.getMessage().replaceFirst("^plan: ", ""), e);
        }
    }

    /** What the options set, to be compared between two plans. */
    static Map<String, Function<TrainingPlan, Object>> compared() {
        Map<String, Function<TrainingPlan, Object>> options = new LinkedHashMap<>();
        options.put("--" + LOSS, p -> name(first(p).loss()));
        options.put("--" + SMOOTHING, p -> smoothing(first(p).loss()));
        options.put("--" + WEIGHTS, p -> shown(first(p).loss().weights()));
        options.put("--" + SAMPLING, p -> shown(p.input().sampling()));
        options.put("--" + MIXUP, LossOptions::mixUp);
        options.put("--" + CUTMIX, LossOptions::cutMix);
        return options;
    }

    private static Phase first(TrainingPlan plan) {
        return plan.phases().get(0);
    }

    private static String name(LossSpec loss) {
        return loss instanceof Focal ? FOCAL : CROSS_ENTROPY;
    }

    private static double smoothing(LossSpec loss) {
        return loss instanceof CrossEntropy c ? c.labelSmoothing() : 0;
    }

    private static Object shown(ClassWeights weights) {
        if (weights instanceof ClassWeights.ByName named) return named.weights();
        return weights.equals(ClassWeights.NONE) ? "none" : "balanced";
    }

    private static Object shown(Sampling sampling) {
        if (sampling instanceof Weighted w) return w.weights();
        return sampling.equals(Sampling.SHUFFLED) ? "shuffled" : "balanced";
    }
}
