package dev.graft.hub;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Chooses the proxy for an address. Java's settings come first, if there are any ({@code -Dhttps.proxyHost} and similar
 * ones, {@code -Djava.net.useSystemProxies=true}, a selector of the program). Otherwise the environment variables are
 * used as in curl: {@code https_proxy} or {@code HTTPS_PROXY}; for plain http only {@code http_proxy} (a web server may
 * set {@code HTTP_PROXY} from a client's header); then {@code all_proxy} or {@code ALL_PROXY}. {@code no_proxy} or
 * {@code NO_PROXY} lists the hosts without a proxy. User names and passwords are sent, but never shown.
 */
final class Proxies extends ProxySelector {
    /** How to reach a host; {@code authorization} may be empty. */
    record Route(Proxy proxy, String authorization) {
        static final Route DIRECT = new Route(Proxy.NO_PROXY, "");
    }

    private final ProxySelector java; // null: use the environment
    private final UnaryOperator<String> environment;

    private Proxies(ProxySelector java, UnaryOperator<String> environment) {
        this.java = java;
        this.environment = environment;
    }

    /** Only the proxies of the selector. */
    static Proxies of(ProxySelector selector) {
        return selector instanceof Proxies p ? p : new Proxies(selector, name -> null);
    }

    /** Only the proxies of the environment. */
    static Proxies ofEnvironment(UnaryOperator<String> environment) {
        return new Proxies(null, environment);
    }

    /** Java's proxies if there are settings, else the environment's. */
    static Proxies standard() {
        return javaDecides() ? of(ProxySelector.getDefault()) : ofEnvironment(System::getenv);
    }

    private static boolean javaDecides() {
        ProxySelector selector = ProxySelector.getDefault();
        return selector != null && !selector.getClass().getName().startsWith("sun.")
                || System.getProperty("https.proxyHost") != null
                || System.getProperty("http.proxyHost") != null
                || System.getProperty("socksProxyHost") != null
                || Boolean.getBoolean("java.net.useSystemProxies");
    }

    /**
     * The route to an address.
     *
     * @throws IOException when the configured proxy cannot be used; it is never silently bypassed
     */
    Route route(URI address) throws IOException {
        if (java == null) {
            return fromEnvironment(address);
        }
        List<Proxy> found = java.select(address);
        Proxy first = found == null || found.isEmpty() ? Proxy.NO_PROXY : found.get(0);
        if (first.type() == Proxy.Type.SOCKS) {
            throw new IOException("Java's settings name the SOCKS proxy " + first.address()
                    + ", which its HTTP client cannot use; set an http proxy (-Dhttps.proxyHost, -Dhttps.proxyPort)");
        }
        return new Route(first, "");
    }

    private Route fromEnvironment(URI address) throws IOException {
        boolean https = address.getScheme().equalsIgnoreCase("https");
        String[] names = https
                ? new String[] {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}
                : new String[] {"http_proxy", "all_proxy", "ALL_PROXY"};
        for (String name : names) {
            String value = variable(name);
            if (!value.isEmpty()) {
                return isExcepted(address) ? Route.DIRECT : parse(name, value);
            }
        }
        return Route.DIRECT;
    }

    private String variable(String name) {
        String value = environment.apply(name);
        return value == null ? "" : value.strip();
    }

    private static Route parse(String name, String value) throws IOException {
        URI uri = null;
        try {
            uri = new URI(value.contains("://") ? value : "http://" + value);
        } catch (URISyntaxException e) { // its message would contain the password
        }
        if (uri == null || uri.getHost() == null || !"http".equalsIgnoreCase(uri.getScheme())) {
            String scheme = uri == null ? null : uri.getScheme();
            throw new IOException(name + " must be http://host:port, with user:password@ before the host if needed"
                    + (scheme == null || scheme.equals("http")
                            ? ""
                            : "; Java cannot use a proxy of the kind " + scheme));
        }
        int port = uri.getPort() < 0 ? 80 : uri.getPort();
        Proxy proxy = new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(uri.getHost(), port));
        String user = uri.getUserInfo();
        return new Route(proxy, user == null ? "" : "Basic " + base64(user));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Whether {@code no_proxy} contains the host. A name includes its subdomains, {@code *} means every host; a port
     * may follow.
     */
    private boolean isExcepted(URI address) {
        String list = variable("no_proxy").isEmpty() ? variable("NO_PROXY") : variable("no_proxy");
        String host = address.getHost().toLowerCase(Locale.ROOT);
        for (String entry : list.toLowerCase(Locale.ROOT).split("[,\\s]+")) {
            String name = entry.replaceFirst("^\\*?\\.", "");
            if (name.equals("*")) {
                return true;
            }
            String withPort = host + ":" + address.getPort();
            if (!name.isEmpty() && (isBelow(host, name) || isBelow(withPort, name))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBelow(String host, String name) {
        return host.equals(name) || host.endsWith("." + name);
    }

    /** For messages: the proxy for an address; empty without a proxy. */
    String describe(URI address) {
        try {
            Proxy proxy = route(address).proxy();
            return proxy.address() instanceof InetSocketAddress a
                    ? " through the proxy " + a.getHostString() + ":" + a.getPort()
                    : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** For messages: host and port of the connection, or of the proxy if there is one. */
    String target(URI address) {
        String proxy = describe(address);
        int standard = address.getScheme().equalsIgnoreCase("https") ? 443 : 80;
        return proxy.isEmpty()
                ? Printable.of(address.getHost()) + ":" + (address.getPort() < 0 ? standard : address.getPort())
                : proxy.replaceFirst("^ through ", "");
    }

    @Override
    public List<Proxy> select(URI address) {
        try {
            return List.of(route(address).proxy());
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    @Override
    public void connectFailed(URI address, SocketAddress proxy, IOException failure) {
        if (java != null) {
            java.connectFailed(address, proxy, failure);
        }
    }
}
