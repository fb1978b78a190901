package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ranks as processes. */
class RanksProcessTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path pictures;
    private static Path weights;

    @BeforeAll
    static void draw() throws IOException {
        pictures = DotsAndBars.draw(shared.resolve("shapes"), 5, 2);
        weights = Typed.weights(shared);
    }

    private Process graft(Map<String, String> environment, Object... more) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Graft.class.getName(), "train"));
        Object[] words = {pictures, "--weights", weights, "--out", folder.resolve("run"), "--cache", "off"};
        Object[] plan = {"--unfreeze", "layer4", "--batch-size", 4, "--no-report"};
        Stream.of(words, plan, more).flatMap(Stream::of).map(Object::toString).forEach(command::add);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return builder.redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    private String said(String what) throws IOException {
        return Files.readString(folder.resolve(what));
    }

    @Test
    void ranks_trainOneModelAndRankZeroAloneTells() throws Exception {
        Process ranks = graft(Map.of(), "--ranks", 2, "--epochs", 1, "--json");
        assertTrue(ranks.waitFor(2, TimeUnit.MINUTES));
        assertEquals(0, ranks.exitValue(), said("err"));
        assertEquals(1, said("out").lines().count(), said("out"));
        JsonNode record = JSON.readTree(said("out"));
        assertEquals("done", record.path("state").asText());
        assertTrue(record.path("command").toString().contains("--ranks"), record.toString());
        Path run = folder.resolve("run");
        Path alone = folder.resolve("alone");
        Object[] same = {"--cache", "off", "--unfreeze", "layer4", "--batch-size", 4, "--epochs", 1, "--no-report"};
        Object[] first = {"train", pictures, "--weights", weights, "--out", alone};
        Typed one = Typed.graft(Stream.of(first, same).flatMap(Stream::of).toArray());
        assertEquals(0, one.status(), one.err());
        List<JsonNode> expected = events(alone);
        List<JsonNode> events = events(run);
        assertEquals(expected.size(), events.size());
        for (int i = 0; i < events.size(); i++) {
            assertEquals(
                    expected.get(i).path("loss").asDouble(),
                    events.get(i).path("loss").asDouble(),
                    0.02, // the processor's bf16 in the trunk
                    events.get(i).toString());
        }
    }

    private static List<JsonNode> events(Path run) throws IOException {
        List<JsonNode> all = new ArrayList<>();
        for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) all.add(JSON.readTree(line));
        return all;
    }

    @Test
    void killedRank_isNamedWithItsStepAndAllEnd() throws Exception {
        Process launcher = graft(Map.of(), "--ranks", 2, "--epochs", 500);
        try {
            awaitFirstEpoch(launcher);
            List<ProcessHandle> ranks = launcher.children()
                    .sorted(Comparator.comparing(ProcessHandle::pid))
                    .toList();
            assertEquals(2, ranks.size(), said("err"));
            ranks.get(1).destroyForcibly();
            assertTrue(launcher.waitFor(20, TimeUnit.SECONDS), "it still runs");
            assertEquals(1, launcher.exitValue());
            String first = said("err").lines().findFirst().orElse("");
            assertTrue(
                    first.matches("graft train: epoch \\d+, step \\d+: rank 1 \\(.+ pid "
                            + ranks.get(1).pid() + "\\) (stopped answering|has ended)"),
                    first);
            assertFalse(ranks.get(0).isAlive());
            assertFalse(Files.exists(folder.resolve("run/model.pt")));
        } finally {
            launcher.descendants().forEach(ProcessHandle::destroyForcibly);
            launcher.destroyForcibly();
        }
    }

    private void awaitFirstEpoch(Process launcher) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!said("out").contains("Epoch 1/") && launcher.isAlive() && System.nanoTime() < end) Thread.sleep(50);
    }

    /** As a service manager does it: the launcher alone hears of it. */
    @Test
    void stoppedLauncher_waitsForRankZerosCheckpoint() throws Exception {
        Process launcher = graft(Map.of(), "--ranks", 2, "--epochs", 500);
        try {
            awaitFirstEpoch(launcher);
            List<ProcessHandle> ranks = launcher.children().toList();
            assertEquals(2, ranks.size(), said("err"));
            launcher.destroy();
            assertTrue(launcher.waitFor(60, TimeUnit.SECONDS), "it still runs");
            assertEquals(143, launcher.exitValue(), said("err"));
            assertTrue(said("out").contains("stopped; go on with: "), said("out"));
            assertTrue(Files.exists(folder.resolve("run/checkpoint/checkpoint.pt")));
            assertTrue(ranks.stream().noneMatch(ProcessHandle::isAlive));
        } finally {
            launcher.descendants().forEach(ProcessHandle::destroyForcibly);
            launcher.destroyForcibly();
        }
    }

    /** As torchrun starts it: alone of two, it waits for the other and says so, also to torchrun. */
    @Test
    void absentRank_isToldToTorchrunToo() throws Exception {
        Path report = folder.resolve("report/error.json");
        int port;
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Process one = graft(
                Map.of(
                        "RANK", "0",
                        "WORLD_SIZE", "2",
                        "LOCAL_RANK", "0",
                        "LOCAL_WORLD_SIZE", "2",
                        "MASTER_ADDR", "127.0.0.1",
                        "MASTER_PORT", Integer.toString(port),
                        "TORCHELASTIC_ERROR_FILE", report.toString()),
                "--rank-timeout",
                1);
        assertTrue(one.waitFor(1, TimeUnit.MINUTES));
        assertEquals(1, one.exitValue());
        String first = said("err").lines().findFirst().orElse("");
        assertTrue(first.startsWith("graft train: start: rank 1 of 2 has not come within 1.0 s"), said("err"));
        String told =
                JSON.readTree(report.toFile()).path("message").path("message").asText();
        assertEquals(first, "graft train: " + told);
        assertFalse(Files.exists(folder.resolve("run")));
    }
}
