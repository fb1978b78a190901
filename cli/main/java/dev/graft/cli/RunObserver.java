package dev.graft.cli;

import dev.graft.job.OpenJob;
import dev.graft.job.Result;
import dev.graft.job.RunFolder;
import dev.graft.report.Event;
import dev.graft.report.TrainingListener;
import java.io.IOException;

/** Follows a training run: its events, and what is known before and after them. */
interface RunObserver extends TrainingListener {
    /** Does nothing. */
    RunObserver NONE = new RunObserver() {};

    /** Called when network, pictures and plan are known, before the first event. */
    default void ready(OpenJob job, RunFolder folder) throws IOException {}

    @Override
    default void on(Event event) throws IOException {}

    /** Called when the run's files are written, also after a stop. */
    default void ended(OpenJob job, Result result) throws IOException {}
}
