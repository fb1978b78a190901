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
 * Which proxy an address is fetched through. Java decides where it was told anything ({@code -Dhttps.proxyHost} and its
 * kin, {@code -Djava.net.useSystemProxies=true}, a selector that the program set); otherwise the environment does, read as
 * curl reads it: {@code https_proxy} or {@code HTTPS_PROXY}, for plain http {@code http_proxy} only (a web server hands a
 * client's header to its scripts as {@code HTTP_PROXY}), then {@code all_proxy} or {@code ALL_PROXY}; {@code no_proxy} or
 * {@code NO_PROXY} lists the hosts that need none. Names and passwords are sent, never shown.
 */
final class Proxies extends ProxySelector {
    /** How to reach a host; {@code authorization} is empty where none is needed. */
    record Route(Proxy proxy, String authorization) {
        static final Route DIRECT = new Route(Proxy.NO_PROXY, "");
    }

    private final ProxySelector java; // null: the environment decides
    private final UnaryOperator<String> environment;

    private Proxies(ProxySelector java, UnaryOperator<String> environment) {
        this.java = java;
        this.environment = environment;
    }

    /** Those of the selector and no others. */
    static Proxies of(ProxySelector selector) {
        return selector instanceof Proxies p ? p : new Proxies(selector, name -> null);
    }

    /** Those of the environment and no others. */
    static Proxies ofEnvironment(UnaryOperator<String> environment) {
        return new Proxies(null, environment);
    }

    /** Java's where it was told any, else the environment's. */
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
     * The way to an address.
     *
     * @throws IOException when a proxy is named that cannot be used; going past it in silence is not an option
     */
    Route route(URI address) throws IOException {
        if (java == null) {
            return fromEnvironment(address);
        }
        List<Proxy> found = java.select(address);
        Proxy first = found == null || found.isEmpty() ? Proxy.NO_PROXY : found.get(0);
        if (first.type() == Proxy.Type.SOCKS) {
            throw new IOException("Java is told to use the SOCKS proxy " + first.address()
                    + ", which its HTTP client cannot; name an http proxy (-Dhttps.proxyHost, -Dhttps.proxyPort)");
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
        } catch (URISyntaxException e) { // its message would show the password
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

    /** A name stands for itself and all below it, {@code *} for every host; a port may follow. */
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

    /** For messages: the proxy on the way to an address, empty where there is none. */
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

    /** For messages: the host and port that a connection goes to, the proxy's where there is one. */
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
