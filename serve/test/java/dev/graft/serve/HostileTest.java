package dev.graft.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.graft.serve.Client.Answer;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoublePredicate;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that mean harm, or are broken: each gets a 4xx, and the server answers the next one. */
@Timeout(120)
class HostileTest {
    private static final byte[] PNG = SmallModel.png(Color.RED);
    private static final int MOST = 100_000;

    @TempDir
    static Path folder;

    private static GraftServer server;
    private static Client client;

    @BeforeAll
    static void start() throws IOException {
        ServeTimes times = ServeTimes.STANDARD
                .withHeaders(Duration.ofMillis(600))
                .withUpload(Duration.ofMillis(600))
                .withIdle(Duration.ofMillis(1500));
        server = GraftServer.start(
                SmallModel.save(folder),
                ServeOptions.standard()
                        .withPort(0)
                        .withoutOverlays()
                        .withLimits(ServeLimits.STANDARD
                                .withBodyBytes(MOST)
                                .withPixels(1_000_000)
                                .withPictures(3)
                                .withTimes(times)));
        client = new Client(server.address());
    }

    @AfterAll
    static void stop() {
        if (server != null) server.close();
    }

    @AfterEach
    void theNextOneIsAnswered() throws IOException {
        Answer answer = client.post("/v1/predict", "image/png", PNG);
        assertEquals(200, answer.status(), answer.text());
        assertFalse(client.get("/metrics").text().contains("status=\"5"));
    }

    private static void assertRefused(int status, Answer answer, String what) {
        assertEquals(
                status,
                answer.status(),
                () -> what + ": " + answer.whole() + new String(answer.body(), StandardCharsets.UTF_8));
        assertTrue(answer.json().hasNonNull("error") && answer.json().hasNonNull("what_to_do"), answer::text);
        assertFalse(answer.text().matches("(?s).*(\\bat (dev|java|org)\\.|Exception).*"), answer::text);
    }

    private static Answer predict(byte[] body) throws IOException {
        return client.post("/v1/predict", "application/octet-stream", body);
    }

    @Test
    void brokenPictures_are422() throws IOException {
        byte[] jpeg = SmallModel.picture("jpg", 200, 150, Color.BLUE);
        byte[] zeros = new byte[5000];
        assertRefused(422, predict(Arrays.copyOf(PNG, PNG.length / 2)), "cut PNG");
        assertRefused(422, predict(Arrays.copyOf(jpeg, jpeg.length / 3)), "cut JPEG");
        assertRefused(422, predict(Arrays.copyOf(PNG, 9)), "a signature only");
        assertRefused(422, predict(zeros), "zeros");
        assertRefused(422, predict("<svg xmlns='http://www.w3.org/2000/svg'/>".getBytes()), "SVG");
        assertRefused(422, predict("../../etc/passwd".getBytes()), "a path");
        assertRefused(400, predict(new byte[0]), "nothing");
        byte[] flipped = PNG.clone();
        flipped[PNG.length / 2] ^= 0x55;
        assertRefused(422, predict(flipped), "a wrong byte");
    }

    /** Few bytes that become many pixels: refused by the header, before anything is decoded. */
    @Test
    void largePictures_areRefusedByTheirHeader() throws IOException {
        BufferedImage bomb = new BufferedImage(8000, 8000, BufferedImage.TYPE_BYTE_BINARY);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(bomb, "png", file);
        assertTrue(file.size() < MOST, () -> "bytes: " + file.size());
        for (byte[] large : List.of(file.toByteArray(), SmallModel.picture("png", 1001, 1000, Color.RED))) {
            Answer answer = predict(large);
            assertRefused(422, answer, "large");
            assertTrue(answer.text().contains("at most 1000000 pixels"), answer::text);
        }
        assertEquals(
                200, predict(SmallModel.picture("png", 1000, 1000, Color.RED)).status());
    }

    @Test
    void brokenMultipart_is400() throws IOException {
        byte[] good = Client.multipart("a.png", PNG);
        assertRefused(
                400, client.post("/v1/predict", Client.MULTIPART, Arrays.copyOf(good, good.length - 30)), "no end");
        assertRefused(400, client.post("/v1/predict", Client.MULTIPART, "nonsense".getBytes()), "nonsense");
        assertRefused(400, client.post("/v1/predict", "multipart/form-data", good), "no boundary");
        assertRefused(400, client.post("/v1/predict", "multipart/form-data; boundary=other", good), "another boundary");
        assertRefused(
                400,
                client.post("/v1/predict", Client.MULTIPART, ("--" + Client.BOUNDARY + "--\r\n").getBytes()),
                "no part");
        byte[] wide = ("--" + Client.BOUNDARY + "\r\nX: " + "y".repeat(9000) + "\r\n\r\n\r\n--" + Client.BOUNDARY
                        + "--\r\n")
                .getBytes();
        assertRefused(400, client.post("/v1/predict", Client.MULTIPART, wide), "a long head of a part");
        assertRefused(
                413,
                client.post("/v1/predict", Client.MULTIPART, Client.multipart("a", PNG, "b", PNG, "c", PNG, "d", PNG)),
                "4 of 3");
        Answer names =
                client.post("/v1/predict", Client.MULTIPART, Client.multipart("../../a\u202e<b>.png", "x".getBytes()));
        assertRefused(422, names, "an odd name");
        assertTrue(names.json().get("error").asText().startsWith("../../a?<b>.png: "), names.text());
    }

    /** The client hears it although it still sends. */
    @Test
    void largeBodies_are413() throws IOException {
        assertRefused(413, predict(new byte[MOST + 1]), "one byte more");
        assertRefused(413, predict(new byte[3_000_000]), "far more");
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        chunks.writeBytes(Client.head("POST /v1/predict", "Transfer-Encoding: chunked"));
        for (int i = 0; i < 30; i++) {
            chunks.writeBytes("2000\r\n".getBytes());
            chunks.writeBytes(new byte[0x2000]);
            chunks.writeBytes("\r\n".getBytes());
        }
        chunks.writeBytes("0\r\n\r\n".getBytes());
        assertRefused(413, client.raw(chunks.toByteArray(), false), "chunks");
        assertRefused(
                413,
                client.raw(
                        Client.head("POST /v1/predict", "Expect: 100-continue", "Content-Length: 99999999999"), false),
                "told before it is sent");
    }

    @Test
    void cutBodies_are400OrEndQuietly() throws IOException {
        byte[] head = Client.head("POST /v1/predict", "Content-Length: 50000");
        Answer half = client.raw(join(head, new byte[1000]), true);
        assertTrue(half.status() == 400 || half.status() == 0, half::whole);
        try (Socket socket = client.socket()) { // and gone
            socket.getOutputStream().write(join(head, new byte[1000]));
            socket.setSoLinger(true, 0);
        }
        Answer chunk = client.raw(
                join(Client.head("POST /v1/predict", "Transfer-Encoding: chunked"), "zz\r\n".getBytes()), false);
        assertTrue(chunk.status() == 400 || chunk.status() == 0, chunk::whole);
    }

    private static byte[] join(byte[] one, byte[] other) {
        byte[] all = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, all, one.length, other.length);
        return all;
    }

    @Test
    void slowHeads_endWith408() throws Exception {
        try (Socket socket = client.socket()) {
            drip(socket, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: " + "a".repeat(1000));
            assertEquals(408, Client.answer(socket).status());
        }
    }

    @Test
    void slowBodies_endWith408() throws Exception {
        try (Socket socket = client.socket()) {
            socket.getOutputStream().write(Client.head("POST /v1/predict", "Content-Length: 50000"));
            drip(socket, "a".repeat(1000));
            assertRefused(408, Client.answer(socket), "slow");
        }
        try (Socket socket = client.socket()) { // chunks without an end
            socket.getOutputStream().write(Client.head("POST /v1/predict", "Transfer-Encoding: chunked"));
            drip(socket, "1\r\na\r\n".repeat(200));
            assertRefused(408, Client.answer(socket), "slow chunks");
        }
    }

    /** A byte every 20 ms, until the server says or does something. */
    private static void drip(Socket socket, String text) throws Exception {
        OutputStream out = socket.getOutputStream();
        for (byte b : text.getBytes(StandardCharsets.US_ASCII)) {
            if (socket.getInputStream().available() > 0) return;
            try {
                out.write(b);
            } catch (SocketException e) {
                return; // closed: what it said before can be read
            }
            Thread.sleep(20);
        }
    }

    /** More clients than the server has threads ask on and on, and never read an answer. */
    @Test
    void clientsThatNeverRead_holdNoThread() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try (GraftServer patient = patient(ServeTimes.STANDARD)) {
            Client other = new Client(patient.address());
            try {
                for (int i = 0; i < 40; i++) {
                    silent.add(new Socket());
                    askOnAndOn(silent.get(i), patient);
                }
                until(other, running -> running == 41); // this one, and one of each that cannot be written
                assertTrue(gauge(other, "graft_body_bytes") > 40 * 10_000, "their answers are not counted");
                long asked = System.nanoTime();
                assertEquals(200, other.post("/v1/predict", "image/png", PNG).status());
                assertTrue(System.nanoTime() - asked < 3e9, "not answered at once");
            } finally {
                for (Socket socket : silent) socket.close();
            }
            until(other, running -> running == 1);
            assertTrue(gauge(other, "graft_body_bytes") < 100_000, "their answers are still counted");
        }
    }

    /** However long a silent connection may live. */
    @Test
    void answerThatIsNotTakenInTime_endsItsConnection() throws Exception {
        try (GraftServer patient = patient(ServeTimes.STANDARD.withDownload(Duration.ofMillis(400)));
                Socket socket = new Socket()) {
            askOnAndOn(socket, patient);
            Client other = new Client(patient.address());
            until(other, running -> running == 2);
            until(other, running -> running == 1);
        }
    }

    private static GraftServer patient(ServeTimes times) throws IOException {
        return GraftServer.start(
                folder.resolve("model.pt"),
                ServeOptions.standard()
                        .withPort(0)
                        .withoutOverlays()
                        .withLimits(ServeLimits.STANDARD.withTimes(times)));
    }

    private static void until(Client observer, DoublePredicate running) throws Exception {
        long begun = System.nanoTime();
        while (!running.test(gauge(observer, "graft_http_requests_running"))) {
            assertTrue(
                    System.nanoTime() - begun < 15e9,
                    "requests run: " + gauge(observer, "graft_http_requests_running"));
            Thread.sleep(20);
        }
    }

    private static void askOnAndOn(Socket socket, GraftServer asked) throws IOException {
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress("127.0.0.1", asked.address().getPort()));
        String ask = "GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        socket.getOutputStream().write(ask.repeat(600).getBytes(StandardCharsets.US_ASCII));
    }

    private static double gauge(Client observer, String name) throws IOException {
        return observer.get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void brokenHeads_are4xx() throws IOException {
        for (String head : List.of(
                "NONSENSE\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(20_000) + "\r\n\r\n",
                "GET /" + "y".repeat(20_000) + " HTTP/1.1\r\nHost: a\r\n\r\n",
                "POST /v1/predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
                "POST /v1/predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
                "POST /v1/predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nabcde",
                "GET /%zz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
                "GET /v1/model?top=%ff%fe HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")) {
            Answer answer = client.raw(head.getBytes(StandardCharsets.ISO_8859_1), false);
            boolean quiet = head.contains("/v1/model") && answer.status() == 200;
            assertTrue(quiet || answer.status() >= 400 && answer.status() < 500, () -> head + answer.whole());
        }
    }

    @Test
    void corpusOfBadPictures_is422() throws IOException {
        Path bad = Stream.of("../shared/corpus/bad", "../../shared/corpus/bad")
                .map(Path::of)
                .filter(Files::isDirectory)
                .findFirst()
                .orElse(null);
        assumeTrue(bad != null, "no folder shared/corpus/bad beside the checkout");
        List<Path> files;
        try (Stream<Path> all = Files.walk(bad)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        int refused = 0;
        for (Path file : files) {
            Answer answer = predict(Files.readAllBytes(file));
            assertTrue(answer.status() == 200 || answer.status() >= 400 && answer.status() < 500, file + answer.text());
            if (answer.status() != 200) refused++;
        }
        assertTrue(refused > files.size() * 9 / 10, refused + " of " + files.size() + " were refused");
    }
}
