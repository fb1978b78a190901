package dev.graft.examples.shopfloor;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.HelpFormatter;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;

/**
 * What the command line says.
 *
 * @param places after the verb: the pictures to train with; or the station and pictures to check
 * @param unknownRate the share of known parts that each rule may call unknown
 * @param alpha the share of batches like the training pictures that may be called drift
 */
record ShopFloorOptions(
        Verb verb,
        List<Path> places,
        Optional<Path> weights,
        Optional<Path> out,
        double unknownRate,
        double alpha,
        boolean overwrite) {
    /** What to do. */
    enum Verb {
        DEMONSTRATION,
        TRAIN,
        CHECK,
        HELP
    }

    private static final int WIDTH = 100;

    /** Reads the arguments. */
    static ShopFloorOptions of(String... args) {
        CommandLine line;
        try {
            line = DefaultParser.builder().setAllowPartialMatching(false).get().parse(options(), args);
        } catch (ParseException e) {
            throw new IllegalArgumentException(e.getMessage() + "; --help lists all options", e);
        }
        List<String> words = line.getArgList();
        Verb verb = line.hasOption("help") ? Verb.HELP : verb(words);
        ShopFloorOptions options = new ShopFloorOptions(
                verb,
                words.stream().skip(1).map(Path::of).toList(),
                Optional.ofNullable(line.getOptionValue("weights")).map(Path::of),
                Optional.ofNullable(line.getOptionValue("out")).map(Path::of),
                share(line, "unknown-rate", 0.05),
                share(line, "false-alarms", 0.01),
                line.hasOption("overwrite"));
        options.require();
        return options;
    }

    private static Verb verb(List<String> words) {
        if (words.isEmpty()) return Verb.DEMONSTRATION;
        return switch (words.get(0)) {
            case "train" -> Verb.TRAIN;
            case "check" -> Verb.CHECK;
            default ->
                throw new IllegalArgumentException(
                        "'" + words.get(0) + "' is neither train nor check; --help tells more");
        };
    }

    private void require() {
        if (verb == Verb.TRAIN && (places.size() != 1 || out.isEmpty()))
            throw new IllegalArgumentException("train needs one folder of pictures and --out FOLDER, got " + places);
        if (verb == Verb.CHECK && places.size() < 2)
            throw new IllegalArgumentException(
                    "check needs the folder that train wrote, and pictures or folders of them, got " + places);
    }

    private static double share(CommandLine line, String name, double usual) {
        String text = line.getOptionValue(name);
        if (text == null) return usual;
        try {
            double value = Double.parseDouble(text);
            if (value > 0 && value < 1) return value;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--" + name + ": '" + text + "' is not a number", e);
        }
        throw new IllegalArgumentException("--" + name + " must lie between 0 and 1, was " + text);
    }

    private static Options options() {
        return new Options()
                .addOption(valued("out", "FOLDER", "train: where the station is written"))
                .addOption(valued("weights", "FILE", "train: a pretrained ResNet (the embedded resnet18-lite)"))
                .addOption(valued(
                        "unknown-rate", "P", "train: known parts that each of two rules may call unknown (0.05)"))
                .addOption(valued("false-alarms", "P", "check: unchanged batches that may be called drift (0.01)"))
                .addOption(null, "overwrite", false, "train: replace a station")
                .addOption("h", "help", false, "print this");
    }

    private static Option valued(String name, String value, String text) {
        return Option.builder().longOpt(name).hasArg().argName(value).desc(text).get();
    }

    /** Prints all options. */
    @SuppressWarnings("deprecation") // the newer one needs another package of the same library
    static void printHelp(PrintStream out) {
        PrintWriter writer = new PrintWriter(out, true, StandardCharsets.UTF_8);
        HelpFormatter help = new HelpFormatter();
        help.setOptionComparator(null);
        help.printHelp(
                writer,
                WIDTH,
                "shopfloor [train PICTURES --out FOLDER | check FOLDER PICTURES...] [options]",
                "\nSorts parts after few pictures of each class. PICTURES holds a folder for each class. check names parts, calls"
                        + " unknown what is none of them, and tells whether the pictures drift (exit status 3). Without a verb it"
                        + " draws parts and shows all of it.\n\n",
                options(),
                1,
                3,
                "");
        writer.flush();
    }
}
