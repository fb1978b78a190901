package dev.graft.cli;

import dev.graft.hub.CacheFolder;
import dev.graft.hub.DownloadListener;
import dev.graft.hub.KnownWeights;
import dev.graft.hub.RemoteFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Downloads known weights, prints what is downloaded and under which licence terms, and shows a progress bar on a
 * terminal.
 */
final class Fetching implements DownloadListener, AutoCloseable {
    private static final int COLUMNS = 80;
    private static final long MEBIBYTE = 1 << 20;

    private final KnownWeights weights;
    private final Path folder;
    private final PrintStream out;
    private final PrintStream terminal; // null if the output is not a terminal
    private ProgressBar bar;

    Fetching(KnownWeights weights, Path folder, PrintStream out, PrintStream terminal) {
        this.weights = weights;
        this.folder = folder;
        this.out = out;
        this.terminal = terminal;
    }

    /** The file, from the cache or downloaded from its address. */
    static Path of(KnownWeights weights, CacheFolder cache, PrintStream out) throws IOException {
        try (Fetching fetching = new Fetching(weights, cache.folder(), out, Terminal.orNull())) {
            return cache.fetch(weights.file(), fetching);
        }
    }

    /** The file of the network's weights, downloaded if they were given by name; null if none were given. */
    static Path of(NetworkOptions network, PrintStream out) throws IOException {
        return network.known() == null ? network.weights() : of(network.known(), CacheFolder.standard(), out);
    }

    @Override
    public void starting(RemoteFile file) {
        out.println("fetching " + weights + " from " + file.address() + " into " + folder);
        out.println("terms: " + weights.terms());
        if (!file.digest().isWhole()) {
            out.println("check: of its SHA-256 only the first "
                    + file.digest().hex().length() + " digits are known, and held against it");
        }
    }

    @Override
    public void progress(long done, long total, long resumedFrom) {
        if (terminal == null) {
            return;
        }
        if (bar == null) {
            bar = ProgressBar.builder()
                    .setTaskName(weights.file().name())
                    .setInitialMax(total)
                    .setUnit(" MiB", MEBIBYTE)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setConsumer(new ConsoleProgressBarConsumer(terminal, COLUMNS))
                    .startsFrom(resumedFrom, Duration.ZERO)
                    .showSpeed()
                    .build();
        }
        bar.maxHint(total);
        bar.stepTo(done);
    }

    @Override
    public void waiting(RemoteFile file) {
        out.println("another process is fetching " + file.name() + ": waiting for it");
    }

    @Override
    public void retrying(RemoteFile file, String why) {
        close();
        out.println("trying again: " + why);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
