package dev.graft.examples.video;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;

/**
 * What the command line says.
 *
 * @param source as typed; empty for the demonstration
 * @param fps frames a second to classify, above 0
 * @param smoothSeconds the time constant of the mean, at least 0
 * @param timeoutSeconds how long a source may give nothing, above 0
 * @param lastSeconds where to stop, above 0; infinite for the end
 */
record VideoOptions(
        Optional<String> source,
        Optional<Path> model,
        double fps,
        double smoothSeconds,
        ChangeDetector.Rule rule,
        Optional<Path> out,
        Optional<Path> events,
        double timeoutSeconds,
        double lastSeconds,
        boolean overwrite,
        boolean help) {
    private static final int WIDTH = 100;

    /** Reads the arguments. */
    static VideoOptions of(String... args) {
        CommandLine line;
        try {
            line = DefaultParser.builder().setAllowPartialMatching(false).get().parse(options(), args);
        } catch (ParseException e) {
            throw new IllegalArgumentException(e.getMessage() + "; --help lists all options", e);
        }
        if (line.getArgList().size() > 1)
            throw new IllegalArgumentException("give one source, got " + line.getArgList());
        return new VideoOptions(
                line.getArgList().stream().findFirst(),
                path(line, "model"),
                number(line, "fps", 5, Double.MIN_VALUE),
                number(line, "smooth", 0.5, 0),
                new ChangeDetector.Rule(
                        number(line, "enter", 0.7, 0),
                        number(line, "leave", 0.4, 0),
                        number(line, "hold", 0.5, 0),
                        (int) number(line, "hold-frames", 2, 1)),
                path(line, "out"),
                path(line, "events"),
                number(line, "timeout", 10, 0.1),
                number(line, "for", Double.POSITIVE_INFINITY, Double.MIN_VALUE),
                line.hasOption("overwrite"),
                line.hasOption("help"));
    }

    private static Options options() {
        return new Options()
                .addOption(valued("model", "FILE", "the model: a file that graft saved, or the folder of a run"))
                .addOption(valued("fps", "N", "frames a second to classify, by their times (5)"))
                .addOption(valued(
                        "smooth", "S", "time constant of the mean of the probabilities, in seconds (0.5; 0: none)"))
                .addOption(valued("enter", "P", "a class comes at this probability, above 0.5 (0.7)"))
                .addOption(valued("leave", "P", "and goes to 'unsure' below this one (0.4)"))
                .addOption(valued("hold", "S", "if it stays so for this many seconds (0.5)"))
                .addOption(valued("hold-frames", "K", "and at least this many classified frames (2)"))
                .addOption(valued("events", "FILE", "append changes as JSON lines"))
                .addOption(valued(
                        "out", "FILE", "write the video with class and probability: .mp4, .mov, .webm, .mkv, .avi"))
                .addOption(valued("timeout", "S", "give a source up that gives nothing for this long (10)"))
                .addOption(valued("for", "S", "stop after this many seconds of video"))
                .addOption(null, "overwrite", false, "replace --out if it exists")
                .addOption("h", "help", false, "print this");
    }

    private static Option valued(String name, String value, String text) {
        return Option.builder().longOpt(name).hasArg().argName(value).desc(text).get();
    }

    private static Optional<Path> path(CommandLine line, String name) {
        return Optional.ofNullable(line.getOptionValue(name)).map(Path::of);
    }

    private static double number(CommandLine line, String name, double usual, double least) {
        String text = line.getOptionValue(name);
        if (text == null) return usual;
        try {
            double value = Double.parseDouble(text);
            if (value >= least && value < Double.POSITIVE_INFINITY) return value;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--" + name + ": '" + text + "' is not a number", e);
        }
        throw new IllegalArgumentException("--" + name + " must be "
                + (least == Double.MIN_VALUE ? "above 0" : "at least " + least) + ", was " + text);
    }

    /** Prints all options. */
    @SuppressWarnings("deprecation") // the newer one needs another package of the same library
    static void printHelp(PrintStream out) {
        PrintWriter writer = new PrintWriter(out, true, StandardCharsets.UTF_8);
        var help = new org.apache.commons.cli.HelpFormatter();
        help.setOptionComparator(null);
        help.printHelp(
                writer,
                WIDTH,
                "videoframes [SOURCE --model FILE] [options]",
                "\nClassifies the frames of a video and tells when the class changes. SOURCE is a file, camera:0, /dev/video0 or"
                        + " an address (rtsp, http, tcp, udp, srt). Without SOURCE it draws a video, trains a model for it and"
                        + " watches it.\n\n",
                options(),
                1,
                3,
                "");
        writer.flush();
    }
}
