package dev.graft.cli;

import static dev.graft.cli.Arguments.flag;
import static dev.graft.cli.Arguments.option;

import dev.graft.job.Job;
import dev.graft.model.HeadSpec;
import dev.graft.study.Start;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.cli.Option;

/**
 * The options for the new head.
 *
 * @param head its kind; empty for a linear one, or that of the checkpoint in a resumed run
 * @param biasFromFrequencies whether its bias begins with the classes' shares of the training pictures
 */
record HeadOptions(Optional<HeadSpec> head, boolean biasFromFrequencies) {
    private static final String LINEAR = "linear";
    private static final String DROPOUT = "dropout";
    private static final String HIDDEN = "hidden";
    private static final String COSINE = "cosine";
    private static final List<String> KINDS = List.of(LINEAR, DROPOUT, HIDDEN, COSINE);
    private static final String BIAS = "bias-from-frequencies";
    private static final int WIDTH = 512;
    private static final double RATE = 0.5;

    static List<Option> table() {
        return List.of(
                option(
                        "head",
                        "NAME",
                        "the new head: linear, dropout (before a linear layer), hidden (one hidden layer) or cosine (a cosine"
                                + " classifier with a learned scale). All but linear need steps: --recipe fast or reference."
                                + " With --trusted, the name of the linear layer to replace; the head is linear then, and the"
                                + " default is the file's last linear layer. Default: linear"),
                option(
                        DROPOUT,
                        "P",
                        "in each training step, the share of the features (with a hidden layer, of its outputs) that is dropped, 0"
                                + " to below 1. Alone, it means --head dropout. Default: " + RATE
                                + " for that head, 0 for --head hidden"),
                option(HIDDEN, "N", "width of the hidden layer. Alone, it means --head hidden. Default: " + WIDTH),
                flag(
                        BIAS,
                        "the head's bias begins with the logarithm of each class's share of the training pictures, which helps"
                                + " when classes have very different numbers of pictures. Not with --recipe auto, which fits the"
                                + " bias"));
    }

    /** @throws IllegalArgumentException for options that do not go together */
    static HeadOptions of(Arguments args) {
        boolean trusted = args.has("trusted");
        boolean kind = args.has("head") && !trusted;
        Stream.of(DROPOUT, HIDDEN, BIAS, "head")
                .filter(o -> o.equals("head") ? kind : args.has(o))
                .forEach(o -> {
                    if (args.has("resume"))
                        throw new UsageException("--" + o + ": goes without --resume; the checkpoint holds the head");
                    if (trusted && !o.equals(BIAS))
                        throw new UsageException(
                                "--" + o + ": goes without --trusted, whose network takes a linear head only");
                });
        if (!kind && !args.has(DROPOUT) && !args.has(HIDDEN)) return new HeadOptions(Optional.empty(), args.has(BIAS));
        return new HeadOptions(
                Optional.of(spec(args, kind ? args.text("head", LINEAR) : implied(args))), args.has(BIAS));
    }

    private static String implied(Arguments args) {
        return args.has(HIDDEN) ? HIDDEN : DROPOUT;
    }

    private static HeadSpec spec(Arguments args, String kind) {
        if (!KINDS.contains(kind))
            throw new UsageException(
                    "--head: goes with --trusted as the name of a layer; without, it is the kind of the"
                            + " new head, one of " + String.join(", ", KINDS) + ", was " + kind);
        if (args.has(HIDDEN) && !kind.equals(HIDDEN))
            throw new UsageException("--hidden: goes with --head hidden, was " + kind);
        if (args.has(DROPOUT) && (kind.equals(LINEAR) || kind.equals(COSINE)))
            throw new UsageException("--dropout: goes with --head dropout or hidden, was " + kind);
        try {
            return switch (kind) {
                case DROPOUT -> new HeadSpec.Dropout(args.number(DROPOUT, RATE));
                case HIDDEN ->
                    new HeadSpec.Hidden((int) args.integer(HIDDEN, WIDTH, 1, 65_536), args.number(DROPOUT, 0));
                case COSINE -> HeadSpec.Cosine.STANDARD;
                default -> HeadSpec.LINEAR;
            };
        } catch (IllegalArgumentException e) {
            if (e instanceof UsageException) throw e;
            throw new UsageException("--" + e.getMessage().replaceFirst("^head: dropout ", "dropout: "), e);
        }
    }

    /** Sets the head of each new run of a study. */
    Start apply(Start start) {
        Start headed = head.map(start::head).orElse(start);
        return biasFromFrequencies ? headed.biasFromFrequencies() : headed;
    }

    /** Sets the head of a new run. */
    Job apply(Job job) {
        head.ifPresent(job::head);
        return biasFromFrequencies ? job.biasFromFrequencies() : job;
    }
}
