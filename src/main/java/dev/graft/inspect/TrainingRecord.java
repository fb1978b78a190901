package dev.graft.inspect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.job.RunFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a run wrote about itself into its folder.
 *
 * @param run the content of {@code run.json}; empty if there is none
 * @param epochs the number of epochs in {@code metrics.jsonl}
 * @param last the line of the last epoch: its losses and metrics by name; empty if there is none
 */
public record TrainingRecord(Optional<ObjectNode> run, int epochs, Optional<ObjectNode> last) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String EPOCHS = "\"epochs\":"; // steps do not have it

    /**
     * Reads the files of a run's folder.
     *
     * @return empty if the folder has neither of them
     * @throws IOException when a file cannot be read, or {@code run.json} is no JSON object
     */
    public static Optional<TrainingRecord> in(Path folder) throws IOException {
        Path run = new RunFolder(folder).record();
        Path metrics = new RunFolder(folder).metrics();
        if (!Files.isRegularFile(run) && !Files.isRegularFile(metrics)) return Optional.empty();
        Optional<ObjectNode> options = Files.isRegularFile(run) ? Optional.of(object(run)) : Optional.empty();
        ObjectNode last = Files.isRegularFile(metrics) ? lastEpoch(metrics) : null;
        int epochs = last == null ? 0 : last.path("epoch").asInt();
        return Optional.of(new TrainingRecord(options, epochs, Optional.ofNullable(last)));
    }

    private static ObjectNode object(Path file) throws IOException {
        try {
            if (JSON.readTree(Files.readString(file)) instanceof ObjectNode object) return object;
        } catch (JsonProcessingException e) {
            throw new IOException("run: " + file + " is not JSON (" + e.getOriginalMessage() + ")", e);
        }
        throw new IOException("run: " + file + " is not a JSON object");
    }

    /** The last complete line of an epoch; null if there is none. */
    private static ObjectNode lastEpoch(Path metrics) throws IOException {
        ObjectNode last = null;
        try (BufferedReader lines = Files.newBufferedReader(metrics, StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.contains(EPOCHS) && parsed(line) instanceof ObjectNode epoch) last = epoch;
            }
        }
        return last;
    }

    private static JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) { // a line that a killed run did not finish
            return null;
        }
    }
}
