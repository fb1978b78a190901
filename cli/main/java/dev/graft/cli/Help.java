package dev.graft.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.Option;

/** Prints the options by topic, each with its text beside it. */
final class Help {
    private static final int INDENT = 24;
    private static final int WIDTH = 100;

    private Help() {}

    static void print(PrintStream out, Map<String, List<Option>> themes) {
        themes.forEach((theme, options) -> {
            out.println(theme);
            options.forEach(o -> printWrapped(out, "  --" + o.getLongOpt() + argument(o), o.getDescription()));
            out.println();
        });
    }

    private static String argument(Option o) {
        if (!o.hasArg()) return "";
        return o.hasOptionalArg() ? " [" + o.getArgName() + "]" : " " + o.getArgName();
    }

    private static void printWrapped(PrintStream out, String name, String text) {
        StringBuilder line = new StringBuilder(String.format("%-" + INDENT + "s", name));
        for (String word : text.split(" ")) {
            if (line.length() + word.length() + 1 > WIDTH) {
                out.println(line);
                line = new StringBuilder(" ".repeat(INDENT));
            }
            line.append(' ').append(word);
        }
        out.println(line);
    }
}
