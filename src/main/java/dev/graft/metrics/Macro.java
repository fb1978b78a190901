package dev.graft.metrics;

import java.util.stream.IntStream;

/**
 * The mean of a value over all classes that occur as a label or as a prediction; with multi-label over all labels. See
 * {@link Metrics#macroF1}.
 */
record Macro(String name, OfClass value) implements Metric {
    static final Macro PRECISION = new Macro("macro_precision", ClassCounts::precision);
    static final Macro RECALL = new Macro("macro_recall", ClassCounts::recall);
    static final Macro F1 = new Macro("macro_f1", ClassCounts::f1);

    /** The value of a class. */
    interface OfClass {
        double of(ClassCounts counts, int c);
    }

    @Override
    public boolean isForMultiLabel() {
        return true;
    }

    @Override
    public double of(Scores s) {
        ClassCounts counts = ClassCounts.of(s);
        return IntStream.range(0, counts.classes())
                .filter(c -> s.isMultiLabel() || counts.actual()[c] > 0 || counts.predicted()[c] > 0)
                .mapToDouble(c -> value.of(counts, c))
                .average()
                .orElse(Double.NaN);
    }
}
