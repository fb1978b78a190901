package dev.graft.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The options of {@code graft predict}.
 *
 * @param words the pictures, see {@link PictureInputs}
 * @param top the number of classes that are shown
 * @param unknownBelow the least probability of a label; 0 for any
 * @param labelOptions which labels pictures get
 * @param sortInto a folder that gets the pictures by label
 * @param way how they come there
 * @param explain overlays of the pictures
 */
record PredictOptions(
        ModelOptions model,
        List<String> words,
        VerdictFormat format,
        int top,
        double unknownBelow,
        LabelOptions labelOptions,
        Optional<Path> sortInto,
        SortFolder.Way way,
        ExplainArguments explain) {
    static PredictOptions of(Arguments args, Console console) throws IOException {
        ModelOptions.requireOwnWords(args);
        List<String> words = args.words();
        if (words.size() < 2) {
            throw new UsageException("PATH: is missing; give a model, and the pictures behind it: files, folders,"
                    + " patterns, or - for a list on standard input");
        }
        Optional<Path> sortInto = Optional.ofNullable(args.path("sort-into", null));
        if (args.has("link") && sortInto.isEmpty()) {
            throw new UsageException("--link: goes with --sort-into; leave it out");
        }
        String format = args.oneOf("format", console.json() ? "jsonl" : "table", List.of("table", "csv", "jsonl"));
        if (console.json() && !format.equals("jsonl")) {
            throw new UsageException("--json: goes with --format jsonl; leave one of them out");
        }
        double unknownBelow = args.number("unknown-below", 0);
        if (!(unknownBelow >= 0 && unknownBelow <= 1)) {
            throw new UsageException("--unknown-below: must lie between 0 and 1, was " + unknownBelow);
        }
        String link = args.oneOf("link", "copy", List.of("hard", "symbolic", "copy"));
        return new PredictOptions(
                ModelOptions.of(args, words.get(0)),
                List.copyOf(words.subList(1, words.size())),
                VerdictFormat.valueOf(format.toUpperCase(Locale.ROOT)),
                (int) args.integer("top", 1, 1, Integer.MAX_VALUE),
                unknownBelow,
                LabelOptions.of(args),
                sortInto,
                SortFolder.Way.valueOf(link.toUpperCase(Locale.ROOT)),
                ExplainArguments.of(args));
    }

    /** @throws UsageException when an option is only for models of one class a picture */
    void requireMultiLabel() {
        if (unknownBelow > 0)
            throw new UsageException(
                    "--unknown-below: the pictures of this model have any number of labels, also none; set"
                            + " --threshold instead");
        if (sortInto.isPresent())
            throw new UsageException(
                    "--sort-into: the pictures of this model have any number of labels, so they have no one"
                            + " folder; take --format csv and copy by its lines");
    }

    /** The folders that the run fills. */
    List<Path> filled() {
        return Stream.of(sortInto, explain.folder()).flatMap(Optional::stream).toList();
    }

    /**
     * The labels that pictures may get.
     *
     * @throws IllegalArgumentException when a class of the model has the label of what is not known
     */
    List<String> labels(List<String> classes) {
        if (unknownBelow == 0) return classes;
        if (classes.contains(Verdict.UNKNOWN)) {
            throw new UsageException("--unknown-below: the model has a class '" + Verdict.UNKNOWN
                    + "' itself; leave the option out, and compare the probabilities instead");
        }
        List<String> labels = new ArrayList<>(classes);
        labels.add(Verdict.UNKNOWN);
        return labels;
    }
}
