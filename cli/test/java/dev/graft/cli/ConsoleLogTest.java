package dev.graft.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleLogTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    @Test
    void lines_fromBeforeTheFile_areInIt() throws IOException {
        try (ConsoleLog log = new ConsoleLog(new PrintStream(shown, true, UTF_8))) {
            log.stream().println("first");
            log.into(folder, false);
            log.stream().println("second");
        }
        assertEquals("first\nsecond\n", Files.readString(folder.resolve("console.log")));
        assertEquals("first\nsecond\n", shown.toString(UTF_8));
    }

    @Test
    void fullDisk_endsTheLogAndNotTheRun() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "needs a device that is always full");
        Files.createSymbolicLink(folder.resolve("console.log"), full);
        try (ConsoleLog log = new ConsoleLog(new PrintStream(shown, true, UTF_8))) {
            log.stream().println("first");
            log.into(folder, true);
            log.stream().println("second");
        }
        assertTrue(shown.toString(UTF_8).startsWith("first\nlog: console.log ends here: "), shown.toString(UTF_8));
        assertTrue(shown.toString(UTF_8).endsWith("second\n"), shown.toString(UTF_8));
    }
}
