package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.torch.RandomSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code graft serve}, as a process of its own where it is stopped. */
@Timeout(180)
@DisabledOnOs(OS.WINDOWS)
class ServeProcessTest {
    @TempDir
    static Path folder;

    private static Path model;
    private static byte[] picture;

    @BeforeAll
    static void train() throws IOException {
        model = ColourModel.save(folder);
        picture = Files.readAllBytes(ColourModel.red(folder.resolve("a.png"), 3));
    }

    @Test
    void sigtermUnderLoad_answersWhatHasArrived_andEndsWithItsStatus() throws Exception {
        Path errors = folder.resolve("serve.err");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Graft.class.getName(),
                        "serve",
                        model.toString(),
                        "--port",
                        "0",
                        "--no-overlays",
                        "--json")
                .redirectError(errors.toFile())
                .start();
        ExecutorService clients = Executors.newFixedThreadPool(4);
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            JsonNode ready = new ObjectMapper().readTree(lines.readLine());
            assertEquals("[\"blue\",\"red\"]", ready.get("classes").toString());
            URI predict = URI.create(ready.get("address").asText() + "/v1/predict");
            AtomicInteger right = new AtomicInteger();
            AtomicInteger wrong = new AtomicInteger();
            for (int i = 0; i < 4; i++) clients.execute(() -> ask(predict, right, wrong));
            while (right.get() < 20) Thread.sleep(5);
            process.destroy();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it still runs");
            assertEquals(143, process.exitValue(), Files.readString(errors));
            clients.shutdown();
            assertTrue(clients.awaitTermination(30, TimeUnit.SECONDS));
            assertEquals(0, wrong.get());
            assertEquals("", Files.readString(errors));
        } finally {
            clients.shutdownNow();
            process.destroyForcibly();
        }
    }

    /** Until nobody listens. */
    private static void ask(URI predict, AtomicInteger right, AtomicInteger wrong) {
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpRequest request = HttpRequest.newBuilder(predict)
                .header("Content-Type", "image/png")
                .POST(HttpRequest.BodyPublishers.ofByteArray(picture))
                .build();
        while (true) {
            try {
                HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
                boolean red = answer.statusCode() == 200 && answer.body().contains("\"label\":\"red\"");
                (red ? right : wrong).incrementAndGet();
            } catch (IOException | InterruptedException e) {
                return;
            }
        }
    }

    /** A damaged file and one of other classes change nothing; the next good one is served. An interrupt stops it. */
    @Test
    void reload_putsANewFileInThePlaceOfTheOldModel() throws Exception {
        Path served = Files.copy(model, folder.resolve("served.pt"));
        Path log = folder.resolve("access.log");
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        CompletableFuture<Typed> typed = new CompletableFuture<>();
        Thread serving = new Thread(() -> {
            try {
                typed.complete(Typed.graft("serve", served, "--port", port, "--reload", "--access-log", log));
            } catch (RuntimeException | Error e) {
                typed.completeExceptionally(e);
            }
        });
        serving.start();
        try {
            URI predict = URI.create("http://127.0.0.1:" + port + "/v1/predict");
            awaitLabel(predict, "red");
            put(Files.write(folder.resolve("torn"), new byte[5000]), served);
            Thread.sleep(2500);
            put(turned("dog", "cat"), served);
            Thread.sleep(2500);
            awaitLabel(predict, "red");
            put(turned("blue", "red"), served);
            awaitLabel(predict, "blue");
        } finally {
            serving.interrupt();
        }
        Typed told = typed.get(60, TimeUnit.SECONDS);
        List<String> warnings = told.err().lines().toList();
        assertEquals(2, warnings.size(), told.err());
        assertTrue(warnings.get(0).matches("--reload: .*served.pt: begins with 00 .*"), told.err());
        assertTrue(warnings.get(1).contains("the new model has the classes [dog, cat]"), told.err());
        assertTrue(warnings.get(1).endsWith("; the model before is still served"), told.err());
        assertTrue(told.says("now serving the new " + served), told.out());
        List<String> requests = Files.readAllLines(log);
        assertTrue(requests.size() >= 3, requests::toString);
        requests.forEach(line -> assertTrue(line.contains(" POST /v1/predict 200 "), line));
    }

    private static void put(Path file, Path place) throws IOException {
        Files.move(file, place, StandardCopyOption.ATOMIC_MOVE);
    }

    /** A model that says of red pictures what the first one says of blue ones. */
    private static Path turned(String... classes) throws IOException {
        Path file = folder.resolve("turned.pt");
        Path weights = folder.resolve("turned.pth");
        try (Classifier c = Classifier.load(model)) {
            int features = c.card().network().features();
            float[] weight = new float[2 * features];
            float[] bias = {1, 0}; // always the first class
            ModelCard card =
                    new ModelCard(c.card().network(), List.of(classes), c.card().preprocessing());
            try (RandomSource random = new RandomSource(1);
                    Classifier other = Classifier.graft(ColourModel.weights(weights), card, random)) {
                other.replaceHead(weight, bias);
                other.save(file);
            }
        }
        return file;
    }

    private static void awaitLabel(URI predict, String label) throws InterruptedException {
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpRequest request = HttpRequest.newBuilder(predict)
                .header("Content-Type", "image/png")
                .POST(HttpRequest.BodyPublishers.ofByteArray(picture))
                .build();
        String last = "";
        for (int i = 0; i < 600; i++) {
            try {
                last = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
                if (last.contains("\"label\":\"" + label + "\"")) return;
            } catch (IOException e) { // it does not listen yet
                last = e.toString();
            }
            Thread.sleep(100);
        }
        throw new AssertionError(last);
    }

    @Test
    void openToStrangers_isAWrongUse() throws IOException {
        Typed typed = Typed.graft("serve", model, "--host", "0.0.0.0", "--port", 0);
        assertEquals(ExitStatus.USAGE, typed.status());
        assertTrue(typed.err().contains("--token-file FILE or --no-token"), typed.err());
        assertEquals(1, typed.err().lines().count());
        Path weak = Files.writeString(folder.resolve("weak"), "secret");
        Typed refused = Typed.graft("serve", model, "--token-file", weak);
        assertEquals(ExitStatus.USAGE, refused.status());
        assertTrue(refused.err().contains("at least 16") && !refused.err().contains("secret"), refused.err());
        Path blank = Files.writeString(folder.resolve("blank"), "correct horse battery st\n");
        Typed blanks = Typed.graft("serve", model, "--token-file", blank);
        assertEquals(ExitStatus.USAGE, blanks.status());
        assertTrue(
                blanks.err().contains("character 8 is a blank") && !blanks.err().contains("horse"), blanks.err());
        Typed none = Typed.graft("serve", model, "--token-file", folder.resolve("nowhere"));
        assertEquals(ExitStatus.USAGE, none.status());
        assertTrue(none.err().contains("--token-file: there is no file"), none.err());
        assertEquals(ExitStatus.USAGE, Typed.graft("serve", model, "--queue", 3).status());
        assertEquals(ExitStatus.USAGE, Typed.graft("serve").status());
        Typed log = Typed.graft("serve", model, "--access-log", folder.resolve("no/access.log"));
        assertEquals(ExitStatus.USAGE, log.status());
        assertTrue(log.err().contains("--access-log: "), log.err());
        Typed above = Typed.graft("serve", model, "--unknown-below", 1.5);
        assertEquals(ExitStatus.USAGE, above.status());
        assertTrue(above.err().contains("--unknown-below: must lie between 0 and 1"), above.err());
    }

    @Test
    void wrongModelOrHost_isAWrongUse_andSaysNothingElse() {
        Typed nowhere = Typed.graft("serve", folder.resolve("nope"));
        assertEquals(ExitStatus.USAGE, nowhere.status());
        assertTrue(nowhere.err().contains("MODEL: there is no file or folder"), nowhere.err());
        Typed host = Typed.graft("serve", model, "--host", "nohost.invalid");
        assertEquals(ExitStatus.USAGE, host.status());
        assertTrue(host.err().contains("--host: there is no host nohost.invalid; give an address"), host.err());
        assertTrue(!host.err().contains("token"), host.err());
    }
}
