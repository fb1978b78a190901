package dev.graft.cli;

import dev.graft.report.Event;
import dev.graft.report.TrainingListener;
import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows how far a run is: on a terminal a bar with pictures per second and the time left; elsewhere a line whenever
 * some seconds have passed. Close it when the run ends.
 */
final class Progress implements TrainingListener, AutoCloseable {
    private static final int COLUMNS = 80;
    private static final long EVERY = 15_000_000_000L;

    private final PrintStream lines;
    private final PrintStream terminal; // null if there is none
    private ProgressBar bar;
    private long steps = -1; // of an epoch; -1 while it is not known
    private int passed;
    private long passBegan;
    private long told;

    /**
     * Prepares it.
     *
     * @param lines gets lines if there is no terminal
     * @param terminal null if there is none
     */
    Progress(PrintStream lines, PrintStream terminal) {
        this.lines = lines;
        this.terminal = terminal;
    }

    @Override
    public void on(Event event) {
        if (event instanceof Event.RunBegan r)
            steps = steps(r.training(), r.plan().input().batchSize());
        else if (event instanceof Event.PicturesPassed p) passed(p);
        else if (event instanceof Event.StepsTaken s) steps(s);
        else if (event instanceof Event.EpochEnded || event instanceof Event.FeaturesReady) close();
    }

    private static long steps(int pictures, int batch) {
        return (pictures + batch - 1) / batch;
    }

    private void passed(Event.PicturesPassed p) {
        if (p.done() < passed || passBegan == 0) passBegan = System.nanoTime();
        passed = p.done();
        if (terminal != null) {
            show("features", " pictures", p.pictures());
            bar.stepTo(p.done());
        } else if (isTime()) {
            double seconds = (System.nanoTime() - passBegan) / 1e9;
            double rate = p.done() / Math.max(seconds, 1e-3);
            lines.println(String.format(
                    Locale.ROOT,
                    "features: %d of %d pictures, %.0f a second, about %.0f s left",
                    p.done(),
                    p.pictures(),
                    rate,
                    (p.pictures() - p.done()) / Math.max(rate, 1e-3)));
        }
    }

    private void steps(Event.StepsTaken s) {
        if (s.losses().length == 0) return;
        int done = s.firstStep() + s.losses().length;
        double loss = s.losses()[s.losses().length - 1];
        if (terminal != null) {
            show("epoch " + s.epoch(), " steps", steps);
            bar.stepTo(done);
            bar.setExtraMessage(String.format(Locale.ROOT, "loss %.4f", loss));
        } else if (isTime()) {
            lines.println(String.format(Locale.ROOT, "epoch %d: %d steps, loss %.6f", s.epoch(), done, loss));
        }
    }

    private boolean isTime() {
        long now = System.nanoTime();
        if (told == 0) told = now;
        if (now - told < EVERY) return false;
        told = now;
        return true;
    }

    private void show(String what, String unit, long most) {
        if (bar != null && !bar.getTaskName().equals(what)) close();
        if (bar != null) return;
        bar = ProgressBar.builder()
                .setTaskName(what)
                .setInitialMax(most)
                .setStyle(ProgressBarStyle.ASCII)
                .setConsumer(new ConsoleProgressBarConsumer(terminal, COLUMNS))
                .setUnit(unit, 1)
                .showSpeed()
                .build();
    }

    @Override
    public void close() {
        if (bar != null) bar.close();
        bar = null;
    }
}
