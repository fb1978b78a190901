package dev.graft.cli;

import dev.graft.report.Event;
import dev.graft.report.TrainingListener;
import java.io.PrintStream;
import java.util.Locale;

/** Warns at the end of a run whose training loss is far above that of its first step. */
final class LossWatch implements TrainingListener {
    private static final double TIMES = 2;

    /** Below this loss, such as that of a fitted head, ups and downs are small in themselves. */
    private static final double LEAST = 0.1;

    private final PrintStream out;
    private double first = Double.NaN;
    private double last = Double.NaN;
    private boolean resumed;

    LossWatch(PrintStream out) {
        this.out = out;
    }

    @Override
    public void on(Event event) {
        if (event instanceof Event.RunBegan began) resumed = began.resumed().isPresent();
        else if (event instanceof Event.StepsTaken steps) began(steps.losses());
        else if (event instanceof Event.EpochEnded epoch) last = epoch.loss();
        else if (event instanceof Event.RunEnded) warn();
    }

    private void began(double[] losses) {
        if (Double.isNaN(first) && losses.length > 0) first = losses[0];
    }

    private void warn() {
        if (resumed || !(last > TIMES * Math.max(first, LEAST))) return;
        out.println(String.format(
                Locale.ROOT,
                "warning: the training loss rose from %.4g in the first step to %.4g in the last epoch; the learning rate may be"
                        + " too high: --find-lr looks for a better one, --lr sets it",
                first,
                last));
    }
}
