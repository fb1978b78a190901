package dev.graft.train;

import dev.graft.report.Event;
import dev.graft.report.TrainingListener;
import java.io.IOException;
import java.util.List;

/** All listeners of a run. */
record Listeners(List<TrainingListener> all) {
    Listeners {
        all = List.copyOf(all);
    }

    /** Tells each, in the order in which they were added. */
    void tell(Event event) throws IOException {
        for (TrainingListener l : all) l.on(event);
    }
}
