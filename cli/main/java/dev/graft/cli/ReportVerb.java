package dev.graft.cli;

import static dev.graft.cli.Arguments.option;

import dev.graft.report.html.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.Option;

/** {@code graft report RUN}: shows a run or an evaluation as one HTML file. */
final class ReportVerb implements Verb {
    @Override
    public String name() {
        return "report";
    }

    @Override
    public String summary() {
        return "shows a run or an evaluation as one HTML file";
    }

    @Override
    public String usage() {
        return "RUN [options]";
    }

    @Override
    public Map<String, List<Option>> options() {
        return Map.of(
                "Report",
                List.of(
                        option(
                                "out",
                                "FILE",
                                "the file to write. Default: " + Reporting.FILE + " in the folder of the run"),
                        option(
                                "pictures",
                                "DIR",
                                "the folder of the pictures, if they are not where the run read them any more")));
    }

    @Override
    public int run(Arguments args, Console console) throws IOException {
        if (args.words().size() != 1)
            throw new UsageException("give one folder, that of a run or an evaluation; was "
                    + (args.words().isEmpty() ? "none" : String.join(" ", args.words())));
        Path folder = Words.path("RUN", args.words().get(0));
        Path html = args.path("out", folder.resolve(Reporting.FILE));
        Report report = Report.of(folder);
        Path pictures = args.path("pictures", null);
        if (pictures != null) report.pictures(pictures);
        report.notes().forEach(console::warn);
        report.write(html);
        console.result("report: " + html);
        console.result(Map.of("report", html.toString(), "notes", report.notes()));
        return ExitStatus.DONE;
    }
}
