package dev.graft.study;

import dev.graft.job.Job;
import dev.graft.job.OpenJob;
import java.io.IOException;
import java.util.List;

/** Finds plans that cannot be trained here, such as one in a precision of another device, before the first run. */
final class PlanCheck {
    private PlanCheck() {}

    /**
     * Reads the network once and trains nothing.
     *
     * @param job one of the runs, without a folder
     * @throws IllegalArgumentException naming the point
     */
    static void require(Job job, List<GridPoint> points) throws IOException {
        try (OpenJob open = job.open()) {
            for (GridPoint point : points) {
                try {
                    open.require(point.plan());
                } catch (IllegalArgumentException e) {
                    if (point.values().isEmpty()) throw e;
                    throw new IllegalArgumentException("grid: " + point + ": " + e.getMessage(), e);
                }
            }
        }
    }
}
