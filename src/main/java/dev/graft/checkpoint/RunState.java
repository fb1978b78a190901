package dev.graft.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Objects;

/**
 * The progress of a run, and its state apart from weights and optimizer.
 *
 * @param phase the current phase of the plan, from 0
 * @param epoch epochs done, over all phases
 * @param step steps done in the next epoch
 * @param batch batches done in the next epoch, including those without a readable picture
 * @param lossSum sum of the losses of these steps
 * @param lossScale of a run in FP16; null otherwise
 * @param history what later epochs need to know of earlier ones
 */
public record RunState(
        int phase, int epoch, int step, int batch, double lossSum, LossScale lossScale, History history) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /** The begin of every run. */
    public static final RunState BEGIN = new RunState(0, 0, 0, 0, 0, null, History.NONE);

    /** Checks the ranges. */
    public RunState {
        if (phase < 0 || epoch < 0 || step < 0 || batch < step)
            throw new IllegalArgumentException("run state: phase, epoch and step must be at least 0, and batch at least"
                    + " step, were " + phase + ", " + epoch + ", " + step + " and " + batch);
        Objects.requireNonNull(history, "history");
    }

    /**
     * The factor of the loss.
     *
     * @param scale above 0
     * @param steps since it last changed
     */
    public record LossScale(float scale, int steps) {
        /** Checks the ranges. */
        public LossScale {
            if (!(scale > 0 && Float.isFinite(scale)) || steps < 0)
                throw new IllegalArgumentException("run state: a loss scale must be above 0 and its steps at least 0,"
                        + " were " + scale + " and " + steps);
        }
    }

    /**
     * What later epochs need to know of earlier ones.
     *
     * @param losses on the validation pictures after each finished epoch of the phase; NaN if there are no such pictures
     * @param watched values of the metric that may end the phase, one for each finished epoch of it; empty if none is watched
     * @param seconds of all finished epochs of the run, with their validation; 0 if the run's time is not limited
     * @param best the best epoch so far; null if the run does not look for it
     */
    public record History(List<Double> losses, List<Double> watched, double seconds, Best best) {
        /** Nothing is finished. */
        public static final History NONE = new History(List.of(), List.of(), 0, null);

        /** Copies the lists. */
        public History {
            losses = List.copyOf(losses);
            watched = List.copyOf(watched);
            if (!(seconds >= 0))
                throw new IllegalArgumentException("run state: the seconds must be at least 0, were " + seconds);
        }

        /** The begin of another phase. */
        public History nextPhase() {
            return new History(List.of(), List.of(), seconds, best);
        }

        /** The same with another best epoch. */
        public History withBest(Best b) {
            return new History(losses, watched, seconds, b);
        }
    }

    /**
     * The best epoch so far.
     *
     * @param metric the name of the metric that selects it
     * @param value of that metric
     * @param epoch from 1, over all phases
     */
    public record Best(String metric, double value, int epoch) {}

    /** The best epoch so far; null if the run does not look for it. */
    public Best best() {
        return history.best();
    }

    /** The same with another best epoch. */
    public RunState withBest(Best b) {
        return new RunState(phase, epoch, step, batch, lossSum, lossScale, history.withBest(b));
    }

    String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("run state: could not be written as JSON", e);
        }
    }

    /**
     * @throws IllegalArgumentException when it is not a run's state
     */
    static RunState fromJson(String text) {
        try {
            return JSON.readValue(text, RunState.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("run state: " + e.getOriginalMessage(), e);
        }
    }
}
