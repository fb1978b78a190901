package dev.graft.train;

import dev.graft.plan.Phase;
import java.io.IOException;

/**
 * The weights that a phase is judged by, and ends with: the average where it keeps one, otherwise those of its last step. Used by the
 * training thread.
 */
final class JudgedWeights implements AutoCloseable {
    private final WeightAverage average;
    private final NormStatistics norms;
    private boolean shown;
    private boolean computed;

    JudgedWeights(RunContext context, Phase phase, WeightAverage average, String first) {
        this.average = average;
        this.norms = new NormStatistics(context, phase, first);
    }

    /**
     * Puts new ones into the classifier, after an epoch.
     *
     * @throws Stopped when the JVM exits before they are whole; {@link #hide} then
     */
    void show(Source source) throws IOException, Stopped {
        if (shown || !average.isThere()) return;
        average.exchange();
        shown = true;
        norms.recompute(source);
        computed = true;
    }

    /** Puts the weights that learn back into the classifier. */
    void hide() {
        if (shown) exchange();
        shown = false;
    }

    /** Puts them into the classifier for good, after an epoch that may lie before a resume. */
    void keep(Source source) throws IOException, Stopped {
        if (!computed) {
            show(source);
        } else if (!shown) {
            exchange();
            shown = true;
        }
    }

    private void exchange() {
        average.exchange();
        norms.exchange();
    }

    @Override
    public void close() {
        norms.close();
    }
}
