package dev.graft.cli;

import dev.graft.job.OpenJob;
import dev.graft.job.Result;
import dev.graft.job.RunFolder;
import dev.graft.predict.Predictor;
import dev.graft.report.Event;
import dev.graft.report.TrainingListener;
import java.io.IOException;

/** Follows a training run: its events, and what is known before and after them. */
interface RunObserver extends TrainingListener {
    /** Does nothing. */
    RunObserver NONE = new RunObserver() {};

    /** Called when a trial has chosen the plan, before {@link #ready}, with what it found. */
    default void tried(String verdict) {}

    /** Called when network, pictures and plan are known, before the first event. */
    default void ready(OpenJob job, RunFolder folder, ReadHeaders headers) throws IOException {}

    @Override
    default void on(Event event) throws IOException {}

    /** Called when a run was stopped before its end. */
    default void stopped(OpenJob job, Result result) throws IOException {}

    /**
     * Called when a finished run has written its files.
     *
     * @param predictor of the trained model, with its whole network; the caller's
     */
    default void finished(OpenJob job, Result result, Predictor predictor) throws IOException {}
}
