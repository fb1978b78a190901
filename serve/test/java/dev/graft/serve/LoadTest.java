package dev.graft.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.serve.Client.Answer;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many clients at once, some of them bad; and a stop in the middle of it. {@code -Dgraft.serve.requests=100000} makes it long: see
 * tools/serve_load.sh.
 */
@Timeout(1800)
class LoadTest {
    private static final int REQUESTS = Integer.getInteger("graft.serve.requests", 2000);
    private static final int CLIENTS = 64;
    private static final int BAD_IN = 33; // 3%
    private static final byte[] PNG = SmallModel.png(Color.RED);
    private static final byte[][] BAD = {"no picture".getBytes(), new byte[0], new byte[300_000]};
    private static final int[] BAD_STATUS = {422, 400, 413};

    @TempDir
    static Path folder;

    private final Map<String, Integer> seen = new TreeMap<>();

    private synchronized void count(String what) {
        seen.merge(what, 1, Integer::sum);
    }

    @Test
    void manyClients_getTheRightAnswers_andTheMemoryStays() throws Exception {
        ServeOptions options = ServeOptions.standard()
                .withPort(0)
                .withoutOverlays()
                .withLimits(ServeLimits.STANDARD.withBodyBytes(200_000));
        try (GraftServer server = GraftServer.start(SmallModel.save(folder), options)) {
            run(server, REQUESTS / 2, 0);
            assertTrue(seen.keySet().stream().allMatch(s -> s.startsWith("right")), seen::toString);
            long warm = resident();
            run(server, REQUESTS, 7);
            long end = resident();
            assertTrue(seen.keySet().stream().allMatch(s -> s.startsWith("right")), seen::toString);
            assertEquals(
                    REQUESTS / 2 + REQUESTS,
                    seen.values().stream().mapToInt(Integer::intValue).sum());
            System.out.println(REQUESTS + " requests: " + seen + ", resident " + warm / 1024 + " MiB, then "
                    + end / 1024 + " MiB");
            // a short run ends while the heap still grows into its limit
            double most = REQUESTS >= 50_000 ? 1.02 : 1.2;
            assertTrue(end <= warm * most, "resident memory: " + warm + " kB, then " + end + " kB");
        }
    }

    private void run(GraftServer server, int requests, int seed) throws Exception {
        AtomicInteger next = new AtomicInteger();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        for (int c = 0; c < CLIENTS; c++) {
            clients.execute(() -> {
                Client client = new Client(server.address());
                for (int i = next.getAndIncrement(); i < requests; i = next.getAndIncrement()) one(client, i + seed);
            });
        }
        clients.shutdown();
        assertTrue(clients.awaitTermination(25, TimeUnit.MINUTES));
    }

    private void one(Client client, int i) {
        boolean bad = i % BAD_IN == 0;
        int kind = i / BAD_IN % BAD.length;
        int expected = bad ? BAD_STATUS[kind] : 200;
        try {
            Answer answer = client.post("/v1/predict?top=1", "application/octet-stream", bad ? BAD[kind] : PNG);
            count(answer.status() == expected ? "right " + expected : "wrong " + answer.status() + " for " + expected);
        } catch (IOException e) {
            count("failed " + e);
        }
    }

    private static long resident() throws IOException {
        if (!Files.exists(Path.of("/proc/self/status"))) return 0;
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    /**
     * What the server has accepted is what clients got answers for. Half of the clients pause for about as long as a stopping server waits
     * for silence: their requests come while it ends.
     */
    @Test
    void stop_answersEveryAcceptedRequest() throws Exception {
        Path model = SmallModel.save(Files.createDirectories(folder.resolve("stop")));
        ServeOptions options = ServeOptions.standard().withPort(0).withoutOverlays();
        GraftServer server = GraftServer.start(model, options);
        ExecutorService clients = Executors.newFixedThreadPool(16);
        AtomicInteger answered = new AtomicInteger();
        for (int c = 0; c < 16; c++) {
            int pause = c % 2 == 0 ? 0 : 290 + 2 * c;
            clients.execute(() -> {
                Client client = new Client(server.address());
                while (true) {
                    try {
                        Thread.sleep(pause);
                        Answer answer = client.post("/v1/predict", "application/octet-stream", PNG);
                        count("status " + answer.status());
                        answered.incrementAndGet();
                    } catch (IOException | InterruptedException e) { // nobody listens any more
                        return;
                    }
                }
            });
        }
        while (answered.get() < 50) Thread.sleep(10);
        server.close();
        clients.shutdown();
        assertTrue(clients.awaitTermination(30, TimeUnit.SECONDS), "clients still wait");
        assertEquals(Map.of("status 200", answered.get()), seen);
        assertEquals(answered.get(), server.answered(), "answered by the server, and heard by clients");
    }
}
