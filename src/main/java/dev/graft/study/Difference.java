package dev.graft.study;

import dev.graft.metrics.Metric;
import dev.graft.metrics.Scores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * By how much one point is better than another in a metric.
 *
 * @param mean of the differences of runs with the same seed and fold; greater than 0 where the first point is better
 * @param error the standard error of that mean; NaN if unknown. Of several pairs of runs it comes from their spread; of one pair, from
 *     leaving out parts of the pictures in turn (the jackknife: Efron and Stein, The jackknife estimate of variance, 1981)
 */
public record Difference(double mean, double error) {
    /** The jackknife leaves out one picture at a time, or of more pictures one of so many parts. */
    private static final int PARTS = 100;

    /** The difference in standard errors; NaN if unknown, infinite if all runs differ by the same. */
    public double inErrors() {
        return mean == 0 ? 0 : mean / error;
    }

    static Difference of(Metric metric, List<MemberResult> better, List<MemberResult> worse) {
        List<Double> all = new ArrayList<>();
        double sign = metric.higherIsBetter() ? 1 : -1;
        for (MemberResult b : better)
            for (MemberResult w : worse)
                if (b.member().isPairOf(w.member())) all.add(sign * (metric.of(b.scores()) - metric.of(w.scores())));
        Spread spread = Spread.of(all);
        if (better.size() > 1 || worse.size() > 1) return new Difference(spread.mean(), spread.error());
        return new Difference(
                spread.mean(),
                jackknife(metric, better.get(0).scores(), worse.get(0).scores()));
    }

    private static double jackknife(Metric metric, Scores a, Scores b) {
        if (!Arrays.equals(a.samples(), b.samples())) return Double.NaN;
        int parts = Math.min(PARTS, a.count());
        double[] values = IntStream.range(0, parts)
                .mapToDouble(part -> metric.of(without(a, part, parts)) - metric.of(without(b, part, parts)))
                .toArray();
        double mean =
                IntStream.range(0, parts).mapToDouble(i -> values[i]).average().orElse(Double.NaN);
        double squares = IntStream.range(0, parts)
                .mapToDouble(i -> (values[i] - mean) * (values[i] - mean))
                .sum();
        return parts < 2 ? Double.NaN : Math.sqrt(squares * (parts - 1) / parts);
    }

    /** All but the pictures of one part; pictures are dealt to the parts in turn. */
    private static Scores without(Scores scores, int part, int parts) {
        int[] kept = IntStream.range(0, scores.count())
                .filter(i -> i % parts != part)
                .toArray();
        return new Scores(
                IntStream.of(kept).map(i -> scores.samples()[i]).toArray(),
                IntStream.of(kept).map(i -> scores.labels()[i]).toArray(),
                IntStream.of(kept).mapToObj(i -> scores.logits()[i]).toArray(float[][]::new));
    }
}
