package dev.graft.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.Option;

/** One verb of {@code graft}: its options and its work. Each verb parses its options and calls a library object. */
interface Verb {
    /** The word that a user types. */
    String name();

    /** What it does, in one line. */
    String summary();

    /** The words and options after the verb, for the usage line: {@code MODEL DATA [options]}. */
    String usage();

    /** The options by topic, in the order of the help text, without those of all verbs (see {@link Graft}). */
    Map<String, List<Option>> options();

    /**
     * Does the work.
     *
     * @return an exit status, see {@link ExitStatus}
     * @throws UsageException for wrong words or options
     * @throws IOException or another exception of the library for an error; its message becomes one line
     */
    int run(Arguments args, Console console) throws IOException;
}
