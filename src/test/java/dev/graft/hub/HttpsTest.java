package dev.graft.hub;

import static dev.graft.hub.HubFixture.BODY;
import static dev.graft.hub.HubFixture.NAME;
import static dev.graft.hub.HubFixture.SIZE;
import static dev.graft.hub.LocalServer.head;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same over https, with a certificate made here. */
class HttpsTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    static Path keys;

    @TempDir
    Path folder;

    private static SSLContext javas;
    private static SSLContext ours;

    @BeforeAll
    static void makeCertificate() throws Exception {
        Path store = keys.resolve("keys.p12");
        Process keytool =
                new ProcessBuilder(command(store)).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, keytool.waitFor(), said);
        KeyStore pair = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        KeyManagerFactory key = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        key.init(pair, PASSWORD.toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("us", pair.getCertificate("us"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        javas = SSLContext.getDefault();
        ours = SSLContext.getInstance("TLS");
        ours.init(key.getKeyManagers(), trust.getTrustManagers(), null);
    }

    private static List<String> command(Path store) {
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        return List.of(
                keytool,
                "-genkeypair",
                "-alias",
                "us",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString());
    }

    @AfterEach
    void trustAsBefore() {
        SSLContext.setDefault(javas);
    }

    private static LocalServer server(LocalServer.Handler handler) throws IOException {
        return new LocalServer(
                ours.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress()), handler);
    }

    private static URI https(LocalServer server) {
        return URI.create("https://127.0.0.1:" + server.port() + "/w");
    }

    private static RemoteFile fileOfEightDigits(LocalServer server) {
        Sha256 eight = new Sha256(HubFixture.digest(BODY).hex().substring(0, 8));
        return new RemoteFile(https(server), eight, new FileSize(SIZE - 500, SIZE + 500), NAME);
    }

    @Test
    void fetch_eightDigitsAndRoundedSize_areHeldAgainstTheFile() throws IOException {
        SSLContext.setDefault(ours);
        try (LocalServer server = server((request, out) -> LocalServer.send(request, out, BODY))) {
            HubFixture.assertFetches(folder, fileOfEightDigits(server));
        }
        try (LocalServer server = server((request, out) -> LocalServer.send(request, out, HubFixture.body(2)))) {
            String message = HubFixture.refusal(folder.resolve("other"), fileOfEightDigits(server));
            assertTrue(message.contains("a SHA-256 that begins with"), message);
        }
        try (LocalServer server = server((request, out) -> {
            head(out, "200 OK", "Content-Length: " + (SIZE + 501));
            out.write(BODY);
        })) {
            String message = HubFixture.refusal(folder.resolve("other"), fileOfEightDigits(server));
            assertTrue(message.contains("has 100504 bytes, expected 99503 to 100503 bytes"), message);
        }
    }

    @Test
    void fetch_redirectToPlainHttp_isRefused() throws IOException {
        SSLContext.setDefault(ours);
        try (LocalServer plain = new LocalServer((request, out) -> LocalServer.send(request, out, BODY));
                LocalServer server = server(
                        (request, out) -> head(out, "302 Found", "Location: " + plain.address("/w?key=secret")))) {
            String message = HubFixture.refusal(folder, HubFixture.file(https(server)));
            String told = https(server) + " redirects from https to plain http (" + plain.address("/w?...") + ")";
            assertTrue(message.contains(told), message);
            assertEquals(0, plain.requests.size());
        }
    }

    @Test
    void fetch_certificateNotTrusted_isNamedAndNotTriedAgain() throws IOException {
        try (LocalServer server = server((request, out) -> LocalServer.send(request, out, BODY))) {
            String message = HubFixture.refusal(folder, HubFixture.file(https(server)));
            assertTrue(message.contains("the certificate of 127.0.0.1 is not trusted by this Java"), message);
            assertTrue(message.contains("-Djavax.net.ssl.trustStore"), message);
        }
    }

    @Test
    void fetch_throughAProxy_isTunnelled() throws IOException {
        SSLContext.setDefault(ours);
        try (LocalServer server = server((request, out) -> LocalServer.send(request, out, BODY));
                LocalServer proxy = new LocalServer((request, out) -> tunnel(request, out, server.port()))) {
            Proxies proxies = Proxies.ofEnvironment(
                    name -> name.equals("HTTPS_PROXY") ? "http://127.0.0.1:" + proxy.port() : null);
            Path got = HubFixture.cache(folder).withProxies(proxies).fetch(fileOfEightDigits(server));
            assertArrayEquals(BODY, Files.readAllBytes(got));
            assertEquals("127.0.0.1:" + server.port(), proxy.requests.get(0).target());
            assertEquals("CONNECT", proxy.requests.get(0).method());
        }
    }

    private static void tunnel(LocalServer.Request request, OutputStream out, int port)
            throws IOException, InterruptedException {
        try (Socket onward = new Socket(InetAddress.getLoopbackAddress(), port)) {
            out.write("HTTP/1.1 200 Connected\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            OutputStream there = onward.getOutputStream();
            Thread up = new Thread(() -> pump(request.rest(), there));
            up.setDaemon(true);
            up.start();
            pump(onward.getInputStream(), out);
        }
    }

    private static void pump(InputStream in, OutputStream out) {
        byte[] buffer = new byte[8192];
        try {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
                out.flush();
            }
        } catch (IOException e) {
            // one of the two has closed
        }
    }
}
