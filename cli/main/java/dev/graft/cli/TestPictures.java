package dev.graft.cli;

import dev.graft.data.ImageFolder;
import dev.graft.evaluate.EvaluationResult;
import dev.graft.evaluate.Evaluator;
import dev.graft.evaluate.Part;
import dev.graft.metrics.Metrics;
import dev.graft.metrics.Scores;
import dev.graft.predict.Predictor;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/** Evaluates the test pictures: the saved model classifies them once, after training. */
final class TestPictures {
    private TestPictures() {}

    /**
     * Prints the accuracy and writes one line for each picture. Pictures that cannot be read are named and not counted.
     *
     * @param data with at least one test picture
     */
    static void evaluate(ImageFolder data, Predictor predictor, Path file, PrintStream out) throws IOException {
        EvaluationResult result = new Evaluator(predictor).evaluate(data, Part.TEST);
        result.writePredictions(file);
        if (result.scores().isMultiLabel()) out.println(ofLabels(result.scores()));
        else
            out.println(String.format(
                    Locale.ROOT,
                    "Test Accuracy: %.2f%% (%d of %d)",
                    100.0
                            * result.scores().correct()
                            / Math.max(1, result.scores().count()),
                    result.scores().correct(),
                    result.scores().count()));
        if (result.unreadable().isEmpty()) return;
        out.println(
                "not tested, for they cannot be read: " + result.unreadable().size());
        result.unreadable().forEach(u -> out.println("  " + u.reason()));
    }

    private static String ofLabels(Scores scores) {
        return String.format(
                Locale.ROOT,
                "Test mAP: %.2f%%, micro F1: %.2f%%, all labels right: %d of %d",
                100 * Metrics.averagePrecision().of(scores),
                100 * Metrics.microF1().of(scores),
                scores.correct(),
                scores.count());
    }
}
