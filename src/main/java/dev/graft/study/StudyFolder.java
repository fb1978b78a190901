package dev.graft.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.files.AtomicFile;
import dev.graft.job.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder of a study: {@code study.json} with its settings and the runs that ended, and a folder for each run. The file
 * is written after every run, whole or not at all.
 */
final class StudyFolder {
    private static final int FORMAT = 2;
    private static final String SCORES = "scores.safetensors";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final ObjectNode study;

    private StudyFolder(Path folder, ObjectNode study) {
        this.folder = folder;
        this.study = study;
    }

    /**
     * A new study, or one that goes on because its folder holds runs with the same settings.
     *
     * @throws IOException when the folder holds another study, or a file of it cannot be read
     */
    static StudyFolder open(Path folder, ObjectNode settings) throws IOException {
        Path file = folder.resolve(Study.FILE);
        ObjectNode fresh = JSON.createObjectNode().put("format", FORMAT).put("state", "running");
        fresh.set("settings", settings);
        fresh.putArray("members");
        if (Files.notExists(file)) return new StudyFolder(folder, fresh);
        ObjectNode earlier = read(file);
        List<String> different = different(earlier.path("settings"), JSON.readTree(settings.toString()));
        if (!different.isEmpty())
            throw new IOException(
                    "study: " + folder + " holds a study with other settings (" + String.join("; ", different)
                            + "); give another folder, or the settings as they were to go on with it");
        earlier.put("state", "running");
        return new StudyFolder(folder, earlier);
    }

    private static ObjectNode read(Path file) throws IOException {
        try {
            if (JSON.readTree(file.toFile()) instanceof ObjectNode study
                    && study.path("format").asInt() == FORMAT
                    && study.path("members").isArray()) return study;
        } catch (JsonProcessingException e) {
            throw new IOException(
                    "study: " + file + " is damaged (" + e.getOriginalMessage()
                            + "); remove its folder, or give another one",
                    e);
        }
        throw new IOException("study: " + file + " is no study of this version; give another folder");
    }

    private static List<String> different(JsonNode before, JsonNode now) {
        List<String> all = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : now.properties()) {
            JsonNode other = before.path(field.getKey());
            if (!other.equals(field.getValue()))
                all.add(field.getKey() + " was " + shortened(other) + ", is " + shortened(field.getValue()));
        }
        return all;
    }

    private static String shortened(JsonNode value) {
        String text = value.toString();
        return text.length() <= 80 ? text : text.substring(0, 77) + "...";
    }

    Path of(Member member) {
        return folder.resolve(member.name());
    }

    /** The result of a run that ended before. */
    Optional<MemberResult> earlier(Member member) throws IOException {
        for (JsonNode one : study.withArray("members")) {
            if (!one.path("name").asText().equals(member.name())) continue;
            if (one.has("failure")) return Optional.empty(); // it is tried again
            double seconds = one.path("seconds").asDouble();
            removeNetwork(member);
            return Optional.of(
                    MemberRun.result(member, ScoresFile.read(of(member).resolve(SCORES)), seconds));
        }
        return Optional.empty();
    }

    /** Notes a run that ended: first its scores, then that it ended; its model and checkpoint go. */
    void ended(MemberResult result) throws IOException {
        Member member = result.member();
        if (result.failure().isEmpty()) ScoresFile.write(of(member).resolve(SCORES), result.scores());
        ArrayNode members = study.withArray("members");
        members.removeIf(m -> m.path("name").asText().equals(member.name()));
        ObjectNode one = members.addObject().put("name", member.name()).put("point", member.point() + 1);
        one.put("seed", study.path("settings").path("seed").asLong() + member.seed());
        if (member.fold() != Member.NO_FOLD) one.put("fold", member.fold() + 1);
        one.put("pictures", result.scores().count()).put("seconds", result.seconds());
        result.failure().ifPresent(why -> one.put("failure", why));
        one.set("metrics", numbers(result.metrics()));
        write();
        removeNetwork(member);
    }

    private void removeNetwork(Member member) throws IOException {
        RunFolder run = new RunFolder(of(member));
        Files.deleteIfExists(run.model());
        if (!Files.isDirectory(run.checkpoint())) return;
        List<Path> files;
        try (Stream<Path> all = Files.list(run.checkpoint())) {
            files = all.toList();
        }
        for (Path file : files) Files.delete(file);
        Files.delete(run.checkpoint());
    }

    /** Notes how the study ended. */
    void ended(StudyResult result) throws IOException {
        study.put("state", result.stopped() ? "stopped" : "done")
                .put("ranked_by", result.rankedBy().name());
        ArrayNode points = study.putArray("points");
        for (PointResult p : result.points()) {
            ObjectNode one = points.addObject().put("number", p.number());
            one.set("values", JSON.valueToTree(p.point().values()));
            p.failure().ifPresent(why -> one.put("failure", why));
            ObjectNode metrics = one.putObject("metrics");
            p.metrics().forEach((name, spread) -> metrics.set(name, spread(spread)));
            p.ahead().ifPresent(d -> one.putObject("ahead_of_next")
                    .setAll((ObjectNode) numbers(Map.of("difference", d.mean(), "standard_error", d.error()))));
        }
        write();
    }

    private static JsonNode spread(Spread spread) {
        ObjectNode node = JSON.createObjectNode().put("runs", spread.count());
        return node.setAll((ObjectNode) numbers(Map.of(
                "mean", spread.mean(), "standard_deviation", spread.deviation(), "standard_error", spread.error())));
    }

    /** Numbers by name; null where there is no value. */
    private static JsonNode numbers(Map<String, Double> values) {
        ObjectNode node = JSON.createObjectNode();
        values.forEach((name, value) -> node.put(name, Double.isFinite(value) ? value : null));
        return node;
    }

    /** Writes the settings before the first run. */
    void write() throws IOException {
        AtomicFile.write(
                folder.resolve(Study.FILE),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(study));
    }
}
