package dev.graft.cli;

import static dev.graft.cli.Arguments.option;

import dev.graft.metrics.LabelThresholds;
import dev.graft.predict.Answer;
import dev.graft.predict.PredictionStream;
import dev.graft.predict.Predictor;
import dev.graft.torch.ExitGuard;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.cli.Option;

/** {@code graft predict}: classifies pictures with a saved model. */
final class PredictVerb implements Verb {
    private static final int WIDEST_LABEL = 24;

    private final InputStream in;

    PredictVerb() {
        this(System.in);
    }

    /** Takes lists of pictures from another stream. */
    PredictVerb(InputStream in) {
        this.in = in;
    }

    @Override
    public String name() {
        return "predict";
    }

    @Override
    public String summary() {
        return "classifies pictures with a saved model";
    }

    @Override
    public String usage() {
        return "MODEL PATH... [options]";
    }

    @Override
    public Map<String, List<Option>> options() {
        Map<String, List<Option>> table = new LinkedHashMap<>();
        table.put(
                "Output",
                List.of(
                        option("top", "K", "show the K most probable classes. Default: 1"),
                        option(
                                "format",
                                "NAME",
                                "table, csv (RFC 4180, in UTF-8) or jsonl (a JSON object a line). Default: table; with --json jsonl"),
                        option(
                                "unknown-below",
                                "P",
                                "label a picture unknown if its most probable class has a probability below P, 0 to 1"),
                        LabelOptions.threshold(),
                        option(
                                "sort-into",
                                "DIR",
                                "put a copy of each picture into DIR/CLASS/. Names that are taken get a number; nothing is replaced"),
                        option(
                                "link",
                                "KIND",
                                "with --sort-into: hard (a second name of the same file) or symbolic links instead of copies")));
        table.put("Explanations", ExplainArguments.table());
        table.put("Model and machine", ModelOptions.table());
        return table;
    }

    @Override
    public int run(Arguments args, Console console) throws IOException {
        PredictOptions options = PredictOptions.of(args, console);
        try (NativesAhead ahead = new NativesAhead()) {
            PictureInputs.require(options.words(), options.filled());
            try (Predictor predictor =
                            options.model().open(options.explain().folder().isPresent(), batch(options));
                    Overlays overlays = overlays(options, predictor)) {
                return new Run(options, console, predictor, overlays).classify();
            }
        } catch (UncheckedIOException e) { // of a folder, while it was listed
            throw e.getCause();
        }
    }

    /** One picture alone is not worth the preparation of many. */
    private static int batch(PredictOptions options) {
        boolean alone = options.words().size() == 1
                && !options.words().get(0).equals(PictureInputs.LIST)
                && Files.isRegularFile(Path.of(options.words().get(0)));
        return alone ? 1 : ModelOptions.MANY;
    }

    /** Null if none are wanted. */
    private static Overlays overlays(PredictOptions options, Predictor predictor) throws IOException {
        if (options.explain().folder().isEmpty()) return null;
        Files.createDirectories(options.explain().folder().get());
        return Overlays.of(predictor, options.explain().options());
    }

    /** One run, with an open model. */
    private final class Run {
        private final PredictOptions options;
        private final Console console;
        private final Predictor predictor;
        private final RowOutput rows;
        private final List<VerdictSink> sinks = new ArrayList<>();
        private final int top;
        private final int width;
        private final Optional<LabelThresholds> thresholds; // of a multi-label model
        private long count;
        private long unreadable;

        /** @param overlays null for none */
        Run(PredictOptions options, Console console, Predictor predictor, Overlays overlays) throws IOException {
            this.options = options;
            this.console = console;
            this.predictor = predictor;
            this.rows = new RowOutput(console.out());
            this.top = Math.min(options.top(), predictor.classes().size());
            this.thresholds = options.labelOptions().over(predictor.thresholds(), predictor.classes());
            if (thresholds.isPresent()) options.requireMultiLabel();
            List<String> labels = options.labels(predictor.classes());
            width = Math.min(
                    WIDEST_LABEL, labels.stream().mapToInt(String::length).max().orElse(0));
            if (options.sortInto().isPresent())
                sinks.add(sorting(options.sortInto().get(), labels));
            if (overlays != null) sinks.add(explaining(overlays));
        }

        private VerdictSink sorting(Path folder, List<String> labels) throws IOException {
            SortFolder sorted = new SortFolder(folder, options.way(), labels);
            if (!console.quiet()) sorted.renamed().forEach(console::warn);
            return v -> {
                if (!v.isUnreadable()) sorted.put(v.picture(), v.label());
            };
        }

        /** The most probable class is explained, also where its probability is too small for a label. */
        private VerdictSink explaining(Overlays overlays) {
            Path folder = options.explain().folder().orElseThrow();
            return v -> {
                if (!v.isUnreadable())
                    overlays.write(v.picture(), v.top().get(0).label(), folder);
            };
        }

        int classify() throws IOException {
            PictureInputs pictures = PictureInputs.of(options.words(), in, options.filled());
            String header = thresholds.isPresent()
                    ? new LabelFormat(options.format(), top).header()
                    : options.format().header(top);
            if (!header.isEmpty() && !rows.line(header)) return ExitStatus.DONE;
            try (PredictionStream answers = predictor.stream(pictures, pictures::isWaiting)) {
                while (answers.hasNext()) {
                    if (!take(verdict(answers.next()))) return ExitStatus.DONE;
                    if (ExitGuard.exiting()) return TrainCommand.STOPPED;
                }
            }
            requireAny(pictures);
            conclude(pictures);
            return unreadable == 0 ? ExitStatus.DONE : ExitStatus.SOME_UNREADABLE;
        }

        private Verdict verdict(Answer answer) {
            List<String> classes = predictor.classes();
            return thresholds
                    .map(t -> Verdict.of(answer, classes, top, t))
                    .orElseGet(() -> Verdict.of(answer, classes, top, options.unknownBelow()));
        }

        private String line(Verdict v) {
            return thresholds.isPresent()
                    ? new LabelFormat(options.format(), top).line(v)
                    : options.format().line(v, top, width);
        }

        /** Whether to go on: false if nobody reads the output any more. */
        private boolean take(Verdict v) throws IOException {
            count++;
            if (v.isUnreadable()) unreadable++;
            if (!rows.line(line(v))) return false;
            for (VerdictSink sink : sinks) sink.take(v);
            return true;
        }

        private void requireAny(PictureInputs pictures) throws IOException {
            if (count > 0 || options.words().contains(PictureInputs.LIST)) return;
            String leftOut = pictures.leftOut();
            throw new IOException("PATH: there is no picture in " + String.join(", ", options.words())
                    + (leftOut.isEmpty() ? "" : " (" + leftOut + ")"));
        }

        /** On standard error, for rows go to standard output. */
        private void sayFilled(Path folder) {
            console.err().println("saved " + Units.count(count - unreadable, "picture") + " in " + folder);
        }

        private void conclude(PictureInputs pictures) {
            predictor.notes().forEach(console::warn);
            if (!console.quiet()) options.filled().forEach(this::sayFilled);
            if (unreadable > 0) console.warn(unreadable + " of " + count + " pictures cannot be read");
            String leftOut = pictures.leftOut();
            if (!leftOut.isEmpty() && !console.quiet()) console.warn("left out: " + leftOut);
        }
    }
}
