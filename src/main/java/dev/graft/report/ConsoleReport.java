package dev.graft.report;

import java.util.function.Consumer;

/** Tells each epoch in the two lines that PyTorch's tutorial prints. */
public final class ConsoleReport implements TrainingListener {
    private final Consumer<String> out;

    /** Writes each line to {@code out}, such as {@code System.out::println}. */
    public ConsoleReport(Consumer<String> out) {
        this.out = out;
    }

    @Override
    public void onTrunkPass(TrunkPass p) {
        out.accept("features of " + p.pictures() + " pictures: " + p.computed() + " computed, " + p.found()
                + " from an earlier run");
    }

    @Override
    public void onEpoch(Epoch e) {
        out.accept("Epoch " + e.epoch() + "/" + e.epochs() + ", Loss: " + e.loss());
        out.accept(
                e.pictures() == 0
                        ? "Validation Accuracy: none, no validation picture could be judged"
                        : "Validation Accuracy: " + 100.0 * e.accuracy() + "%");
    }
}
