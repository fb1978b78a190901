package dev.graft;

import dev.graft.report.Event;
import dev.graft.report.TrainingListener;
import java.io.IOException;

/** A listener with a method for each type of event, for tests that look at several. */
public abstract class ByType implements TrainingListener {
    @Override
    public final void on(Event event) throws IOException {
        if (event instanceof Event.RunBegan began && began.resumed().isPresent())
            onResume(began.resumed().get());
        else if (event instanceof Event.PhaseBegan phase) onPhase(phase);
        else if (event instanceof Event.PicturesPassed passed) onPictures(passed);
        else if (event instanceof Event.FeaturesReady features) onFeatures(features);
        else if (event instanceof Event.StepsTaken steps) onSteps(steps);
        else if (event instanceof Event.EpochEnded epoch) onEpoch(epoch);
    }

    protected void onResume(Event.Resumed from) throws IOException {}

    protected void onPhase(Event.PhaseBegan began) throws IOException {}

    protected void onPictures(Event.PicturesPassed passed) throws IOException {}

    protected void onFeatures(Event.FeaturesReady features) throws IOException {}

    protected void onSteps(Event.StepsTaken steps) throws IOException {}

    protected void onEpoch(Event.EpochEnded epoch) throws IOException {}
}
