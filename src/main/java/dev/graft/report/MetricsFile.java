package dev.graft.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.head.HeadChoice;
import dev.graft.head.Trial;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * Writes {@code metrics.jsonl}: one JSON object in each line, one line for every step, for every epoch (without metrics
 * of the validation pictures where there are none), and for the features of the frozen layers. The file of an earlier run is replaced when the first line is written, so a run that
 * is refused before that changes nothing. The caller closes it. Not thread-safe.
 */
public final class MetricsFile implements TrainingListener, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final FileChannel out;
    private final int epochs;
    private final int steps;
    private boolean begun;

    /** Starts a new file. */
    public MetricsFile(Path file) throws IOException {
        this(file, -1, 0);
    }

    private MetricsFile(Path file, int epochs, int steps) throws IOException {
        this.file = file;
        this.epochs = epochs;
        this.steps = steps;
        Files.createDirectories(file.toAbsolutePath().getParent());
        this.out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /**
     * Continues the file of a run that resumes from a checkpoint. Lines that were written after that checkpoint, and an
     * incomplete last line, are removed first: the resumed run writes them again.
     *
     * @param epochs number of complete epochs in the checkpoint
     * @param steps number of steps done in the next epoch
     */
    public static MetricsFile resumed(Path file, int epochs, int steps) throws IOException {
        return new MetricsFile(file, epochs, steps);
    }

    /** Removes the lines that this run will write again. */
    private void begin() throws IOException {
        if (begun) return;
        begun = true;
        long kept = epochs < 0 ? 0 : kept();
        out.truncate(kept).position(kept);
    }

    /** The number of bytes before the first line that was written after the checkpoint. */
    private long kept() throws IOException {
        long kept = 0;
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            for (int b = in.read(); b >= 0; b = in.read()) {
                line.write(b);
                if (b != '\n') continue;
                if (isLater(line.toByteArray())) return kept;
                kept += line.size();
                line.reset();
            }
        }
        return kept; // an incomplete last line is dropped
    }

    /** Whether a line was written after the checkpoint. Lines that Graft did not write are kept. */
    private boolean isLater(byte[] line) {
        JsonNode values;
        try {
            values = JSON.readTree(line);
        } catch (IOException e) {
            return false;
        }
        int epoch = values.path("epoch").asInt(0); // from 1; the line of the features has none
        return epoch > epochs + 1 || epoch == epochs + 1 && values.path("step").asInt(steps) >= steps;
    }

    @Override
    public void on(Event event) throws IOException {
        if (event instanceof Event.FeaturesReady features) write(line(features));
        else if (event instanceof Event.StepsTaken steps) write(lines(steps));
        else if (event instanceof Event.HeadFitted head) write(lines(head));
        else if (event instanceof Event.EpochEnded epoch) write(line(epoch));
    }

    private static String line(Event.FeaturesReady f) {
        ObjectNode line = JSON.createObjectNode();
        line.put("pictures", f.pictures());
        line.put("views", f.views());
        line.put("features_computed", f.computed());
        line.put("features_found", f.found());
        line.put("features_s", f.seconds());
        line.put("wait_s", f.waitSeconds());
        line.put("wait_share", f.waitShare());
        return line + "\n";
    }

    private static String lines(Event.StepsTaken steps) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < steps.losses().length; i++) {
            ObjectNode line = JSON.createObjectNode();
            line.put("epoch", steps.epoch());
            line.put("step", steps.firstStep() + i);
            line.put("loss", steps.losses()[i]);
            lines.append(line).append('\n');
        }
        return lines.toString();
    }

    /** One for each trial, and one for the whole. */
    private static String lines(Event.HeadFitted head) {
        StringBuilder lines = new StringBuilder();
        HeadChoice choice = head.choice();
        for (int i = 0; i < choice.tried().size(); i++) {
            ObjectNode line = JSON.createObjectNode().put("epoch", head.epoch());
            put(line, choice.tried().get(i));
            lines.append(line.put("chosen", i == choice.chosen())).append('\n');
        }
        ObjectNode line = JSON.createObjectNode().put("epoch", head.epoch());
        line.put("folds", choice.folds()).put("repeats", choice.repeats());
        if (!Double.isNaN(choice.nearestMean())) line.put("nearest_mean_accuracy", choice.nearestMean());
        line.put("majority_accuracy", choice.majority()).put("head_s", head.seconds());
        return lines.append(line).append('\n').toString();
    }

    private static void put(ObjectNode line, Trial t) {
        line.put("penalty", t.setting().penalty());
        line.put("weighting", t.setting().weighting().name().toLowerCase(Locale.ROOT));
        line.put("views", t.setting().views());
        line.put("temperature", t.temperature());
        line.put("folds_loss", t.loss().value())
                .put("folds_loss_error", t.loss().error());
        line.put("folds_accuracy", t.accuracy().value())
                .put("folds_accuracy_error", t.accuracy().error());
        line.put("folds_balanced_accuracy", t.balancedAccuracy());
    }

    private static String line(Event.EpochEnded e) {
        ObjectNode line = JSON.createObjectNode();
        line.put("epoch", e.epoch());
        line.put("epochs", e.epochs());
        line.put("phase", e.phase());
        e.metrics().forEach((name, value) -> {
            if (e.pictures() > 0 || !name.startsWith("val_")) line.set(name, JSON.valueToTree(value));
        });
        line.put("train_s", e.trainSeconds());
        line.put("val_s", e.validationSeconds());
        line.put("wait_s", e.waitSeconds());
        line.put("wait_share", e.waitShare());
        return line + "\n";
    }

    private void write(CharSequence lines) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(lines.toString());
        try {
            begin();
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        } catch (IOException e) {
            throw new IOException(
                    "metrics: " + file + " could not be written: " + e.getMessage() + "; check that the disk has room",
                    e);
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
