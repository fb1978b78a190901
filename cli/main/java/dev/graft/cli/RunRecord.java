package dev.graft.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.checkpoint.Data;
import dev.graft.data.Findings;
import dev.graft.environment.EnvironmentReport;
import dev.graft.files.AtomicFile;
import dev.graft.hub.Sha256;
import dev.graft.job.OpenJob;
import dev.graft.job.Result;
import dev.graft.job.RunFolder;
import dev.graft.metrics.Metric;
import dev.graft.metrics.Metrics;
import dev.graft.model.HeadSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes {@code run.json}: what was trained on what, with which settings, on which machine, and the digests of all that
 * went in and came out. It is written when training begins and again at the end.
 */
final class RunRecord {
    private static final int FORMAT = 1;
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final List<String> command;
    private final TrainOptions options;
    private final Instant began = Instant.now();
    private RunFolder folder; // null until the run is ready
    private ObjectNode record;
    private Optional<String> trial = Optional.empty();

    RunRecord(List<String> command, TrainOptions options) {
        this.command = List.copyOf(command);
        this.options = options;
    }

    /** Notes what a trial found before training. */
    void tried(String verdict) {
        trial = Optional.of(verdict);
    }

    /** Notes what is known before training. */
    void ready(OpenJob job, RunFolder of) throws IOException {
        folder = of;
        record = earlier(job);
        if (record.isEmpty()) {
            record.put("format", FORMAT);
            record.set("command", JSON.valueToTree(command));
            record.put("began", began.truncatedTo(ChronoUnit.SECONDS).toString());
            record.put("seed", options.run().seed());
            record.set("network", network(job));
        } else {
            record.withArray("resumed").add(JSON.valueToTree(command));
        }
        record.put("state", "running");
        trial.ifPresent(verdict -> record.put("trial", verdict));
        record.put("device", options.machine().device().toString());
        record.put("precision", job.plan().compute().precision().name().toLowerCase(Locale.ROOT));
        record.set("plan", JSON.readTree(job.plan().toJson()));
        job.classifier().card().thresholds().ifPresent(t -> record.putObject("multi_label")
                .set("thresholds", JSON.valueToTree(t.values())));
        record.set("preprocessing", job.classifier().card().preprocessing().toJson());
        record.set("data", data(job.data().findings()));
        record.set("machine", JSON.valueToTree(EnvironmentReport.read().facts()));
    }

    /** The record of the stopped run that goes on in this folder: its seed and its weights are those of this run. */
    private ObjectNode earlier(OpenJob job) throws IOException {
        Path file = folder.record();
        boolean goesOn =
                job.resumed().isPresent() && folder.holds(job.resumed().get().file()) && Files.exists(file);
        if (goesOn && JSON.readTree(file.toFile()) instanceof ObjectNode earlier) return earlier;
        return JSON.createObjectNode();
    }

    private ObjectNode network(OpenJob job) throws IOException {
        ObjectNode network = JSON.createObjectNode();
        network.put("title", job.classifier().card().network().title());
        if (!job.classifier().card().head().equals(HeadSpec.LINEAR))
            network.put("head", job.classifier().card().head().text());
        if (options.head().biasFromFrequencies()) network.put("bias", "from frequencies");
        Path weights = options.network().weights();
        if (options.network().known() != null) {
            network.put("weights", options.network().known().name());
        } else if (weights != null) {
            network.put("weights", weights.toString());
            network.put("sha256", Sha256.of(weights).hex());
        }
        network.set("notes", JSON.valueToTree(job.classifier().notes()));
        return network;
    }

    private ObjectNode data(Findings findings) {
        ObjectNode data = JSON.createObjectNode();
        Path place = options.data().place() == null
                ? findings.root()
                : options.data().place();
        data.put("place", place.toAbsolutePath().normalize().toString());
        data.set("classes", JSON.valueToTree(findings.classes()));
        data.set("training", counts(findings.classes(), findings.trainCounts()));
        data.set("validation", counts(findings.classes(), findings.validationCounts()));
        data.set("test", counts(findings.classes(), findings.testCounts()));
        if (record.has("multi_label"))
            data.putObject("pictures")
                    .put("training", findings.train().pictures())
                    .put("validation", findings.validation().pictures())
                    .put("test", findings.test().pictures());
        data.set("findings", JSON.valueToTree(findings.lines()));
        return data;
    }

    private static JsonNode counts(List<String> classes, List<Integer> counts) {
        ObjectNode of = JSON.createObjectNode();
        for (int i = 0; i < classes.size(); i++) of.put(classes.get(i), counts.get(i));
        return of;
    }

    /** Adds what came out, and writes the file again. */
    void ended(Result result) throws IOException {
        record.put("state", result.stopped() ? "stopped" : "done");
        record.put("seconds", Duration.between(began, Instant.now()).toMillis() / 1000.0);
        result.evaluation().ifPresent(e -> record.put("accuracy", e.accuracy()));
        result.evaluation().filter(e -> e.scores().isMultiLabel()).ifPresent(e -> {
            for (Metric m : List.of(Metrics.averagePrecision(), Metrics.microF1())) {
                double value = m.of(e.scores());
                record.put(m.name(), Double.isFinite(value) ? value : null);
            }
        });
        record.set("unreadable", JSON.valueToTree(result.skipped()));
        digests();
        ObjectNode files = JSON.createObjectNode();
        for (Path file : List.of(folder.model(), folder.predictions(), folder.testPredictions(), folder.outOfFold())) {
            if (Files.exists(file)) files.set(file.getFileName().toString(), file(file, result));
        }
        record.set("files", files);
        write();
    }

    private void digests() throws IOException {
        Path file = Checkpoint.fileIn(folder.checkpoint());
        if (Files.notExists(file)) return;
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            Data data = checkpoint.data();
            ((ObjectNode) record.get("data"))
                    .put("sha256_training", data.training())
                    .put("sha256_validation", data.validation());
        }
    }

    private ObjectNode file(Path file, Result result) throws IOException {
        Optional<String> known = file.equals(folder.model()) ? result.sha256() : Optional.empty();
        return JSON.createObjectNode()
                .put("bytes", Files.size(file))
                .put("sha256", known.isPresent() ? known.get() : Sha256.of(file).hex());
    }

    /** The folder and the accuracy of a finished run, or mAP and micro F1 of a multi-label model, for {@code --quiet}. */
    String line() {
        if (record.has("multi_label"))
            return String.format(
                    Locale.ROOT,
                    "%s  mAP %.2f%%  micro F1 %.2f%%",
                    folder.folder(),
                    100 * record.path("average_precision").asDouble(Double.NaN),
                    100 * record.path("micro_f1").asDouble(Double.NaN));
        double accuracy = record.path("accuracy").asDouble(Double.NaN);
        return folder.folder() + (Double.isNaN(accuracy) ? "" : String.format(Locale.ROOT, "  %.2f%%", 100 * accuracy));
    }

    /** What is known of the run, for {@code --json}. */
    ObjectNode record() {
        return record.deepCopy().put("folder", folder.folder().toString());
    }

    /** Writes the file: when training begins, so that a refused run leaves none, and at its end. */
    void write() throws IOException {
        Files.createDirectories(folder.folder());
        byte[] bytes = (JSON.writeValueAsString(record) + "\n").getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(folder.record(), bytes);
    }
}
