package dev.graft.plan;

import java.util.Objects;

/**
 * When a run ends before its last epoch, and which weights it ends with.
 *
 * @param metric the name of the metric on the validation pictures that {@code patience} and {@code takeBest} look at, such as {@code
 *     accuracy} or {@code log_loss}; see {@link dev.graft.metrics.Metrics#named}
 * @param patience a phase ends after this number of epochs in a row whose metric is not better than the best before them; 0 for no such
 *     end
 * @param delta by how much the metric must be better to count, at least 0
 * @param takeBest whether the run ends with the weights of its best epoch, over all phases, instead of its last. A
 *     phase begins with the last weights of the phase before
 * @param seconds the run begins no epoch that would, as long as the epoch before, end later than this after its start; 0 for no limit.
 *     The time before a stop and a resume counts. Such a run depends on the machine's speed
 */
public record Ending(String metric, int patience, double delta, boolean takeBest, long seconds) {
    /** The last epoch, with its weights. */
    public static final Ending NONE = new Ending("accuracy", 0, 0, false, 0);

    /** Checks the ranges. */
    public Ending {
        Objects.requireNonNull(metric, "metric");
        if (patience < 0 || seconds < 0 || !(delta >= 0 && Double.isFinite(delta)))
            throw new IllegalArgumentException("plan: patience, delta and seconds must be at least 0, were " + patience
                    + ", " + delta + " and " + seconds);
    }

    /** Whether the metric is needed. */
    public boolean watches() {
        return patience > 0 || takeBest;
    }

    /** The same with another metric. */
    public Ending withMetric(String name) {
        return new Ending(name, patience, delta, takeBest, seconds);
    }

    /** The same with another patience. */
    public Ending withPatience(int epochs, double better) {
        return new Ending(metric, epochs, better, takeBest, seconds);
    }

    /** The same with the weights of the best or the last epoch. */
    public Ending withTakeBest(boolean best) {
        return new Ending(metric, patience, delta, best, seconds);
    }

    /** The same with another limit of time. */
    public Ending withSeconds(long s) {
        return new Ending(metric, patience, delta, takeBest, s);
    }
}
