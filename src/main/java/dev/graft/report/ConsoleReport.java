package dev.graft.report;

import dev.graft.plan.BinaryCrossEntropy;
import dev.graft.plan.TrainingPlan;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Prints two lines for each epoch, as PyTorch's tutorial does; of a multi-label model with other metrics. If more than a tenth of the time was spent waiting for
 * pictures to be read and decoded, it prints that share too.
 */
public final class ConsoleReport implements TrainingListener {
    private static final double WORTH_TELLING = 0.1;

    private final Consumer<String> out;
    private final UnaryOperator<Path> names;
    private boolean multiLabel;

    /** Writes each line to {@code out}, such as {@code System.out::println}. */
    public ConsoleReport(Consumer<String> out) {
        this(out, UnaryOperator.identity());
    }

    /** @param names how the file of a picture is shown, such as its path below the folder of all pictures */
    public ConsoleReport(Consumer<String> out, UnaryOperator<Path> names) {
        this.out = out;
        this.names = names;
    }

    @Override
    public void on(Event event) {
        if (event instanceof Event.RunBegan began) began.resumed().ifPresent(from -> resumed(from, began.plan()));
        else if (event instanceof Event.PhaseBegan phase) phase(phase);
        else if (event instanceof Event.FeaturesReady features) features(features);
        else if (event instanceof Event.HeadFitted head) new HeadTable(out, names).tell(head);
        else if (event instanceof Event.EpochEnded epoch) epoch(epoch);
        else if (event instanceof Event.EndedEarly e) out.accept("ended after epoch " + e.epoch() + ": " + e.reason());
        else if (event instanceof Event.BestTaken b)
            out.accept(String.format(
                    Locale.ROOT, "the weights of epoch %d are taken: best %s, %.4f", b.epoch(), b.metric(), b.value()));
    }

    private void resumed(Event.Resumed from, TrainingPlan plan) {
        out.accept(
                from.epoch() > plan.epochs()
                        ? "resumed: all " + plan.epochs() + " epochs are done"
                        : "resumed in epoch " + from.epoch() + "/" + plan.epochs() + " after " + from.step()
                                + (from.step() == 1 ? " step" : " steps"));
    }

    private void phase(Event.PhaseBegan p) {
        multiLabel = p.phase().loss() instanceof BinaryCrossEntropy;
        if (p.phases() > 1)
            out.accept(
                    "phase " + p.number() + "/" + p.phases() + ": " + p.phase().name());
    }

    private void features(Event.FeaturesReady f) {
        String views = f.views() == 0
                ? ""
                : ", the training pictures in " + f.views() + (f.views() == 1 ? " view" : " views") + " each";
        out.accept("features of " + f.pictures() + " pictures" + views + ": " + f.computed() + " computed, " + f.found()
                + " from an earlier run" + waiting(f.waitShare()));
    }

    private void epoch(Event.EpochEnded e) {
        out.accept(String.format(Locale.ROOT, "Epoch %d/%d, Loss: %.6f", e.epoch(), e.epochs(), e.loss())
                + waiting(e.waitShare()));
        if (e.pictures() == 0) out.accept("Validation Accuracy: none, no validation picture could be read");
        else if (multiLabel) out.accept(ofLabels(e));
        else out.accept(String.format(Locale.ROOT, "Validation Accuracy: %.2f%%", 100 * e.accuracy()));
    }

    private static String ofLabels(Event.EpochEnded e) {
        return String.format(
                Locale.ROOT,
                "Validation mAP: %.2f%%, micro F1: %.2f%%, all labels right: %.2f%%",
                100 * e.metrics().get("val_average_precision").doubleValue(),
                100 * e.metrics().get("val_micro_f1").doubleValue(),
                100 * e.accuracy());
    }

    private static String waiting(double share) {
        return share <= WORTH_TELLING ? "" : ", " + Math.round(100 * share) + "% of the time waiting for pictures";
    }
}
