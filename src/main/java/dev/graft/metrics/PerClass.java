package dev.graft.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * How well one class is told from the rest. Precision, recall and F1 are those of van Rijsbergen, Information Retrieval, 1979, chapter 7;
 * as in scikit-learn with {@code zero_division=0}, each is 0 where it would be 0 / 0.
 *
 * @param label the class
 * @param support how many samples lie in it
 * @param precision the share of those predicted to lie in it that do
 * @param recall the share of those in it that are predicted to be; 0 if there are none
 * @param f1 the harmonic mean of the two
 * @param rocAuc the area under the ROC curve of this class against the rest, see {@link Metrics#rocAuc}; NaN if no sample, or every
 *     sample, lies in it
 * @param averagePrecision of this class against the rest, see {@link Metrics#averagePrecision}; NaN if no sample lies in it
 */
public record PerClass(
        int label, int support, double precision, double recall, double f1, double rocAuc, double averagePrecision) {
    /** One for each class, in their order; none if there are no samples. */
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
