package dev.graft.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes {@code metrics.jsonl}: one JSON object a line, one line for every step and every epoch, and one for a pass through a frozen trunk. A run that goes on adds
 * to the file. Closed by whoever made it.
 */
public final class MetricsFile implements TrainingListener, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final FileChannel out;

    /**
     * Opens the file.
     *
     * @param append whether to add to what is there (a resumed run) or to start anew
     */
    public MetricsFile(Path file, boolean append) throws IOException {
        this.file = file;
        Files.createDirectories(file.toAbsolutePath().getParent());
        this.out = FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                append ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING);
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
