package dev.graft.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.files.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * Writes {@code metrics.jsonl}: one JSON object a line, one line for every step and every epoch, and one for a pass through a frozen trunk. A run that goes on adds
 * to the file. Closed by whoever made it.
 */
public final class MetricsFile implements TrainingListener, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final FileChannel out;

    /** Starts the file anew. */
    public MetricsFile(Path file) throws IOException {
        this(file, StandardOpenOption.TRUNCATE_EXISTING);
    }

    private MetricsFile(Path file, StandardOpenOption where) throws IOException {
        this.file = file;
        Files.createDirectories(file.toAbsolutePath().getParent());
        this.out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, where);
    }

    /**
     * Goes on in the file of a run that is resumed from a checkpoint. What was written after that checkpoint, by a run that was killed
     * then, will be written again, so it is taken out first, as is a line that is not whole.
     *
     * @param epochs whole epochs that the checkpoint has behind it
     * @param steps steps of the next one
     */
    public static MetricsFile resumed(Path file, int epochs, int steps) throws IOException {
        if (Files.exists(file)) {
            AtomicFile.write(file, kept -> {
                try (Stream<String> lines = Files.lines(file)) {
                    for (String line : (Iterable<String>) lines::iterator) {
                        if (isBefore(line, epochs, steps)) {
                            ByteBuffer bytes = StandardCharsets.UTF_8.encode(line + "\n");
                            while (bytes.hasRemaining()) kept.write(bytes);
                        }
                    }
                } catch (UncheckedIOException e) {
                    throw e.getCause();
                }
            });
        }
        return new MetricsFile(file, StandardOpenOption.APPEND);
    }

    private static boolean isBefore(String line, int epochs, int steps) {
        JsonNode values;
        try {
            values = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            return false; // cut off by the kill
        }
        int epoch = values.path("epoch").asInt(0); // from 1; the pass through the trunk is of none
        return epoch <= epochs || epoch == epochs + 1 && values.path("step").asInt(steps) < steps;
    }

    @Override
    public void onTrunkPass(TrunkPass p) throws IOException {
        ObjectNode line = JSON.createObjectNode();
        line.put("pictures", p.pictures());
        line.put("views", p.views());
        line.put("features_computed", p.computed());
        line.put("features_found", p.found());
        line.put("features_s", p.seconds());
        line.put("wait_s", p.waitSeconds());
        line.put("wait_share", p.waitShare());
        write(line + "\n");
    }

    @Override
    public void onSteps(Steps steps) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < steps.losses().length; i++) {
            ObjectNode line = JSON.createObjectNode();
            line.put("epoch", steps.epoch());
            line.put("step", steps.firstStep() + i);
            line.put("loss", steps.losses()[i]);
            lines.append(line).append('\n');
        }
        write(lines);
    }

    @Override
    public void onEpoch(Epoch e) throws IOException {
        ObjectNode line = JSON.createObjectNode();
        line.put("epoch", e.epoch());
        line.put("epochs", e.epochs());
        line.put("mean_loss", e.loss());
        line.put("val_correct", e.correct());
        line.put("val_pictures", e.pictures());
        line.put("val_accuracy", e.accuracy());
        line.put("train_s", e.trainSeconds());
        line.put("val_s", e.validationSeconds());
        line.put("wait_s", e.waitSeconds());
        line.put("wait_share", e.waitShare());
        write(line + "\n");
    }

    private void write(CharSequence lines) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(lines.toString());
        try {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        } catch (IOException e) {
            throw new IOException(
                    "metrics: " + file + " could not be written: " + e.getMessage() + "; is the disk full?", e);
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
