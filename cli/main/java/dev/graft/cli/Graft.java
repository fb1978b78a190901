package dev.graft.cli;

import static dev.graft.cli.Arguments.flag;

import dev.graft.distributed.RankException;
import dev.graft.environment.EnvironmentReport;
import dev.graft.torch.TorchException;
import dev.graft.train.TrainingException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/** The command line of Graft: {@code graft VERB ...}. */
public final class Graft {
    private static final List<Option> COMMON = List.of(
            flag("quiet", "print results and errors only"),
            flag("json", "print results as JSON, for programs"),
            flag("stacktrace", "for an error, print where in the program it arose"),
            Option.builder("h").longOpt("help").desc("this text").get());

    private final List<Verb> verbs;

    Graft(List<Verb> verbs) {
        this.verbs = List.copyOf(verbs);
    }

    /** The verbs, in the order of the help text. A new verb is one class and one line here. */
    private static List<Verb> all() {
        return List.of(
                new TrainVerb(),
                new EvaluateVerb(),
                new PredictVerb(),
                new ServeVerb(),
                new InspectVerb(),
                new ExportVerb(),
                new ReportVerb(),
                new WeightsVerb(),
                new DoctorVerb());
    }

    /** Runs a verb. An error is printed as one line to the error stream. */
    public static void main(String[] args) {
        int status = run(args, System.out, System.err);
        if (status > 0) System.exit(status);
    }

    /** Runs a verb and returns its exit status, see {@link ExitStatus}; below 0 while the JVM is exiting already. */
    static int run(String[] args, PrintStream out, PrintStream err) {
        return new Graft(all()).start(args, out, err);
    }

    int start(String[] args, PrintStream out, PrintStream err) {
        if (args.length == 0 || List.of("--help", "-h", "help").contains(args[0])) {
            printHelp(out);
            return args.length == 0 ? ExitStatus.USAGE : ExitStatus.DONE;
        }
        if (args[0].equals("--version")) {
            out.println(EnvironmentReport.versions());
            return ExitStatus.DONE;
        }
        for (Verb verb : verbs) {
            if (verb.name().equals(args[0])) return start(verb, Arrays.copyOfRange(args, 1, args.length), out, err);
        }
        List<String> names = verbs.stream().map(Verb::name).toList();
        err.println("graft: there is no verb '" + args[0] + "'" + Suggestion.of(args[0], names) + "; there are: "
                + String.join(", ", names) + "; see graft --help");
        return ExitStatus.USAGE;
    }

    private static int start(Verb verb, String[] words, PrintStream out, PrintStream err) {
        boolean trace = Arrays.asList(words).contains("--stacktrace");
        try {
            Options options = new Options();
            table(verb).values().forEach(topic -> topic.forEach(options::addOption));
            Arguments args = Arguments.parseWithWords(options, words);
            if (args.has("help")) {
                printHelp(verb, out);
                return ExitStatus.DONE;
            }
            return verb.run(args, new Console(out, err, args.has("quiet"), args.has("json")));
        } catch (IOException
                | IllegalArgumentException
                | IllegalStateException
                | TrainingException
                | RankException
                | TorchException e) {
            err.println("graft " + verb.name() + ": " + e.getMessage());
            if (trace) e.printStackTrace(err);
            return e instanceof UsageException ? ExitStatus.USAGE : ExitStatus.ERROR;
        }
    }

    private static Map<String, List<Option>> table(Verb verb) {
        Map<String, List<Option>> table = new LinkedHashMap<>(verb.options());
        table.put("All verbs", COMMON);
        return table;
    }

    private void printHelp(PrintStream out) {
        out.println("graft: a folder of pictures in, a trained image classifier out.");
        out.println();
        out.println("usage: graft VERB ...");
        out.println();
        verbs.forEach(v -> out.printf("  %-10s %s%n", v.name(), v.summary()));
        out.println();
        out.println("graft VERB --help tells the options of a verb, graft --version the versions.");
        printStatuses(out);
    }

    private static void printHelp(Verb verb, PrintStream out) {
        out.println("graft " + verb.name() + ": " + verb.summary());
        out.println();
        out.println("usage: graft " + verb.name() + " " + verb.usage());
        out.println();
        Help.print(out, table(verb));
        printStatuses(out);
    }

    private static void printStatuses(PrintStream out) {
        out.println(
                "Exit status: 0 done, 1 an error that is told in one line, 2 wrong options, 3 some pictures could not be");
        out.println("read, 4 a value is below the wanted one, 130 or 143 stopped.");
        out.flush();
    }
}
