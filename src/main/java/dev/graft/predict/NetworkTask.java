package dev.graft.predict;

import dev.graft.model.Classifier;
import java.io.IOException;

/**
 * Work with a predictor's network, see {@link Predictor#withNetwork}.
 *
 * @param <T> the result
 */
@FunctionalInterface
public interface NetworkTask<T> {
    /**
     * Runs on the predictor's thread.
     *
     * @param network in evaluation mode, on the predictor's device, frozen; the task must not change or close it
     */
    T run(Classifier network) throws IOException;
}
