package dev.graft.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.serve.Client.Answer;
import java.awt.Color;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ApiTest {
    private static final String RAW = "application/octet-stream";
    private static final byte[] RED = SmallModel.png(Color.RED);

    @TempDir
    static Path folder;

    private static Predictor predictor;
    private static GraftServer server;
    private static Client client;

    @BeforeAll
    static void start() throws IOException {
        ServeOptions options = ServeOptions.standard()
                .withPort(0)
                .withLimits(ServeLimits.STANDARD.withPictures(3).withBodyBytes(1 << 20));
        predictor = Predictor.open(SmallModel.save(folder), GraftServer.predictorOptions(options));
        server = GraftServer.start(predictor, options);
        client = new Client(server.address());
    }

    @AfterAll
    static void stop() {
        if (server != null) server.close();
        if (predictor != null) predictor.close();
    }

    @Test
    void rawPicture_getsThePredictionOfTheLibrary() throws IOException {
        Answer answer = client.post("/v1/predict?top=2", "image/png", RED);
        assertEquals(200, answer.status(), answer.text());
        Prediction expected = predictor.predict(RED, "red");
        JsonNode row = answer.json().get("predictions").get(0);
        assertEquals(expected.label(), row.get("label").asText());
        assertEquals(expected.probability(), (float) row.get("probability").asDouble(), 1e-6f);
        assertEquals(2, row.get("classes").size());
        JsonNode first = row.get("classes").get(0);
        assertEquals(expected.label(), first.get("name").asText());
        assertTrue(first.get("probability").asDouble()
                >= row.get("classes").get(1).get("probability").asDouble());
        assertFalse(row.has("overlay"));
        assertEquals("application/json", answer.header("Content-Type"));
    }

    @Test
    void several_keepTheirOrder_andABadOneIsARow() throws IOException {
        byte[] body = Client.multipart(
                "ä.png",
                RED,
                "text.txt",
                "no picture".getBytes(),
                "b.jpg",
                SmallModel.picture("jpg", 64, 48, Color.BLUE));
        Answer answer = client.post("/v1/predict", Client.MULTIPART, body);
        assertEquals(200, answer.status(), answer.text());
        JsonNode rows = answer.json().get("predictions");
        assertEquals(3, rows.size());
        assertEquals("ä.png", rows.get(0).get("name").asText());
        assertEquals(3, rows.get(0).get("classes").size());
        assertTrue(rows.get(1).get("error").asText().startsWith("text.txt: "), rows.get(1)::toString);
        assertFalse(rows.get(1).get("what_to_do").asText().isBlank());
        assertFalse(rows.get(1).has("label"));
        assertEquals("b.jpg", rows.get(2).get("name").asText());
        assertTrue(rows.get(2).has("label"));
    }

    @Test
    void onlyBadOnes_areAnErrorWithTheirReasons() throws IOException {
        byte[] text = "no picture".getBytes();
        Answer one = client.post("/v1/predict", RAW, text);
        assertEquals(422, one.status(), one.text());
        assertTrue(one.json().get("error").asText().startsWith("picture: "), one.text());
        Answer two = client.post("/v1/predict", Client.MULTIPART, Client.multipart("a", text, "b", text));
        assertEquals(422, two.status(), two.text());
        assertEquals(2, two.json().get("predictions").size());
    }

    @Test
    void overlay_isAPictureOfTheNetworksSize() throws IOException {
        Answer answer = client.post("/v1/predict?overlay=true", RAW, RED);
        String uri = answer.json().get("predictions").get(0).get("overlay").asText();
        assertTrue(uri.startsWith("data:image/png;base64,"), uri);
        byte[] png = Base64.getDecoder().decode(uri.substring(uri.indexOf(',') + 1));
        assertEquals(32, ImageIO.read(new ByteArrayInputStream(png)).getWidth());
        Answer explained = client.post("/v1/explain?class=green", RAW, RED);
        assertEquals("image/png", explained.header("Content-Type"));
        assertEquals(
                32, ImageIO.read(new ByteArrayInputStream(explained.body())).getHeight());
        assertEquals(200, client.post("/v1/explain", RAW, RED).status());
    }

    @Test
    void wrongQuery_isNamed() throws IOException {
        for (String query : new String[] {"top=0", "top=x", "tops=3", "overlay=yes", "top=1&top=2", "top=-1"}) {
            Answer answer = client.post("/v1/predict?" + query, RAW, RED);
            assertEquals(400, answer.status(), query);
            assertTrue(answer.json().get("error").asText().startsWith("query: "), answer.text());
        }
        Answer none = client.post("/v1/predict?top=0", RAW, RED);
        assertTrue(none.json().get("what_to_do").asText().startsWith("allowed: 1 to 3, "), none.text());
        JsonNode all = client.post("/v1/predict?top=99999999999", RAW, RED).json();
        assertEquals(3, all.at("/predictions/0/classes").size());
        Answer answer = client.post("/v1/explain?class=purple", RAW, RED);
        assertEquals(400, answer.status());
        assertTrue(answer.json().get("error").asText().contains("purple"), answer.text());
    }

    @Test
    void wrongMethodPathOrType_saysWhatIsRight() throws IOException {
        Answer get = client.get("/v1/predict");
        assertEquals(405, get.status());
        assertEquals("POST", get.header("Allow"));
        assertEquals(404, client.get("/v1/nothing").status());
        assertEquals(404, client.get("/v1/model/").status());
        String curl = "application/x-www-form-urlencoded";
        assertEquals(200, client.post("/v1/predict", curl, RED).status());
        Answer form = client.post("/v1/predict", curl, "picture=cat".getBytes());
        assertEquals(415, form.status());
        assertTrue(form.json().get("what_to_do").asText().contains("image/png"), form.text());
        assertEquals(
                415,
                client.post("/v1/predict", RAW, RED, "Content-Encoding", "gzip").status());
    }

    @Test
    void improbablePicture_isUnknown() throws IOException {
        ServeOptions options = ServeOptions.standard()
                .withPort(0)
                .withoutOverlays()
                .withPredictor(PredictorOptions.fast().withUnknownBelow(1));
        try (GraftServer strict = GraftServer.start(folder.resolve("model.pt"), options)) {
            JsonNode row = new Client(strict.address())
                    .post("/v1/predict", RAW, RED)
                    .json()
                    .at("/predictions/0");
            Prediction sure = predictor.predict(RED, "red");
            assertEquals("unknown", row.get("label").asText());
            assertEquals(sure.probability(), (float) row.get("probability").asDouble(), 1e-4f);
            assertEquals(sure.label(), row.at("/classes/0/name").asText());
        }
    }

    @Test
    void someErrors_haveACode() throws IOException {
        assertEquals(
                "empty",
                client.post("/v1/predict", RAW, new byte[0]).json().at("/code").asText());
        Answer large = client.post("/v1/predict", RAW, new byte[(1 << 20) + 1]);
        assertEquals("too_large", large.json().at("/code").asText());
        assertFalse(client.post("/v1/predict?top=0", RAW, RED).json().has("code"));
    }

    @Test
    void model_tellsClassesPreprocessingAndLimits() throws IOException {
        JsonNode model = client.get("/v1/model").json();
        assertEquals(
                SmallModel.CLASSES.toString().replace(" ", ""),
                model.get("classes").toString().replace("\"", ""));
        assertEquals(32, model.get("input").get("width").asInt());
        assertEquals(3, model.get("limits").get("pictures").asInt());
        assertEquals(SmallModel.CLASSES.size(), model.get("card").get("classes").size());
    }

    @Test
    void health_isUp_andPageIsStrict() throws IOException {
        assertEquals("up", client.get("/health/live").json().get("status").asText());
        assertEquals("up", client.get("/health/ready").json().get("status").asText());
        Answer page = client.get("/");
        assertTrue(page.text().contains("<main>"));
        assertTrue(page.header("Content-Security-Policy").startsWith("default-src 'none'"));
        assertFalse(page.header("Content-Security-Policy").contains("unsafe"));
        assertEquals("nosniff", page.header("X-Content-Type-Options"));
        assertFalse(page.text().matches("(?s).*(<script>|style=|onclick=|https?://).*"), page.text());
    }

    @Test
    void head_isAsGet_withoutTheBody() throws IOException {
        for (String path : new String[] {"/", "/serve.css", "/v1/model", "/health/ready"}) {
            Answer get = client.get(path);
            Answer head = client.raw(Client.head("HEAD " + path), false);
            assertEquals(200, head.status(), path);
            assertEquals(0, head.body().length, path);
            assertTrue(head.whole().contains("Content-Type: " + get.header("Content-Type")), head.whole());
            assertTrue(head.whole().contains("Content-Length: " + get.body().length), head.whole());
        }
    }

    /** No name beside the list is a file. */
    @Test
    void paths_reachNoFile() throws IOException {
        for (String path : new String[] {
            "/../pom.xml",
            "/%2e%2e/pom.xml",
            "/..%2fpom.xml",
            "/serve.css/../serve.js",
            "/dev/graft/serve/serve.css",
            "//etc/passwd",
            "/index.html",
            "/%00",
            "/serve.css%00",
            "/;/serve.css",
            "/serve.css;a=b",
            "/.\\pom.xml",
            "/file:///etc/passwd"
        }) {
            Answer answer = client.raw(Client.head("GET " + path), false);
            assertTrue(answer.status() == 404 || answer.status() == 400, path + ": " + answer.whole());
        }
    }

    @Test
    void openApi_hasTheRoutes_andTheirParameters() throws IOException {
        JsonNode api = client.get("/openapi.json").json();
        Set<String> described = new TreeSet<>();
        api.get("paths").fieldNames().forEachRemaining(described::add);
        Set<String> real = new TreeSet<>(Routes.paths());
        real.removeIf(path -> path.endsWith(".js") || path.endsWith(".css") || path.endsWith(".svg"));
        assertEquals(real, described);
        for (String path : described) {
            api.get("paths").get(path).fieldNames().forEachRemaining(method -> {
                try {
                    Answer answer = method.equals("get") ? client.get(path) : client.post(path, RAW, RED);
                    assertEquals(200, answer.status(), method + " " + path);
                    JsonNode type =
                            api.at("/paths/" + path.replace("/", "~1") + "/" + method + "/responses/200/content");
                    assertTrue(
                            answer.header("Content-Type")
                                    .startsWith(type.fieldNames().next()),
                            path);
                } catch (IOException e) {
                    throw new AssertionError(path, e);
                }
            });
        }
        for (JsonNode parameter : api.at("/paths/~1v1~1predict/post/parameters")) {
            String name = parameter.get("name").asText();
            String value = parameter.get("schema").get("default").asText();
            assertEquals(
                    200,
                    client.post("/v1/predict?" + name + "=" + value, RAW, RED).status(),
                    name);
        }
        JsonNode row = client.post("/v1/predict?overlay=true", RAW, RED)
                .json()
                .get("predictions")
                .get(0);
        row.fieldNames()
                .forEachRemaining(field ->
                        assertTrue(api.at("/components/schemas/Row/properties").has(field), field));
        JsonNode model = client.get("/v1/model").json();
        model.fieldNames()
                .forEachRemaining(field -> assertTrue(
                        api.at("/components/schemas/Model/properties").has(field), field));
    }

    @Test
    void metrics_countWhatHappened() throws IOException {
        double before = metric("graft_pictures_total{outcome=\"answered\"}");
        double bad = metric("graft_pictures_total{outcome=\"unreadable\"}");
        client.post("/v1/predict", RAW, RED);
        client.post("/v1/predict", RAW, "no picture".getBytes());
        assertEquals(before + 1, metric("graft_pictures_total{outcome=\"answered\"}"));
        assertEquals(bad + 1, metric("graft_pictures_total{outcome=\"unreadable\"}"));
        assertEquals(0, metric("graft_queue_pictures"));
        assertTrue(metric("graft_http_requests_total{method=\"POST\",route=\"/v1/predict\",status=\"422\"}") >= 1);
        assertTrue(metric("graft_picture_batch_size_count") >= 1);
        assertTrue(metric("graft_http_request_duration_seconds_count{route=\"/v1/predict\"}") >= 1);
    }

    private static double metric(String name) throws IOException {
        return client.get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(-1);
    }

    @Test
    void foreignName_isRefused() throws IOException {
        Answer answer = client.raw(
                "GET /v1/model HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".getBytes(), false);
        assertEquals(403, answer.status(), answer.whole());
        Answer page = client.raw(
                "GET /v1/model HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: cross-site\r\nConnection: close\r\n\r\n"
                        .getBytes(),
                false);
        assertEquals(403, page.status(), page.whole());
    }

    @Test
    void token_isAskedFor() throws IOException {
        Path file = Files.writeString(folder.resolve("token"), "0123456789abcdef-right\n");
        ServeOptions options =
                ServeOptions.standard().withPort(0).withoutOverlays().withToken(AccessToken.read(file));
        try (GraftServer guarded = GraftServer.start(folder.resolve("model.pt"), options)) {
            Client stranger = new Client(guarded.address());
            Answer none = stranger.post("/v1/predict", RAW, RED);
            assertEquals(401, none.status());
            assertEquals("Bearer", none.header("WWW-Authenticate"));
            assertFalse(none.text().contains("0123456789"));
            assertEquals(
                    401,
                    stranger.get("/v1/model", "Authorization", "Bearer 0123456789abcdef-wrong")
                            .status());
            assertEquals(401, stranger.get("/metrics").status());
            assertEquals(200, stranger.get("/").status());
            assertEquals(200, stranger.get("/health/ready").status());
            String right = "Bearer 0123456789abcdef-right";
            assertEquals(200, stranger.get("/v1/model", "Authorization", right).status());
            assertEquals(
                    200,
                    stranger.post("/v1/predict", RAW, RED, "Authorization", right)
                            .status());
            assertEquals(
                    400,
                    stranger.post("/v1/explain", RAW, RED, "Authorization", right)
                            .status()); // no overlays here
        }
    }

    @Test
    void accessLog_hasALineForEachAnswer_andNoToken() throws IOException {
        List<String> lines = new CopyOnWriteArrayList<>();
        String token = "0123456789abcdef-right";
        ServeOptions options =
                ServeOptions.standard().withPort(0).withoutOverlays().withToken(AccessToken.of(token));
        try (Predictor own = Predictor.open(folder.resolve("model.pt"), GraftServer.predictorOptions(options));
                GraftServer logged = GraftServer.start(own, options, lines::add)) {
            Client asking = new Client(logged.address());
            asking.post("/v1/predict?top=1", RAW, RED, "Authorization", "Bearer " + token);
            asking.get("/v1/model?token=" + token, "Cookie", "token=" + token);
            asking.get("/" + token);
            asking.raw(("GET /%0A" + token + " nonsense\r\n\r\n").getBytes(), true);
        } // all answers are told
        String start = "127\\.0\\.0\\.1 \\[[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z\\] ";
        for (String told : List.of("POST /v1/predict 200", "GET /v1/model 401", "GET /other 404"))
            assertTrue(lines.stream().anyMatch(line -> line.matches(start + told + " [0-9]+ [0-9]+")), lines::toString);
        assertFalse(lines.toString().contains("0123456789"), lines::toString);
    }

    @Test
    void beyondThisMachine_itTakesAToken() {
        ServeOptions everywhere = ServeOptions.standard().withHost("0.0.0.0");
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, everywhere::requireGuarded);
        assertTrue(e.getMessage().contains("token"), e.getMessage());
        everywhere.openToAll().requireGuarded();
        everywhere.withToken(AccessToken.of("0123456789abcdef")).requireGuarded();
        assertThrows(IllegalArgumentException.class, () -> AccessToken.of("short"));
    }

    @Test
    void takenPort_isNamed() {
        ServeOptions same =
                ServeOptions.standard().withPort(server.address().getPort()).withoutOverlays();
        IOException e = assertThrows(IOException.class, () -> GraftServer.start(predictor, same));
        assertTrue(
                e.getMessage()
                        .startsWith("serve: nothing can listen at 127.0.0.1:"
                                + server.address().getPort()),
                e.getMessage());
    }
}
