package dev.graft.train;

import dev.graft.checkpoint.RunState;
import dev.graft.metrics.Metric;
import dev.graft.metrics.Metrics;
import dev.graft.plan.Ending;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Decides after an epoch whether a phase or the run ends early. */
record Endings(Ending plan) {
    /**
     * The metric that selects the best epoch.
     *
     * @param kept by the caller's wish; may be empty
     * @throws IllegalArgumentException when the plan takes the best epoch by another metric, or by an unknown one
     */
    Optional<Metric> best(Optional<Metric> kept) {
        if (!plan.watches()) return kept;
        Metric watched = metric();
        if (!plan.takeBest()) return kept;
        if (kept.isPresent() && !kept.get().name().equals(watched.name()))
            throw new IllegalArgumentException("training: the best epoch is kept by "
                    + kept.get().name() + ", but the plan takes it by " + watched.name() + "; use one metric for both");
        return Optional.of(watched);
    }

    /** The metrics to report: those given, and the one that is looked at. */
    List<Metric> reported(List<Metric> given) {
        List<Metric> all = new ArrayList<>(given);
        if (plan.watches()) all.add(metric());
        return all;
    }

    private Metric metric() {
        return Metrics.named(plan.metric());
    }

    /** The history after one more epoch. */
    RunState.History after(RunState.History before, Evaluation judged, double seconds) {
        List<Double> watched = new ArrayList<>(before.watched());
        if (plan.patience() > 0) watched.add(metric().of(judged.scores()));
        List<Double> losses = new ArrayList<>(before.losses());
        losses.add(Metrics.loss().of(judged.scores()));
        double all = plan.seconds() == 0 ? 0 : before.seconds() + seconds;
        return new RunState.History(losses, watched, all, before.best());
    }

    /** Why the phase ends now; empty if it does not. */
    Optional<String> ofPhase(RunState.History history) {
        if (plan.patience() == 0) return Optional.empty();
        int since = sinceBest(history.watched());
        if (since < plan.patience()) return Optional.empty();
        return Optional.of(String.format(Locale.ROOT, "%s has not become better in %d epochs", plan.metric(), since));
    }

    /** Epochs since the best one. NaN is never better. */
    private int sinceBest(List<Double> values) {
        double sign = metric().higherIsBetter() ? 1 : -1;
        double best = Double.NEGATIVE_INFINITY;
        int since = 0;
        for (double value : values) {
            since++;
            if (sign * value > best + (best == Double.NEGATIVE_INFINITY ? 0 : plan.delta())) {
                best = sign * value;
                since = 0;
            }
        }
        return since;
    }

    /**
     * Why the run ends now; empty if it does not.
     *
     * @param last seconds of the last epoch
     */
    Optional<String> ofRun(RunState.History history, double last) {
        if (plan.seconds() == 0 || history.seconds() + last <= plan.seconds()) return Optional.empty();
        return Optional.of(String.format(
                Locale.ROOT,
                "%.0f of %d seconds are over, and an epoch takes %.0f",
                history.seconds(),
                plan.seconds(),
                last));
    }
}
