package dev.graft.examples;

import dev.graft.hub.DownloadListener;
import dev.graft.hub.KnownWeights;
import dev.graft.hub.RemoteFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** Fetches known weights and shows how far it is. */
final class Fetching implements DownloadListener, AutoCloseable {
    private final KnownWeights weights;
    private final PrintStream out;
    private ProgressBar bar;

    private Fetching(KnownWeights weights, PrintStream out) {
        this.weights = weights;
        this.out = out;
    }

    /** The file, from the cache or from its address. */
    static Path of(KnownWeights weights, PrintStream out) throws IOException {
        try (Fetching fetching = new Fetching(weights, out)) {
            return weights.fetch(fetching);
        }
    }

    @Override
    public void starting(RemoteFile file) {
        out.println("fetching " + weights + " from " + file.address() + ": " + weights.terms());
        bar = new ProgressBarBuilder()
                .setTaskName(file.name())
                .setUnit("MB", 1_000_000)
                .setConsumer(new ConsoleProgressBarConsumer(out))
                .build();
    }

    @Override
    public void progress(long done, long total, long resumedFrom) {
        bar.maxHint(total);
        bar.stepTo(done);
    }

    @Override
    public void waiting(RemoteFile file) {
        out.println("another process is fetching " + file.name() + ": waiting for it");
    }

    @Override
    public void retrying(RemoteFile file, String why) {
        out.println("trying again: " + why);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
