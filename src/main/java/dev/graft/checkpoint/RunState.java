package dev.graft.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * How far a run is, and what it remembers beside weights and optimizer.
 *
 * @param phase of the plan that is on, from 0
 * @param epoch epochs done, over all phases
 * @param step steps done of the next epoch
 * @param batch batches of its order that are behind, those included of which no picture could be read
 * @param lossSum sum of those steps' losses
 * @param lossScale of a run in FP16; null where none is used
 * @param best the best epoch so far; null where none is looked for
 */
public record RunState(int phase, int epoch, int step, int batch, double lossSum, LossScale lossScale, Best best) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /** Where every run begins. */
    public static final RunState BEGIN = new RunState(0, 0, 0, 0, 0, null, null);

    /** Checks the ranges. */
    public RunState {
        if (phase < 0 || epoch < 0 || step < 0 || batch < step)
            throw new IllegalArgumentException("run state: phase, epoch and step must be at least 0, and batch at least"
                    + " step, were " + phase + ", " + epoch + ", " + step + " and " + batch);
    }

    /**
     * What the loss is multiplied with.
     *
     * @param scale above 0
     * @param steps since it changed
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
     * The best epoch so far.
     *
     * @param metric by which it is the best
     * @param value of that metric
     * @param epoch from 1, over all phases
     */
    public record Best(String metric, double value, int epoch) {}

    /** The same with another best epoch. */
    public RunState withBest(Best b) {
        return new RunState(phase, epoch, step, batch, lossSum, lossScale, b);
    }

    String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("run state: could not be written as JSON", e);
        }
    }

    /** @throws IllegalArgumentException when it is something else */
    static RunState fromJson(String text) {
        try {
            return JSON.readValue(text, RunState.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("run state: " + e.getOriginalMessage(), e);
        }
    }
}
