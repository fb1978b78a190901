package dev.graft.cli;

import dev.graft.environment.EnvironmentReport;
import dev.graft.torch.Threads;
import dev.graft.torch.TorchException;
import dev.graft.train.TrainingException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/**
 * Training from the command line. It parses the options, prints lines, writes the files of the run and returns an exit
 * status. A program gives it its name and, optionally, a demonstration for users who give no pictures.
 */
public final class TrainCommand {
    /**
     * The result of a run that was stopped while the JVM is already exiting: do not call {@code System.exit}, so that
     * the JVM keeps its status.
     */
    public static final int STOPPED = -1;

    private final String command;
    private final List<String> introduction;
    private final Optional<Demonstration> demonstration;

    /**
     * Creates the command.
     *
     * @param command what a user types to start the program, such as {@code examples/catdog}
     * @param introduction the first lines of the help text
     */
    public TrainCommand(String command, List<String> introduction, Optional<Demonstration> demonstration) {
        this.command = command;
        this.introduction = List.copyOf(introduction);
        this.demonstration = demonstration;
    }

    /**
     * Runs the command. An error is printed as one line to {@code err}.
     *
     * @return 0 for success, 1 for an error, 2 for wrong options, or {@link #STOPPED}
     */
    public int run(String[] args, PrintStream out, PrintStream err) {
        TrainOptions options;
        try {
            options = TrainOptions.parse(args, demonstration);
            if (options.help()) {
                printHelp(out);
                return 0;
            }
            if (options.environment()) {
                options.machine().threads().ifPresent(Threads::set);
                out.println(EnvironmentReport.read());
                return 0;
            }
            options.require();
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            return 2;
        } catch (TorchException e) {
            err.println(e.getMessage());
            return 1;
        }
        try (NativesAhead ahead = new NativesAhead()) {
            return new TrainingRun(options, demonstration, new ResumeCommand(command, List.of(args)), out).run()
                    ? 0
                    : STOPPED;
        } catch (IOException
                | IllegalArgumentException
                | IllegalStateException
                | TrainingException
                | TorchException e) {
            err.println(options.named(String.valueOf(e.getMessage())));
            return 1;
        }
    }

    private void printHelp(PrintStream out) {
        introduction.forEach(out::println);
        out.println();
        out.println("usage: " + command + " [options]");
        out.println();
        Help.print(out, TrainOptions.table(demonstration));
        out.println("Ctrl-C finishes the step, writes a checkpoint and prints the command that goes on from there.");
        out.println("Exit status: 0 done, 1 an error that is told in one line, 2 wrong options, 130 or 143 stopped.");
        out.flush();
    }
}
