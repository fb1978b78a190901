package dev.graft.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which proxy is asked, with what, and what is said when it cannot be used. */
class ProxiesTest {
    @TempDir
    Path folder;

    private static Proxies environment(String... namesAndValues) {
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            variables.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return Proxies.ofEnvironment(variables::get);
    }

    private static String way(Proxies proxies, String address) throws IOException {
        SocketAddress a = proxies.route(URI.create(address)).proxy().address();
        return a instanceof InetSocketAddress i ? i.getHostString() + ":" + i.getPort() : "direct";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "https_proxy=http://p:3128; https://h/w; p:3128",
                "HTTPS_PROXY=p:3128; https://h/w; p:3128",
                "HTTPS_PROXY=http://p; https://h/w; p:80",
                "https_proxy=http://one:1 HTTPS_PROXY=http://two:2; https://h/w; one:1",
                "HTTPS_PROXY=http://p:1; http://h/w; direct",
                "http_proxy=http://p:1; http://h/w; p:1",
                "http_proxy=http://p:1; https://h/w; direct",
                "HTTP_PROXY=http://p:1; http://h/w; direct",
                "ALL_PROXY=http://p:1; https://h/w; p:1",
                "ALL_PROXY=http://p:1 HTTPS_PROXY=http://q:2; https://h/w; q:2",
                "HTTPS_PROXY=http://p:1 NO_PROXY=h; https://h/w; direct",
                "HTTPS_PROXY=http://p:1 NO_PROXY=*; https://h/w; direct",
                "HTTPS_PROXY=http://p:1 no_proxy=a,example.com; https://x.Example.com/w; direct",
                "HTTPS_PROXY=http://p:1 no_proxy=a,.example.com; https://x.example.com/w; direct",
                "HTTPS_PROXY=http://p:1 no_proxy=*.example.com; https://x.example.com/w; direct",
                "HTTPS_PROXY=http://p:1 no_proxy=example.com; https://badexample.com/w; p:1",
                "HTTPS_PROXY=http://p:1 no_proxy=h:8443; https://h:8443/w; direct",
                "HTTPS_PROXY=http://p:1 no_proxy=h:8443; https://h/w; p:1",
                "HTTPS_PROXY=socks5://p:1 NO_PROXY=h; https://h/w; direct",
                "X=y; https://h/w; direct"
            })
    void environment_isReadAsCurlReadsIt(String variables, String address, String expected) throws IOException {
        String[] pairs = Arrays.stream(variables.split(" "))
                .flatMap(v -> Arrays.stream(v.split("=", 2)))
                .toArray(String[]::new);
        assertEquals(expected, way(environment(pairs), address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "socks5://ann:secret@p:1",
                "https://ann:secret@p:1",
                "http://ann:secret@:1",
                "http://a:secret@p:x{"
            })
    void environment_proxyThatCannotBeUsed_isNamedWithoutItsPassword(String value) {
        String message = HubFixture.refusal(
                folder, HubFixture.file(URI.create("https://h.invalid/w")), environment("https_proxy", value));
        assertTrue(message.contains("https_proxy must be http://host:port"), message);
        assertFalse(message.contains("secret"), message);
    }

    @Test
    void java_socksProxy_isRefusedAndNotGoneRound() {
        ProxySelector socks = new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(new Proxy(Proxy.Type.SOCKS, InetSocketAddress.createUnresolved("s", 1080)));
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
        };
        assertThrows(IOException.class, () -> Proxies.of(socks).route(URI.create("https://h/w")));
    }

    @Test
    void fetch_plainHttp_goesThroughTheProxyWithItsPassword() throws IOException {
        try (LocalServer proxy = new LocalServer((request, out) -> LocalServer.send(request, out, HubFixture.BODY))) {
            RemoteFile file = HubFixture.file(URI.create("http://server.invalid/w"));
            Proxies proxies = environment("http_proxy", "http://ann:s%65cret@127.0.0.1:" + proxy.port());
            CacheFolder.in(folder).withProxies(proxies).fetch(file);
            LocalServer.Request asked = proxy.requests.get(0);
            assertEquals("GET http://server.invalid/w", asked.method() + " " + asked.target());
            assertEquals("Basic YW5uOnNlY3JldA==", asked.headers().get("proxy-authorization")); // ann:secret
        }
    }

    @Test
    void fetch_javasSelector_isAsked() throws IOException {
        try (LocalServer proxy = new LocalServer((request, out) -> LocalServer.send(request, out, HubFixture.BODY))) {
            RemoteFile file = HubFixture.file(URI.create("http://server.invalid/w"));
            CacheFolder.in(folder)
                    .withProxies(ProxySelector.of(InetSocketAddress.createUnresolved("127.0.0.1", proxy.port())))
                    .fetch(file);
            assertEquals("http://server.invalid/w", proxy.requests.get(0).target());
        }
    }

    @Test
    void fetch_proxyWantsAPassword_saysWhatToDo() throws IOException {
        try (LocalServer proxy = new LocalServer((request, out) ->
                LocalServer.head(out, "407 Proxy Authentication Required", "Proxy-Authenticate: Basic realm=x"))) {
            Proxies proxies = environment("https_proxy", "http://ann:secret@127.0.0.1:" + proxy.port());
            String message = HubFixture.refusal(folder, HubFixture.file(URI.create("https://h.invalid/w")), proxies);
            assertEquals(
                    "CONNECT h.invalid:443",
                    proxy.requests.get(0).method() + " " + proxy.requests.get(0).target());
            assertTrue(message.contains("HTTP 407"), message);
            assertTrue(message.contains("-Djdk.http.auth.tunneling.disabledSchemes="), message);
            assertFalse(message.contains("secret"), message);
            assertEquals(1, proxy.requests.size());
        }
    }

    @Test
    void fetch_proxyRefusesTheHost_isNamed() throws IOException {
        try (LocalServer proxy = new LocalServer((request, out) -> LocalServer.head(out, "403 Forbidden"))) {
            Proxies proxies = environment("https_proxy", "http://ann:secret@127.0.0.1:" + proxy.port());
            String message = HubFixture.refusal(folder, HubFixture.file(URI.create("https://h.invalid/w")), proxies);
            assertTrue(message.contains("through the proxy 127.0.0.1:" + proxy.port()), message);
            assertTrue(message.contains("403"), message);
            assertFalse(message.contains("secret"), message);
        }
    }

    @Test
    void fetch_proxyIsNotThere_isNamed() {
        Proxies proxies = environment("https_proxy", "http://ann:secret@127.0.0.1:1");
        String message = HubFixture.refusal(folder, HubFixture.file(URI.create("https://h.invalid/w")), proxies);
        assertTrue(message.contains("connection refused by the proxy 127.0.0.1:1"), message);
        assertFalse(message.contains("secret"), message);
    }

    @Test
    void fetch_proxyNameLeadsNowhere_isNamed() {
        Proxies proxies = environment("https_proxy", "http://no-such-proxy.invalid:1");
        String message = HubFixture.refusal(folder, HubFixture.file(URI.create("https://h.invalid/w")), proxies);
        assertTrue(message.contains("through the proxy no-such-proxy.invalid:1: the host name is unknown"), message);
    }
}
