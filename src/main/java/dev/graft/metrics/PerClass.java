package dev.graft.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * The metrics of one class, or of one label of a multi-label model. Precision, recall and F1 are those of van Rijsbergen, Information Retrieval, 1979, chapter
 * 7. As in scikit-learn with {@code zero_division=0}, 0 / 0 gives 0.
 *
 * @param label the index of the class
 * @param support number of samples of this class
 * @param precision fraction of the predictions of this class that are correct, 0..1
 * @param recall fraction of the samples of this class that are predicted correctly, 0..1; 0 without samples
 * @param f1 the harmonic mean of precision and recall
 * @param rocAuc the area under the ROC curve of this class against the rest, see {@link Metrics#rocAuc}; NaN if no
 *     sample or every sample belongs to the class
 * @param averagePrecision of this class against the rest, see {@link Metrics#averagePrecision}; NaN if no sample
 *     belongs to the class
 */
public record PerClass(
        int label, int support, double precision, double recall, double f1, double rocAuc, double averagePrecision) {
    /** One for each class, in order; empty without samples. */
    public static List<PerClass> of(Scores s) {
        ClassCounts counts = ClassCounts.of(s);
        OneAgainstRest rest = new OneAgainstRest(s);
        List<PerClass> all = new ArrayList<>();
        for (int c = 0; c < counts.classes(); c++) {
            Ranking ranking = rest.ranking(c);
            all.add(new PerClass(
                    c,
                    counts.actual()[c],
                    counts.precision(c),
                    counts.recall(c),
                    counts.f1(c),
                    ranking.rocAuc(),
                    ranking.averagePrecision()));
        }
        return all;
    }
}
