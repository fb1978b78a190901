package dev.graft.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Prints lines and keeps them for a file as well. What is printed before {@link #into} waits in memory, so that a run
 * that is refused leaves no file. A disk that is full ends the file, not the run. Close it.
 */
final class ConsoleLog implements AutoCloseable {
    static final String FILE = "console.log";

    private final Both both;
    private final PrintStream stream;

    /** @param shown where the lines are shown too */
    ConsoleLog(PrintStream shown) {
        this.both = new Both(shown);
        this.stream = new PrintStream(both, true, StandardCharsets.UTF_8);
    }

    PrintStream stream() {
        return stream;
    }

    /**
     * Writes what was printed so far to a file in this folder, and from now on all lines.
     *
     * @param behind whether they come behind what is in the file already
     */
    void into(Path folder, boolean behind) throws IOException {
        both.into(folder.resolve(FILE), behind);
    }

    @Override
    public void close() throws IOException {
        stream.flush();
        both.close();
    }

    private static final class Both extends OutputStream {
        private final PrintStream shown;
        private OutputStream kept = new ByteArrayOutputStream();

        Both(PrintStream shown) {
            this.shown = shown;
        }

        synchronized void into(Path file, boolean behind) throws IOException {
            if (!(kept instanceof ByteArrayOutputStream before)) return;
            Files.createDirectories(file.toAbsolutePath().getParent());
            OutputStream opened = Files.newOutputStream(
                    file,
                    StandardOpenOption.CREATE,
                    behind ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE);
            kept = opened;
            keep(before.toByteArray(), 0, before.size());
        }

        @Override
        public synchronized void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] bytes, int start, int length) {
            shown.write(bytes, start, length);
            keep(bytes, start, length);
        }

        private void keep(byte[] bytes, int start, int length) {
            try {
                kept.write(bytes, start, length);
            } catch (IOException e) {
                shown.println("log: " + FILE + " ends here: " + e.getMessage());
                OutputStream broken = kept;
                kept = OutputStream.nullOutputStream();
                try (broken) {
                    shown.flush();
                } catch (IOException again) { // that it is broken is told already
                    return;
                }
            }
        }

        @Override
        public synchronized void flush() throws IOException {
            shown.flush();
            kept.flush();
        }

        @Override
        public synchronized void close() throws IOException {
            kept.close();
        }
    }
}
