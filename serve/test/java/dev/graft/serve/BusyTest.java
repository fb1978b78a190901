package dev.graft.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.predict.Batching;
import dev.graft.predict.PredictorOptions;
import dev.graft.serve.Client.Answer;
import java.awt.Color;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Too much at once, and answers that take too long. */
@Timeout(120)
class BusyTest {
    private static final byte[] PNG = SmallModel.png(Color.RED);

    @TempDir
    Path folder;

    private GraftServer server(ServeLimits limits, Duration wait) throws IOException {
        return GraftServer.start(
                SmallModel.save(folder),
                ServeOptions.standard()
                        .withPort(0)
                        .withoutOverlays()
                        .withLimits(limits)
                        .withPredictor(PredictorOptions.fast().withBatching(Batching.STANDARD.withDelay(wait))));
    }

    @Test
    void oneRequestMore_is503_withATime() throws Exception {
        ServeLimits limits = ServeLimits.STANDARD.withRequests(1);
        try (GraftServer server = server(limits, Duration.ZERO)) {
            Client client = new Client(server.address());
            try (Socket open = client.socket()) {
                open.getOutputStream()
                        .write(Client.head("POST /v1/predict", "Content-Length: 100000", "Content-Type: image/png"));
                open.getOutputStream().write(new byte[10]);
                while (!client.get("/metrics").text().contains("graft_http_requests_running 2.0")) Thread.sleep(5);
                Answer refused = until(client, 503);
                assertEquals("1", refused.header("Retry-After"));
                assertTrue(refused.json().get("error").asText().contains("1 requests"), refused.text());
                assertEquals(200, client.get("/health/ready").status());
            }
            until(client, 200); // the one that is gone has given its place back
        }
    }

    private static Answer until(Client client, int status) throws IOException {
        for (int i = 0; i < 200; i++) {
            Answer answer = client.post("/v1/predict", "image/png", PNG);
            if (answer.status() == status) return answer;
        }
        throw new AssertionError("never " + status);
    }

    @Test
    void morePicturesThanTheQueueHolds_areRefusedTogether_andLateOnesAre504() throws Exception {
        ServeLimits limits = ServeLimits.STANDARD
                .withPictures(2)
                .withQueue(2)
                .withTimes(ServeTimes.STANDARD.withAnswer(Duration.ofMillis(300)));
        try (GraftServer server =
                server(limits, Duration.ofSeconds(2))) { // a batch waits longer than an answer may take
            Client client = new Client(server.address());
            Thread other = new Thread(() -> {
                try {
                    new Client(server.address()).post("/v1/predict", "image/png", PNG);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            other.start();
            while (!client.get("/metrics").text().contains("graft_queue_pictures 1.0")) Thread.sleep(5);
            Answer two = client.post("/v1/predict", Client.MULTIPART, Client.multipart("a", PNG, "b", PNG));
            assertEquals(503, two.status(), two.text());
            other.join();
            Answer late = client.post("/v1/predict", "image/png", PNG);
            assertEquals(504, late.status(), late.text());
            assertTrue(client.get("/metrics").text().contains("graft_queue_pictures 0.0"));
        }
    }
}
