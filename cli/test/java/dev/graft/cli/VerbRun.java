package dev.graft.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** One call of {@code graft}: its exit status and what it printed. */
record VerbRun(int status, String out, String err) {
    static VerbRun of(Verb verb, Object... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] all = new String[words.length + 1];
        all[0] = verb.name();
        for (int i = 0; i < words.length; i++) all[i + 1] = words[i].toString();
        int status = new Graft(List.of(verb))
                .start(
                        all,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
        return new VerbRun(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Whether a line of the output has these words in this order. */
    boolean says(String... words) {
        return out.lines().anyMatch(line -> {
            int at = 0;
            for (String word : words) {
                at = line.indexOf(word, at);
                if (at < 0) return false;
            }
            return true;
        });
    }

    @Override
    public String toString() {
        return Arrays.asList(status, out, err).toString();
    }
}
