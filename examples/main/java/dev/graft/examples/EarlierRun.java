package dev.graft.examples;

import dev.graft.report.Event;
import dev.graft.report.TrainingListener;
import java.io.IOException;

/**
 * An earlier run in the folder of this one. Its files go with this run's first step, so that none is taken for one of this run; until
 * then this one may be refused, and they stay.
 */
final class EarlierRun implements TrainingListener {
    private final Outputs outputs;
    private boolean there;

    /** @param there whether its files are to go: not where this run goes on with it */
    EarlierRun(Outputs outputs, boolean there) {
        this.outputs = outputs;
        this.there = there;
    }

    @Override
    public void on(Event event) throws IOException {
        if (event instanceof Event.StepsTaken) remove();
    }

    /** Removes what is there; once. */
    void remove() throws IOException {
        if (there) outputs.clear();
        there = false;
    }
}
