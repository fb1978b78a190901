package dev.graft.report.html;

import dev.graft.metrics.Metric;
import dev.graft.train.RateCurve;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the files of a run or an evaluation say.
 *
 * @param folder name of the folder
 * @param results of validation and test pictures, as far as there are predictions
 * @param outOfFold training pictures, the least probable first; empty if there is no such file
 * @param rates the search for a learning rate before it; empty if there is no such file
 * @param notes what could not be read, one line each
 */
record Run(
        String folder,
        RunRecord record,
        MetricsLog log,
        List<Predictions> results,
        List<OutOfFold> outOfFold,
        Optional<RateCurve> rates,
        List<String> notes) {
    /** A metric of a result: as the evaluation wrote it, else from the list of predictions, which has fewer digits. */
    double metric(Metric metric, Predictions of) {
        boolean isTheEvaluations = of == results.get(0);
        return (isTheEvaluations ? record.metric(metric.name()) : OptionalDouble.empty())
                .orElseGet(() -> metric.of(of.scores()));
    }
}
