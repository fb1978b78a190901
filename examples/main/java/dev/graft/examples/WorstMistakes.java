package dev.graft.examples;

import dev.graft.data.Sample;
import dev.graft.evaluate.EvaluationResult;
import dev.graft.explain.ExplainOptions;
import dev.graft.explain.Explainer;
import dev.graft.explain.Overlay;
import dev.graft.metrics.OperatingPoint;
import dev.graft.predict.Predictor;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The pictures that an operating point calls wrongly and that are farthest from its threshold. */
record WorstMistakes(List<Sample> pictures, EvaluationResult result, OperatingPoint point) {
    private static final int MOST = 6;

    /** Draws where the network saw the class, for the worst of both kinds. */
    void draw(Predictor predictor, Path folder, PrintStream out) throws IOException {
        try (Explainer explainer = Explainer.of(predictor, ExplainOptions.standard())) {
            for (boolean missed : new boolean[] {true, false}) {
                List<Integer> worst = worst(missed);
                for (int i : worst) {
                    Path file = pictures.get(result.scores().samples()[i]).file();
                    String kind = missed ? "missed" : "false-alarm";
                    String name =
                            String.format(Locale.ROOT, "%s-%.3f-%s.png", kind, probability(i), file.getFileName());
                    Overlay.STANDARD.write(explainer.explain(file, point.positive()), folder.resolve(name));
                }
                out.println(worst.size() + (missed ? " missed" : " false alarms") + " drawn into " + folder);
            }
        }
    }

    private List<Integer> worst(boolean missed) {
        return IntStream.range(0, result.scores().count())
                .filter(i -> result.scores().has(i, point.positive()) == missed)
                .filter(i -> probability(i) < point.threshold() == missed)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> missed ? probability(i) : -probability(i)))
                .limit(MOST)
                .toList();
    }

    private double probability(int i) {
        return result.scores().probabilities()[i][point.positive()];
    }
}
