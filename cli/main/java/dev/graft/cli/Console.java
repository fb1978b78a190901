package dev.graft.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;

/**
 * Where a verb prints. Results go to standard output; with {@code --json} they are JSON, one value on one line. Other
 * lines go to standard output too, but {@code --quiet} and {@code --json} leave them out. Warnings go to standard error.
 *
 * @param quiet whether only results are printed
 * @param json whether results are JSON
 */
record Console(PrintStream out, PrintStream err, boolean quiet, boolean json) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Prints a line that is not a result. */
    void say(String line) {
        if (!quiet && !json) out.println(line);
    }

    /** Prints a line of a result for people; not with {@code --json}. */
    void result(String line) {
        if (!json) out.println(line);
    }

    /** Prints a result for machines; only with {@code --json}. */
    void result(Object value) {
        if (!json) return;
        try {
            out.println(MAPPER.writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("json: " + value.getClass() + " cannot be written", e);
        }
    }

    /** Prints a warning, always. */
    void warn(String line) {
        err.println(line);
    }
}
