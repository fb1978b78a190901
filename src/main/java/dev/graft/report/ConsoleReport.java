package dev.graft.report;

import java.util.Locale;
import java.util.function.Consumer;

/**
 * Tells each epoch in the two lines that PyTorch's tutorial prints; and, where more than a tenth of the time went by waiting
 * for pictures to be read and decoded, how much.
 */
public final class ConsoleReport implements TrainingListener {
    private static final double WORTH_TELLING = 0.1;

    private final Consumer<String> out;

    /** Writes each line to {@code out}, such as {@code System.out::println}. */
    public ConsoleReport(Consumer<String> out) {
        this.out = out;
    }

    @Override
    public void onResume(Resumed from) {
        out.accept(
                from.epoch() > from.epochs()
                        ? "resumed: all " + from.epochs() + " epochs are done"
                        : "resumed in epoch " + from.epoch() + "/" + from.epochs() + " after " + from.step()
                                + (from.step() == 1 ? " step" : " steps"));
    }

    @Override
    public void onTrunkPass(TrunkPass p) {
        String views = p.views() == 0
                ? ""
                : ", the training pictures in " + p.views() + (p.views() == 1 ? " view" : " views") + " each";
        out.accept("features of " + p.pictures() + " pictures" + views + ": " + p.computed() + " computed, " + p.found()
                + " from an earlier run" + waiting(p.waitShare()));
    }

    @Override
    public void onEpoch(Epoch e) {
        out.accept(String.format(Locale.ROOT, "Epoch %d/%d, Loss: %.6f", e.epoch(), e.epochs(), e.loss())
                + waiting(e.waitShare()));
        out.accept(
                e.pictures() == 0
                        ? "Validation Accuracy: none, no validation picture could be judged"
                        : String.format(Locale.ROOT, "Validation Accuracy: %.2f%%", 100 * e.accuracy()));
    }

    private static String waiting(double share) {
        return share <= WORTH_TELLING ? "" : ", " + Math.round(100 * share) + "% of the time waiting for pictures";
    }
}
