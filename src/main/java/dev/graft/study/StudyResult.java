package dev.graft.study;

import dev.graft.data.Sample;
import dev.graft.job.Result;
import dev.graft.metrics.Metric;
import dev.graft.metrics.Scores;
import dev.graft.report.Event;
import dev.graft.report.Suspects;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How a study ended.
 *
 * @param classes names, in the order of the labels
 * @param pictures all that judge: those that were dealt into folds, or the validation pictures
 * @param rankedBy the metric that orders the points
 * @param points from the best to the worst; one without a grid. After a stop empty
 * @param members all runs that ended, in the order in which they were trained
 * @param last the final model's run, if one was asked for and the study was not stopped
 * @param stopped whether the study was asked to stop before its end
 */
public record StudyResult(
        List<String> classes,
        List<Sample> pictures,
        Metric rankedBy,
        List<PointResult> points,
        List<MemberResult> members,
        Optional<Result> last,
        boolean stopped) {
    /** Copies the lists. */
    public StudyResult {
        classes = List.copyOf(classes);
        pictures = List.copyOf(pictures);
        points = List.copyOf(points);
        members = List.copyOf(members);
    }

    /**
     * The best point of the grid.
     *
     * @throws IllegalStateException after a stop
     */
    public PointResult best() {
        if (points.isEmpty())
            throw new IllegalStateException("study: it was stopped, so no point is known to be the best");
        return points.get(0);
    }

    /**
     * With folds, for the best point: what networks say that were trained without the picture, in the order of the
     * pictures. Each has its logits; where several seeds dealt it, the logarithms of the mean probabilities. Empty without
     * folds and after a stop.
     */
    public Optional<Scores> outOfFold() {
        boolean folds = !points.isEmpty() && best().members().get(0).member().fold() != Member.NO_FOLD;
        return folds ? Optional.of(OutOfFold.of(best().members())) : Optional.empty();
    }

    /** What {@link #outOfFold} says of each picture, in its order. */
    public List<Event.OutOfFold> verdicts() {
        Optional<Scores> all = outOfFold();
        if (all.isEmpty()) return List.of();
        Scores scores = all.get();
        double[][] probabilities = scores.probabilities();
        return IntStream.range(0, scores.count())
                .mapToObj(i -> new Event.OutOfFold(
                        pictures.get(scores.samples()[i]).file(),
                        classes.get(scores.labels()[i]),
                        classes.get(scores.predicted(i)),
                        probabilities[i][scores.labels()[i]],
                        probabilities[i][scores.predicted(i)]))
                .toList();
    }

    /**
     * Pictures that may lie in the wrong class, as {@link Suspects} says.
     *
     * @param most how many at most
     */
    public List<Event.OutOfFold> suspects(int most) {
        return Suspects.of(verdicts(), most);
    }
}
