package dev.graft.examples;

import dev.graft.hub.DownloadListener;
import dev.graft.hub.RemoteFile;
import java.io.PrintStream;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarStyle;

/** A download as a bar on a terminal; without a terminal only what is out of the ordinary is told. */
final class DownloadBar implements DownloadListener, AutoCloseable {
    private static final int COLUMNS = 80;
    private static final long MEBIBYTE = 1 << 20;

    private final String name;
    private final boolean drawn;
    private final PrintStream out;
    private ProgressBar bar;

    DownloadBar(String name, boolean drawn, PrintStream out) {
        this.name = name;
        this.drawn = drawn;
        this.out = out;
    }

    /** On the error stream, drawn if a person watches. */
    static DownloadBar onConsole(String name) {
        return new DownloadBar(name, System.console() != null, System.err);
    }

    @Override
    public void progress(long done, long total, long resumedFrom) {
        if (!drawn) {
            return;
        }
        if (bar == null) {
            bar = ProgressBar.builder()
                    .setTaskName(name)
                    .setInitialMax(total)
                    .setUnit(" MiB", MEBIBYTE)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setConsumer(new ConsoleProgressBarConsumer(out, COLUMNS))
                    .startsFrom(resumedFrom, Duration.ZERO)
                    .showSpeed()
                    .build();
        }
        bar.maxHint(total);
        bar.stepTo(done);
    }

    @Override
    public void waiting(RemoteFile file) {
        out.println(name + ": another process is fetching it; waiting");
    }

    @Override
    public void retrying(RemoteFile file, String why) {
        close();
        out.println(name + ": " + why + "; trying again");
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
