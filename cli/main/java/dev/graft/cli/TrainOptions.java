package dev.graft.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/**
 * All options of a training run, by topic.
 *
 * @param environment whether to print only a description of the machine
 * @param ranks how many processes train
 * @param multiLabel what the options leave open where pictures have any number of labels
 */
record TrainOptions(
        boolean help,
        boolean environment,
        DataOptions data,
        NetworkOptions network,
        HeadOptions head,
        PlanOptions plan,
        MultiLabelRecipe multiLabel,
        MachineOptions machine,
        RankOptions ranks,
        RunOptions run) {
    /** The options by topic, in the order of the help text. */
    static Map<String, List<Option>> table(Optional<Demonstration> demonstration) {
        Map<String, List<Option>> themes = new LinkedHashMap<>();
        themes.put("Pictures", DataOptions.table(demonstration));
        themes.put("Network", NetworkOptions.table(demonstration));
        themes.put("Head", HeadOptions.table());
        themes.put("Training", PlanOptions.table());
        themes.putAll(PlanTheme.tables());
        themes.put("Machine", MachineOptions.table());
        themes.put("Run", RunOptions.table());
        return themes;
    }

    /**
     * Parses the command line.
     *
     * @throws IllegalArgumentException for a wrong option; the message says what was given and what is allowed
     */
    static TrainOptions parse(String[] words, Optional<Demonstration> demonstration) {
        Options options = new Options();
        table(demonstration).values().forEach(theme -> theme.forEach(options::addOption));
        return of(Arguments.parse(options, words), demonstration);
    }

    /** Reads the options of a parsed command line. Throws as {@link #parse} does. */
    static TrainOptions of(Arguments args, Optional<Demonstration> demonstration) {
        PlanOptions plan = PlanOptions.of(args);
        return new TrainOptions(
                args.has("help"),
                args.has("environment"),
                DataOptions.of(args, demonstration),
                NetworkOptions.of(args),
                HeadOptions.of(args),
                plan,
                MultiLabelRecipe.of(args),
                MachineOptions.of(args, plan.once()),
                RankOptions.of(args),
                RunOptions.of(args));
    }

    /**
     * Checks that the named files and the device exist, and that the folder of the run is free.
     *
     * @throws IllegalArgumentException if not; the message names the option and the file
     */
    void require() {
        requireFile("data", data.place());
        requireFile("weights", isUnused("weights") ? null : network.weights());
        requireFile("replay", run.replay());
        requireFile("resume", run.resume());
        requireFile("pixel-cache", machine.pixels());
        requireOutsideTheData();
        run.requireNoEarlierRun();
        machine.requireDevice();
    }

    private static void requireFile(String option, Path file) {
        if (file != null && Files.notExists(file)) {
            throw new IllegalArgumentException("--" + option + ": there is no " + file + "; check the name");
        }
    }

    private void requireOutsideTheData() {
        Path pictures = data.place();
        try {
            if (pictures == null || !Files.isDirectory(run.out()) || !Files.isSameFile(pictures, run.out())) return;
        } catch (IOException e) { // reported when it is opened
            return;
        }
        throw new IllegalArgumentException("--out: " + run.out() + " is the folder of the pictures; give another");
    }

    /** The options that a resumed run ignores, because its checkpoint contains what they would set. */
    List<String> unused() {
        return Stream.of("weights", "weights-key", "head")
                .filter(this::isUnused)
                .map(o -> "--" + o)
                .toList();
    }

    private boolean isUnused(String option) {
        if (run.resume() == null) return false;
        if (option.equals("weights-key")) return network.choice().key().isPresent();
        return option.equals("head")
                ? network.script() != null && network.script().head().isPresent()
                : network.script() == null && (network.weights() != null || network.known() != null);
    }

    /** A message about a file that an option named, with this option at the start. Other messages are not changed. */
    String named(String message) {
        Map<String, Path> files = new LinkedHashMap<>();
        files.put("weights", network.weights());
        files.put("replay", run.replay());
        files.put("resume", run.resume());
        if (message.startsWith("out: ")) return "--" + message;
        String shown = message;
        for (Map.Entry<String, Path> option : files.entrySet()) {
            String file = "weights: " + option.getValue();
            if (message.startsWith(file + ":") || message.startsWith(file + File.separator)) {
                shown = "--" + option.getKey() + message.substring("weights".length());
                break;
            }
        }
        return shown.replace("leave them out (Unreadable.SKIP)", "leave them out (--unreadable skip)")
                .replace("ImageFolder.namedBy, labelledBy", "--label-from-name, --labels")
                .replace(", or WeightsChoice.key(KEY)", "")
                .replace("a plan of steps (fast, reference)", "--recipe fast or reference")
                .replaceFirst("take a plan of steps$", "take --recipe fast or reference")
                .replace("TrustedScript, or --trusted", "--trusted");
    }
}
