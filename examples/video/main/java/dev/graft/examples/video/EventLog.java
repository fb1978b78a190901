package dev.graft.examples.video;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Prints changes, and appends them to a file of JSON lines. Each line is written to the file at once: whoever follows it sees a change
 * when it happens, and an earlier run's lines stay.
 */
final class EventLog implements AutoCloseable {
    private static final String NONE = "unsure";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintStream out;
    private final List<String> classes;
    private final Optional<Writer> file;

    EventLog(PrintStream out, List<String> classes, Optional<Path> file) throws IOException {
        this.out = out;
        this.classes = classes;
        if (file.isPresent()) {
            Path at = file.get().toAbsolutePath();
            Files.createDirectories(at.getParent());
            this.file = Optional.of(Files.newBufferedWriter(at, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
        } else {
            this.file = Optional.empty();
        }
    }

    /** The name of a class, or "unsure". */
    String name(int index) {
        return index == ChangeDetector.UNSURE ? NONE : classes.get(index);
    }

    /** The run began. */
    void begin(String source) throws IOException {
        ObjectNode line = JSON.createObjectNode().put("event", "begin").put("source", source);
        write(line.put("time", Instant.now().toString()));
    }

    /** The class changed. */
    void change(Shot shot, ChangeDetector.Change change, double probability, boolean live) throws IOException {
        out.printf(
                Locale.ROOT,
                "%9.2f s  %s -> %s (%.0f%%, since %.2f s)%n",
                shot.atSeconds(),
                name(change.from()),
                name(change.to()),
                100 * probability,
                change.sinceMicros() / 1e6);
        ObjectNode line = JSON.createObjectNode().put("event", "change").put("at_s", shot.atSeconds());
        line.put("since_s", change.sinceMicros() / 1e6);
        if (live) line.put("time", shot.arrived().toString());
        line.put("from", change.from() < 0 ? null : classes.get(change.from()));
        line.put("to", change.to() < 0 ? null : classes.get(change.to()));
        write(line.put("probability", Math.round(1e4 * probability) / 1e4));
    }

    /**
     * The run ended.
     *
     * @param why "end", "stopped" or the error
     */
    void end(double atSeconds, long classified, long dropped, String why) throws IOException {
        ObjectNode line = JSON.createObjectNode().put("event", "end").put("at_s", atSeconds);
        write(line.put("classified", classified).put("dropped", dropped).put("why", why));
    }

    private void write(ObjectNode line) throws IOException {
        if (file.isEmpty()) return;
        file.get().append(JSON.writeValueAsString(line)).append('\n').flush();
    }

    @Override
    public void close() throws IOException {
        if (file.isPresent()) file.get().close();
    }
}
