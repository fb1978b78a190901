package dev.graft.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/**
 * A command line whose options are read by name. A wrong value is refused with the option, the given value and the
 * allowed values.
 */
final class Arguments {
    private final CommandLine line;
    private final List<String> all;
    private final Map<String, String> defaults;

    private final Set<String> left;

    private Arguments(CommandLine line, List<String> all, Map<String, String> defaults, Set<String> left) {
        this.line = line;
        this.all = List.copyOf(all);
        this.defaults = Map.copyOf(defaults);
        this.left = Set.copyOf(left);
    }

    /** The same command line with other values for options that are not given. {@link #has} does not know these. */
    Arguments withDefaults(Map<String, String> values) {
        return new Arguments(line, all, values, left);
    }

    /** The same command line as if these options were not given. */
    Arguments without(Set<String> names) {
        return new Arguments(line, all, defaults, names);
    }

    /**
     * Parses a command line that has options only.
     *
     * @throws IllegalArgumentException as {@link #parseWithWords} does, and for a word that is not an option
     */
    static Arguments parse(Options options, String[] args) {
        Arguments parsed = parseWithWords(options, args);
        if (parsed.words().isEmpty()) return parsed;
        throw new UsageException("options: what is '" + parsed.words().get(0)
                + "'? A folder of pictures is given as --data DIR; see --help");
    }

    /**
     * Parses a command line of options and words. All after {@code --} is a word.
     *
     * @throws IllegalArgumentException for an unknown or repeated option, or a missing argument
     */
    static Arguments parseWithWords(Options options, String[] args) {
        CommandLine line;
        try {
            line = DefaultParser.builder().setAllowPartialMatching(false).get().parse(options, args);
        } catch (UnrecognizedOptionException e) {
            List<String> known = options.getOptions().stream()
                    .map(o -> "--" + o.getLongOpt())
                    .toList();
            String given = e.getOption().replaceFirst("=.*", "");
            throw new UsageException(
                    "options: there is no option " + given + Suggestion.of(given, known) + "; see --help", e);
        } catch (ParseException e) {
            throw new UsageException("options: " + e.getMessage() + "; see --help", e);
        }
        Set<String> seen = new HashSet<>();
        for (Option o : line.getOptions()) {
            if (!seen.add(o.getLongOpt())) {
                throw new UsageException("--" + o.getLongOpt() + ": is given twice; give it once");
            }
        }
        return new Arguments(line, List.of(args), Map.of(), Set.of());
    }

    /** An option with an argument. */
    static Option option(String name, String argument, String text) {
        return Option.builder()
                .longOpt(name)
                .hasArg()
                .argName(argument)
                .desc(text)
                .get();
    }

    /** An option that may have an argument. */
    static Option optional(String name, String argument, String text) {
        return Option.builder()
                .longOpt(name)
                .optionalArg(true)
                .numberOfArgs(1)
                .argName(argument)
                .desc(text)
                .get();
    }

    /** An option without an argument. */
    static Option flag(String name, String text) {
        return Option.builder().longOpt(name).desc(text).get();
    }

    /** The whole command as it was given. */
    List<String> command(String verb) {
        return Stream.concat(Stream.of("graft", verb), all.stream()).toList();
    }

    /** The words that are not options, in their order. */
    List<String> words() {
        return line.getArgList();
    }

    boolean has(String name) {
        return line.hasOption(name) && !left.contains(name);
    }

    String text(String name, String fallback) {
        String otherwise = defaults.getOrDefault(name, fallback);
        return left.contains(name) ? otherwise : line.getOptionValue(name, otherwise);
    }

    /** The value of an option that must be one of the allowed words. */
    String oneOf(String name, String fallback, List<String> allowed) {
        String word = text(name, fallback);
        if (allowed.contains(word)) return word;
        throw new UsageException(
                "--" + name + ": '" + word + "' is not there; there are: " + String.join(", ", allowed));
    }

    /** A path; {@code fallback} may be null. */
    Path path(String name, Path fallback) {
        String value = text(name, null);
        if (value != null && value.isEmpty()) {
            throw new UsageException("--" + name + ": is empty; give a path, or leave the option out");
        }
        try {
            return value == null ? fallback : Path.of(value);
        } catch (InvalidPathException e) {
            throw new UsageException(
                    "--" + name + ": Java cannot name this file under this locale (" + e.getReason()
                            + "); start with LC_ALL=C.UTF-8",
                    e);
        }
    }

    double number(String name, double fallback) {
        String value = text(name, null);
        try {
            return value == null ? fallback : Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new UsageException("--" + name + ": '" + value + "' is not a number", e);
        }
    }

    long integer(String name, long fallback, long least, long most) {
        String value = text(name, null);
        try {
            long n = value == null ? fallback : Long.parseLong(value);
            if (n >= least && n <= most) return n;
        } catch (NumberFormatException e) {
            throw new UsageException("--" + name + ": '" + value + "' is not a whole number", e);
        }
        throw new UsageException("--" + name + ": must be " + least + " to " + most + ", was " + value);
    }

    /** A number from 1 to {@code most}, if the option is given. */
    OptionalInt count(String name, int most) {
        return has(name) ? OptionalInt.of((int) integer(name, 0, 1, most)) : OptionalInt.empty();
    }
}
