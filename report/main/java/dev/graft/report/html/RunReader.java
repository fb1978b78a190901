package dev.graft.report.html;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.metrics.LabelThresholds;
import dev.graft.train.RateCurve;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the files of a folder, each by itself: one that is damaged becomes a note. */
final class RunReader {
    private static final String RUN = "run.json";
    private static final String EVALUATION = "evaluation.json";
    private static final String METRICS = "metrics.jsonl";
    private static final String PREDICTIONS = "predictions.csv";
    private static final String TEST = "test-predictions.csv";
    private static final String OUT_OF_FOLD = "out-of-fold.csv";
    private static final String STUDY = "study.json";
    private static final String RATES = "find-lr.json";
    private static final List<String> KNOWN = List.of(RUN, EVALUATION, METRICS, PREDICTIONS, TEST, OUT_OF_FOLD);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final List<String> notes = new ArrayList<>();

    private interface Reading<T> {
        T of(Path file) throws IOException;
    }

    private RunReader(Path folder) {
        this.folder = folder;
    }

    static Run read(Path folder) throws IOException {
        if (!Files.isDirectory(folder))
            throw new NoSuchFileException("report: " + folder
                    + (Files.exists(folder) ? " is a file" : " does not exist") + "; give the folder of a run");
        if (Files.exists(folder.resolve(STUDY)) && !Files.exists(folder.resolve(RUN)))
            throw new IOException("report: " + folder
                    + " holds a study, and a report shows one run: the study's figures are in " + STUDY
                    + " there, in the table that it printed (console.log), and of each picture in " + OUT_OF_FOLD);
        if (KNOWN.stream().noneMatch(name -> Files.exists(folder.resolve(name))))
            throw new IOException("report: " + folder + " holds no run (none of " + String.join(", ", KNOWN)
                    + "); give the folder that a run or an evaluation wrote");
        return new RunReader(folder).read();
    }

    private Run read() {
        boolean evaluation = !Files.exists(folder.resolve(RUN)) && Files.exists(folder.resolve(EVALUATION));
        RunRecord record = read(evaluation ? EVALUATION : RUN, f -> record(f, evaluation), RunRecord.empty());
        MetricsLog log = read(METRICS, MetricsLog::read, MetricsLog.empty());
        if (log.damaged() > 0) note(METRICS, log.damaged() + " of its lines are no JSON; they are left out");
        List<Predictions> results = new ArrayList<>();
        add(results, evaluation ? "Evaluation" : "Validation", PREDICTIONS, record.thresholds());
        add(results, "Test", TEST, record.thresholds());
        List<OutOfFold> outOfFold = read(OUT_OF_FOLD, OutOfFold::read, List.of());
        String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
        Optional<RateCurve> rates = read(RATES, RunReader::rates, Optional.empty());
        return new Run(name, record, log, results, outOfFold, rates, notes);
    }

    private static Optional<RateCurve> rates(Path file) throws IOException {
        try {
            return Optional.of(RateCurve.fromJson(Files.readString(file)));
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static RunRecord record(Path file, boolean evaluation) throws IOException {
        JsonNode json = JSON.readTree(file.toFile());
        if (!json.isObject()) throw new IOException("it is no JSON object");
        return new RunRecord(evaluation, json);
    }

    /** @param thresholds of a multi-label model */
    private void add(List<Predictions> results, String name, String file, Optional<LabelThresholds> thresholds) {
        Predictions read = read(file, f -> Predictions.read(name, f, thresholds), null);
        if (read == null) return;
        if (read.left().unknown() > 0)
            note(file, read.left().unknown() + " of its rows have a class without a column; they are left out");
        if (read.left().rest() > 0)
            note(file, "it is too long: its last " + read.left().rest() + " rows are left out");
        if (read.scores().count() > 0) results.add(read);
    }

    private <T> T read(String name, Reading<T> reading, T otherwise) {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) return otherwise;
        try {
            return reading.of(file);
        } catch (JsonProcessingException e) {
            note(name, "it is damaged (" + e.getOriginalMessage() + "); what it tells is left out");
        } catch (CharacterCodingException e) {
            note(name, "it is damaged (not UTF-8); what it tells is left out");
        } catch (IOException e) {
            note(name, "it cannot be read (" + e.getMessage() + "); what it tells is left out");
        }
        return otherwise;
    }

    private void note(String file, String what) {
        notes.add(file + ": " + what);
    }
}
