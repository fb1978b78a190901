package dev.graft.cli;

import static dev.graft.cli.Arguments.option;

import dev.graft.image.augment.Augmentation;
import dev.graft.image.augment.Views;
import dev.graft.plan.TrainingPlan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.Option;

/** The options for the augmentation of training pictures, apart from the number of views. */
final class AugmentOptions {
    private static final String AUGMENT = "augment";
    private static final Map<String, Augmentation> PRESETS = presets();

    private AugmentOptions() {}

    private static Map<String, Augmentation> presets() {
        Map<String, Augmentation> all = new LinkedHashMap<>();
        all.put("light", Augmentation.LIGHT);
        all.put("standard", Augmentation.STANDARD);
        all.put("strong", Augmentation.STRONG);
        all.put("trivial", Augmentation.TRIVIAL);
        all.put("rand", Augmentation.RAND);
        return all;
    }

    static List<Option> table() {
        return List.of(option(
                AUGMENT,
                "NAME",
                "what each of the --views changes: light (a part of at least half the picture, every other one mirrored),"
                        + " standard (a part of at least 8%, of another shape), trivial (standard, then one of 14 changes of"
                        + " colours or shape, of random strength: TrivialAugment), rand (standard, then two of 14, of the"
                        + " same strength: RandAugment) or strong (trivial, and in one of ten a rectangle is erased). Without"
                        + " --views as many views as epochs. Default: standard if there are --views, else none"));
    }

    /**
     * Replaces the augmentation of a plan that has its number of views already. The plan stays as it is if nothing is
     * given, or if it has this augmentation.
     */
    static TrainingPlan apply(Arguments args, TrainingPlan plan) {
        if (!args.has(AUGMENT)) return plan;
        Augmentation wanted = PRESETS.get(args.oneOf(AUGMENT, "standard", List.copyOf(PRESETS.keySet())));
        Views views = plan.input().views();
        if (views.count() > 0)
            return views.augmentation().equals(wanted)
                    ? plan
                    : plan.withViews(new Views(views.count(), wanted, views.seed()));
        if (args.has("views"))
            throw new UsageException(
                    "--augment: changes views of the pictures, but --views is 0; leave one of them out");
        return plan.withViews(new Views(plan.epochs(), wanted, RunOptions.seed(args)));
    }

    /** The name of a plan's augmentation, for messages about differences. */
    static String name(TrainingPlan plan) {
        Views views = plan.input().views();
        if (views.count() == 0) return "none";
        return PRESETS.entrySet().stream()
                .filter(e -> e.getValue().equals(views.augmentation()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("its own");
    }
}
