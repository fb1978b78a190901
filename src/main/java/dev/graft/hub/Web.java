package dev.graft.hub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Authenticator;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Flow;

/** Sends requests and follows redirects, at most ten and never from https to plain http. */
final class Web {
    private static final int MOST_REDIRECTS = 10;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final Patience patience;
    private final Proxies proxies;
    private final HttpClient client;

    Web(Patience patience, Proxies proxies) {
        this.patience = patience;
        this.proxies = proxies;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1) // one file, one connection
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(patience.connect())
                .proxy(proxies);
        if (Authenticator.getDefault() != null) {
            builder.authenticator(Authenticator.getDefault());
        }
        client = builder.build();
    }

    /**
     * Requests a file.
     *
     * @param from the first byte to request, 0 for all
     * @param etag the ETag that the file must still have if only a part is requested; empty if unknown
     */
    Answer get(URI address, long from, String etag) throws IOException {
        URI at = address;
        for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
            Answer answer = new Answer(ask(at, from, etag), proxies.describe(at));
            if (!REDIRECTS.contains(answer.status())) {
                return answer;
            }
            answer.close();
            at = Addresses.redirected(at, answer.header("Location"));
        }
        throw new IOException(Addresses.shown(address) + " redirects more than " + MOST_REDIRECTS + " times, last to "
                + Addresses.shown(at));
    }

    private HttpResponse<Flow.Publisher<List<ByteBuffer>>> ask(URI at, long from, String etag) throws IOException {
        try {
            return send(request(at, from, etag), at);
        } catch (IllegalArgumentException e) { // from Java's client, for an address or header that it cannot read
            throw new IOException("invalid answer from " + Addresses.shown(at) + " (" + message(e) + ")", e);
        }
    }

    private HttpRequest request(URI address, long from, String etag) throws IOException {
        HttpRequest.Builder b = HttpRequest.newBuilder(address)
                .timeout(patience.stall()) // until the answer begins
                .header("User-Agent", "graft")
                .header("Accept-Encoding", "identity");
        if (from > 0) {
            b.header("Range", "bytes=" + from + "-");
            if (!etag.isEmpty()) {
                b.header("If-Range", etag);
            }
        }
        String authorization = proxies.route(address).authorization();
        if (!authorization.isEmpty()) {
            b.header("Proxy-Authorization", authorization);
        }
        return b.build();
    }

    private HttpResponse<Flow.Publisher<List<ByteBuffer>>> send(HttpRequest request, URI at) throws IOException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofPublisher());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (IOException e) {
            if (causedBy(e, CertificateException.class)) {
                throw new IOException(
                        "the certificate of " + host(at) + " is not trusted by this Java: " + message(e)
                                + "; if a proxy decrypts https, add its certificate to the trust store"
                                + " (-Djavax.net.ssl.trustStore)",
                        e);
            }
            throw new PassingFault(reason(e, at), e);
        }
    }

    private String reason(IOException e, URI at) {
        String through = proxies.describe(at);
        if (e instanceof HttpConnectTimeoutException) {
            return "no connection to " + host(at) + through + " within "
                    + patience.connect().toMillis() + " ms";
        }
        if (e instanceof HttpTimeoutException) {
            return host(at) + through + " did not answer within "
                    + patience.stall().toMillis() + " ms";
        }
        if (causedBy(e, UnresolvedAddressException.class)) {
            return "cannot reach " + host(at) + through + ": the host name is unknown (no network, or no name server)";
        }
        if (e instanceof ConnectException && message(e).matches("(Connection refused)?")) {
            return "connection refused by " + proxies.target(at);
        }
        return "no answer from " + host(at) + through + ": "
                + (message(e).isEmpty() ? "the connection broke" : message(e));
    }

    private static String host(URI at) { // the host of a redirect may be very long
        return Printable.of(at.getHost());
    }

    /** The first message in the chain of causes; it may contain text from the server. */
    private static String message(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t.getMessage() != null) {
                return Printable.of(t.getMessage());
            }
        }
        return "";
    }

    private static boolean causedBy(Throwable e, Class<? extends Throwable> kind) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (kind.isInstance(t)) {
                return true;
            }
        }
        return false;
    }
}
