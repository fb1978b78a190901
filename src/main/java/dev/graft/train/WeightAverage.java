package dev.graft.train;

import dev.graft.torch.NativeScope;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The exponential moving average of the weights that learn, as {@code torch.optim.swa_utils.AveragedModel} with {@code
 * get_ema_multi_avg_fn}: the first step copies the weights. Owns native memory. Used by the training thread.
 */
final class WeightAverage implements AutoCloseable {
    private final Map<String, Tensor> weights;
    private final double decay;
    private final Map<String, Tensor> average = new LinkedHashMap<>(); // empty before the first step

    /**
     * @param weights that learn; the caller keeps them
     * @param decay 0 for no average
     */
    WeightAverage(Map<String, Tensor> weights, double decay) {
        this.weights = weights;
        this.decay = decay;
    }

    /** Whether there is an average to look at. */
    boolean isThere() {
        return !average.isEmpty();
    }

    /** Takes in the weights after a step. */
    void update() {
        if (decay == 0) return;
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            if (average.isEmpty())
                weights.forEach((name, w) ->
                        average.put(name, NativeScope.own(w.detach().clone())));
            else average.forEach((name, a) -> a.lerp_(weights.get(name), new Scalar(1 - decay)));
        }
    }

    /** Exchanges the values of weights and average. Twice leaves everything as it was. */
    void exchange() {
        Exchange.of(average, weights);
    }

    /** By name; empty before the first step. This object owns the tensors. */
    Map<String, Tensor> state() {
        return Collections.unmodifiableMap(average);
    }

    /**
     * Goes on from a saved {@link #state}.
     *
     * @throws IllegalArgumentException when it belongs to other weights
     */
    void restore(Map<String, Tensor> saved) {
        if (saved.isEmpty()) return;
        if (decay == 0 || !saved.keySet().equals(weights.keySet()))
            throw new IllegalArgumentException("averaged weights: the checkpoint has them for " + saved.keySet()
                    + ", the plan averages " + (decay == 0 ? "none" : weights.keySet())
                    + "; resume with the plan of the stopped run");
        try (NativeScope scope = NativeScope.open()) {
            weights.forEach((name, w) -> average.put(
                    name,
                    NativeScope.own(
                            saved.get(name).to(w.device(), w.scalar_type()).clone())));
        }
    }

    @Override
    public void close() {
        average.values().forEach(Tensor::close);
        average.clear();
    }
}
