package dev.graft.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/** Where {@code graft serve --access-log} writes: behind what a file has already, or to standard output. Thread-safe. */
final class AccessLogFile implements AutoCloseable, Consumer<String> {
    /** The option. */
    static final String NAME = "access-log";

    private final PrintStream lines;
    private final boolean owned;

    private AccessLogFile(PrintStream lines, boolean owned) {
        this.lines = lines;
        this.owned = owned;
    }

    /** Opens what the option names; null without it. */
    static AccessLogFile of(Arguments args, Console console) {
        if (!args.has(NAME)) return null;
        if (args.text(NAME, "").equals("-")) return new AccessLogFile(console.out(), false);
        Path file = args.path(NAME, null);
        try {
            return new AccessLogFile(
                    new PrintStream(
                            Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                            true,
                            StandardCharsets.UTF_8),
                    true);
        } catch (IOException e) {
            throw new UsageException(
                    "--" + NAME + ": " + file + " cannot be written ("
                            + e.getClass().getSimpleName()
                            + "); give a file in a folder that is there, or - for standard output",
                    e);
        }
    }

    @Override
    public void accept(String line) {
        lines.println(line);
        lines.flush();
    }

    @Override
    public void close() {
        if (owned) lines.close();
    }
}
