package dev.graft.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a command line printed.
 *
 * @param status its exit status
 */
record Typed(int status, String out, String err) {
    private static final String WEIGHTS = "/dev/graft/examples/resnet18-lite.pth";

    /** Types {@code graft} and these words. */
    static Typed graft(Object... words) {
        return typed(Graft::run, words);
    }

    /** Types the words behind a verb, which may be one with an input of its own. */
    static Typed verb(Verb verb, Object... words) {
        Object[] all = Stream.concat(Stream.of(verb.name()), Stream.of(words)).toArray();
        return typed(new Graft(List.of(verb))::start, all);
    }

    private interface Program {
        int run(String[] words, PrintStream out, PrintStream err);
    }

    private static Typed typed(Program program, Object... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = program.run(
                Stream.of(words).map(Object::toString).toArray(String[]::new),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Typed(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
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

    /** The embedded weights as a file. */
    static Path weights(Path folder) throws IOException {
        Path file = folder.resolve("resnet18-lite.pth");
        try (InputStream in = Typed.class.getResourceAsStream(WEIGHTS)) {
            Files.copy(in, file);
        }
        return file;
    }
}
