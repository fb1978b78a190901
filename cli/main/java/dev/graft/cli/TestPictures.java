package dev.graft.cli;

import dev.graft.data.ImageFolder;
import dev.graft.data.Sample;
import dev.graft.predict.Answer;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import dev.graft.report.PredictionsFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
        List<Sample> samples = data.test();
        List<Answer> answers =
                predictor.predictEach(samples.stream().map(Sample::file).toList());
        List<PredictionsFile.Row> rows = new ArrayList<>();
        List<String> unreadable = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            if (answers.get(i) instanceof Answer.Unreadable u) unreadable.add(u.reason());
            if (answers.get(i) instanceof Answer.Classified c) rows.add(row(data, samples.get(i), c.prediction()));
        }
        PredictionsFile.write(file, data.classes(), rows);
        long right = rows.stream().filter(r -> r.actual().equals(r.predicted())).count();
        out.println(String.format(
                Locale.ROOT,
                "Test Accuracy: %.2f%% (%d of %d)",
                100.0 * right / Math.max(1, rows.size()),
                right,
                rows.size()));
        if (!unreadable.isEmpty()) out.println("not tested, for they cannot be read: " + unreadable.size());
        unreadable.forEach(why -> out.println("  " + why));
    }

    private static PredictionsFile.Row row(ImageFolder data, Sample sample, Prediction prediction) {
        float[] probabilities = new float[data.classes().size()];
        for (int c = 0; c < probabilities.length; c++) {
            probabilities[c] = prediction.probabilities().get(c);
        }
        return new PredictionsFile.Row(
                data.nameOf(sample), data.classes().get(sample.label()), prediction.label(), probabilities);
    }
}
