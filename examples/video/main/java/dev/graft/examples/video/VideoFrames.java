package dev.graft.examples.video;

import dev.graft.predict.PictureInput;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Classifies the frames of a file, a camera or a stream, and tells when the class changes; see {@code --help}. */
public final class VideoFrames {
    private final VideoOptions options;
    private final PrintStream out;
    private final Predictor predictor;
    private final EventLog log;
    private final ChangeDetector changes;
    private final Smoothing smoothing;
    private final Optional<Sampler> sampler;

    private Optional<VideoOutput> video = Optional.empty();
    private double[] probabilities;
    private double lastSeconds;
    private long classified;
    private int changed;

    private VideoFrames(VideoOptions options, PrintStream out, Predictor predictor, EventLog log) {
        this.options = options;
        this.out = out;
        this.predictor = predictor;
        this.log = log;
        changes = new ChangeDetector(options.rule());
        smoothing = new Smoothing(options.smoothSeconds());
        sampler = options.out().map(f -> new Sampler(options.fps())); // all frames come, for the video
    }

    /** Runs the program. An error is printed as one line to the error stream. */
    public static void main(String[] args) {
        int status = run(args, System.out, System.err);
        if (status > 0) System.exit(status);
    }

    /** Runs the program; the exit status is 0, 1 after an error, 2 for wrong arguments. */
    static int run(String[] args, PrintStream out, PrintStream err) {
        try {
            VideoOptions options = VideoOptions.of(args);
            if (options.help()) VideoOptions.printHelp(out);
            else if (options.source().isPresent()) watch(options, out);
            else Demonstration.run(options, out);
            return 0;
        } catch (IllegalArgumentException e) {
            err.println("videoframes: " + e.getMessage());
            return 2;
        } catch (IOException | IllegalStateException e) {
            err.println("videoframes: " + e.getMessage());
            return 1;
        } catch (LinkageError e) {
            err.println("videoframes: FFmpeg's libraries cannot be loaded (" + e.getMessage()
                    + "); see that this build has those of this platform, and that JavaCPP's cache folder is writable");
            return 1;
        }
    }

    /** Watches the source of the options to its end. */
    static void watch(VideoOptions options, PrintStream out) throws IOException {
        VideoSource source = VideoSource.of(options.source().orElseThrow());
        if (options.out().isPresent()) requireFree(options.out().get(), options.overwrite());
        try (StopSignal stop = new StopSignal();
                Predictor predictor = Predictor.open(model(options));
                EventLog log = new EventLog(out, predictor.classes(), options.events())) {
            if (predictor.thresholds().isPresent())
                throw new IllegalArgumentException(
                        "--model: the model is multi-label; give one with one class a picture");
            new VideoFrames(options, out, predictor, log).watch(source, stop);
        }
    }

    private static Path model(VideoOptions options) {
        Path model = options.model()
                .orElseThrow(() -> new IllegalArgumentException("give the model that names the frames: --model FILE"));
        Path inFolder = model.resolve("model.pt");
        return Files.exists(inFolder) ? inFolder : model;
    }

    private static void requireFree(Path file, boolean overwrite) throws IOException {
        VideoOutput.kind(file);
        if (Files.exists(file) && !overwrite)
            throw new IOException("video: " + file + " exists; give --overwrite, or another name");
    }

    private void watch(VideoSource source, BooleanSupplier stop) throws IOException {
        log.begin(source.shown());
        String why = "failed";
        Sampler ahead = new Sampler(sampler.isPresent() ? Double.POSITIVE_INFINITY : options.fps());
        try (FrameReader frames = new FrameReader(source, options.timeoutSeconds(), ahead)) {
            try {
                for (Shot s = frames.next(stop); s != null && !isLast(s); s = frames.next(stop)) show(s, frames);
                why = stop.getAsBoolean() ? "stopped" : "end";
            } catch (IOException e) {
                why = e.getMessage();
                throw e;
            } finally {
                log.end(lastSeconds, classified, frames.dropped(), why);
                if (video.isPresent()) video.get().close();
                summary(frames.dropped());
            }
        }
    }

    private boolean isLast(Shot shot) {
        return shot.atSeconds() > options.lastSeconds();
    }

    private void show(Shot shot, FrameReader frames) throws IOException {
        lastSeconds = shot.atSeconds();
        if (sampler.isEmpty() || sampler.get().takes(shot.atMicros())) classify(shot, frames.isLive());
        if (options.out().isEmpty()) return;
        if (video.isEmpty())
            video = Optional.of(new VideoOutput(
                    options.out().get(), shot.pixels().width(), shot.pixels().height(), frames.rate()));
        int shown = changes.current();
        double share = shown == ChangeDetector.UNSURE ? 0 : probabilities[shown];
        String text = log.name(shown) + (shown == ChangeDetector.UNSURE ? "" : percent(share));
        video.get().add(Annotator.draw(shot.pixels(), text, shown, share), shot.atMicros());
    }

    private void classify(Shot shot, boolean live) throws IOException {
        Prediction answer = predictor.predict(PictureInput.of(shot.pixels()));
        probabilities = smoothing.add(shot.atMicros(), answer.probabilities());
        classified++;
        Optional<ChangeDetector.Change> change = changes.see(shot.atMicros(), probabilities);
        if (change.isEmpty()) return;
        changed++;
        int to = change.get().to();
        log.change(shot, change.get(), to < 0 ? probabilities[change.get().from()] : probabilities[to], live);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, " %.0f%%", 100 * share);
    }

    private void summary(long dropped) {
        out.printf(
                Locale.ROOT,
                "%.1f s, %d frames classified, %d dropped, %d changes%n",
                lastSeconds,
                classified,
                dropped,
                changed);
        options.out().filter(f -> video.isPresent()).ifPresent(f -> out.println("wrote " + f));
        options.events().ifPresent(f -> out.println("appended to " + f));
    }
}
