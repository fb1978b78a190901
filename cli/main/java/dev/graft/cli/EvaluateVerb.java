package dev.graft.cli;

import static dev.graft.cli.Arguments.option;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.data.ImageFolder;
import dev.graft.evaluate.EvaluationFile;
import dev.graft.evaluate.EvaluationResult;
import dev.graft.evaluate.Evaluator;
import dev.graft.evaluate.Mistake;
import dev.graft.evaluate.Part;
import dev.graft.metrics.PerClass;
import dev.graft.predict.Predictor;
import dev.graft.torch.ExitGuard;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.cli.Option;

/** {@code graft evaluate}: measures a saved model with labelled pictures. */
final class EvaluateVerb implements Verb {
    private static final String JSON = "evaluation.json";
    private static final String CSV = "predictions.csv";

    @Override
    public String name() {
        return "evaluate";
    }

    @Override
    public String summary() {
        return "measures a saved model with labelled pictures";
    }

    @Override
    public String usage() {
        return "MODEL DATA [options]";
    }

    @Override
    public Map<String, List<Option>> options() {
        Map<String, List<Option>> table = new LinkedHashMap<>();
        List<Option> pictures = new ArrayList<>(List.of(option(
                "split",
                "NAME",
                "train, val, test, all, or auto: test if the data has it, else val, else all. Default: auto")));
        DataOptions.tableBesideData().stream()
                .filter(o -> !o.getLongOpt().equals("unreadable")) // they are named, and not counted
                .forEach(pictures::add);
        pictures.add(option(
                "seed", "N", "of the training, where the data is not split and --split is train or val. Default: 0"));
        table.put("Pictures", pictures);
        table.put(
                "Output",
                List.of(
                        option(
                                "out",
                                "DIR",
                                "gets predictions.csv, evaluation.json and report.html. Default: no files"),
                        option("worst", "N", "show the N surest mistakes. Default: 10"),
                        LabelOptions.threshold(),
                        option(
                                "known-accuracy",
                                "X",
                                "say below which probability pictures must be unknown, so that this part of the others is right,"
                                        + " such as 0.99"),
                        option(
                                "fail-below",
                                "METRIC=X,...",
                                "end with status 4 if a metric is below a value, such as accuracy=0.9,macro_f1=0.85")));
        table.put("One class against the rest", Screening.Wanted.table());
        table.put("Model and machine", ModelOptions.table());
        return table;
    }

    @Override
    public int run(Arguments args, Console console) throws IOException {
        EvaluateOptions options = EvaluateOptions.of(args);
        try (NativesAhead ahead = new NativesAhead();
                ImageFolder data = options.data().open()) {
            options.part().of(data); // before the model, which takes longer
            try (Predictor predictor = options.model().open(options.out() != null, ModelOptions.MANY)) {
                predictor.notes().forEach(console::warn);
                options.screening().requireKnown(predictor.classes());
                Part part = options.part().in(data);
                console.say("evaluating " + options.model().file() + " on " + part.word() + " of "
                        + options.data().place() + ": " + part.of(data).size() + " pictures");
                if (part == Part.TRAIN || part == Part.ALL && !data.isDivided())
                    console.warn(
                            "--split " + part.word() + ": these include training pictures. A model that was"
                                    + " trained with them is better on them than on new ones; take val or test to measure that");
                Evaluator evaluator = evaluator(options, predictor).stopWhen(ExitGuard::exiting);
                EvaluationResult result = evaluator.evaluate(data, options.part());
                Optional<Screening> screening = Screening.of(options.screening(), result, part, data, evaluator);
                ObjectNode file = EvaluationFile.of(
                        result,
                        args.command(name()),
                        options.model().file(),
                        options.data().place(),
                        data,
                        part);
                options.known().ifPresent(known -> known.put(result, file));
                file.set(
                        "preprocessing", predictor.card().preprocessing().toJson()); // for the thumbnails of the report
                screening.ifPresent(s -> s.into(file.putObject("screening")));
                write(options, result, file);
                if (options.out() != null)
                    Reporting.write(options.out(), Optional.of(data.root()), predictor, console::warn);
                EvaluationLines.of(result, options.worst()).forEach(console::result);
                options.known()
                        .ifPresent(known -> List.of("", known.line(result)).forEach(console::result));
                screening.ifPresent(s -> s.lines(part.word()).forEach(console::result));
                return told(options, result, file, console);
            }
        }
    }

    private static Evaluator evaluator(EvaluateOptions options, Predictor predictor) {
        Evaluator evaluator = new Evaluator(predictor);
        options.labels().over(predictor.thresholds(), predictor.classes()).ifPresent(thresholds -> {
            options.thresholds().requireMultiLabel();
            options.known().ifPresent(KnownAccuracy::refuseLabels);
            evaluator.thresholds(thresholds);
        });
        return evaluator;
    }

    private static void write(EvaluateOptions options, EvaluationResult result, ObjectNode file) throws IOException {
        if (options.out() == null) return;
        try (ExitGuard.Work work = ExitGuard.begin()) {
            result.writePredictions(options.out().resolve(CSV));
            EvaluationFile.write(options.out().resolve(JSON), file);
        }
    }

    private static int told(EvaluateOptions options, EvaluationResult result, ObjectNode file, Console console) {
        if (console.json()) console.result(withTables(file, result, options.worst()));
        if (options.out() != null)
            console.say("saved " + options.out().resolve(JSON) + ", " + CSV + " and " + Reporting.FILE);
        List<String> missed = options.thresholds().missed(result);
        missed.forEach(console::warn);
        if (!missed.isEmpty()) return ExitStatus.BELOW;
        return result.unreadable().isEmpty() ? ExitStatus.DONE : ExitStatus.SOME_UNREADABLE;
    }

    /** The file's content with the tables that are printed. */
    private static ObjectNode withTables(ObjectNode file, EvaluationResult result, int worst) {
        ObjectNode all = file.deepCopy();
        ArrayNode classes = all.putArray("per_class");
        for (PerClass c : result.perClass()) {
            ObjectNode node = classes.addObject()
                    .put("class", result.classes().get(c.label()))
                    .put("pictures", c.support())
                    .put("precision", c.precision())
                    .put("recall", c.recall())
                    .put("f1", c.f1());
            node.put("roc_auc", Double.isFinite(c.rocAuc()) ? c.rocAuc() : null);
            if (result.scores().isMultiLabel())
                node.put("average_precision", Double.isFinite(c.averagePrecision()) ? c.averagePrecision() : null);
        }
        if (!result.scores().isMultiLabel()) putConfusion(all.putArray("confusion"), result);
        ArrayNode mistakes = all.putArray("worst");
        for (Mistake m : result.worst(worst)) {
            mistakes.addObject()
                    .put("file", m.file().toString())
                    .put("actual", m.actual())
                    .put("predicted", m.predicted())
                    .put("probability", m.probability());
        }
        return all;
    }

    private static void putConfusion(ArrayNode rows, EvaluationResult result) {
        for (int[] row : result.confusion().counts()) {
            ArrayNode cells = rows.addArray();
            for (int n : row) cells.add(n);
        }
    }
}
