package dev.graft.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] texts = Stream.of(words).map(Object::toString).toArray(String[]::new);
        int status = Graft.run(
                texts,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Typed(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
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
