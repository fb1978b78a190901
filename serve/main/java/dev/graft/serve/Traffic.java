package dev.graft.serve;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** All requests pass here first: counts them, writes the headers that every answer has, and knows when none is left. Thread-safe. */
final class Traffic extends Handler.Wrapper {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH");

    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; media-src"
                    + " 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Permissions-Policy",
            "camera=(self), microphone=(), geolocation=()",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Cache-Control",
            "no-store");

    private final Metrics metrics;
    private final Set<String> routes;
    private final WholeAnswer.Limits limits;
    private int running; // guarded by this
    private long quietSince = System.nanoTime(); // guarded by this
    private boolean over; // no request begins any more; guarded by this
    private volatile boolean draining;

    /** @param routes those that are counted by their own name */
    Traffic(Metrics metrics, Set<String> routes, WholeAnswer.Limits limits) {
        this.metrics = metrics;
        this.routes = Set.copyOf(routes);
        this.limits = limits;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        long start = System.nanoTime();
        if (!begin()) { // as an idle connection is closed: what is taken now could not be answered
            request.getConnectionMetaData().getConnection().getEndPoint().close();
            callback.failed(new EofException("serve: the server has stopped"));
            return true;
        }
        Request.addCompletionListener(request, failure -> {
            String path = Request.getPathInContext(request);
            String method = METHODS.contains(request.getMethod()) ? request.getMethod() : "other";
            metrics.request(
                    routes.contains(path) ? path : "other", method, response.getStatus(), System.nanoTime() - start);
            end();
        });
        HttpFields.Mutable headers = response.getHeaders();
        HEADERS.forEach(headers::put);
        if (draining) headers.put(HttpHeader.CONNECTION, "close");
        WholeAnswer answer = new WholeAnswer(request, response, callback, limits);
        return super.handle(request, answer, answer);
    }

    private synchronized boolean begin() {
        if (over) return false;
        running++;
        return true;
    }

    private synchronized void end() {
        running--;
        quietSince = System.nanoTime();
        notifyAll();
    }

    synchronized int running() {
        return running;
    }

    /** From now on each connection ends with its next answer. */
    void drain() {
        draining = true;
    }

    boolean isDraining() {
        return draining;
    }

    /**
     * Waits until no request has run for some time. From then on none begins: a connection that was open may bring one at any moment.
     *
     * @return whether that is so; false after {@code most}
     */
    synchronized boolean awaitQuiet(long quietMillis, long mostMillis) throws InterruptedException {
        try {
            return isQuiet(quietMillis, mostMillis);
        } finally {
            over = true;
        }
    }

    private synchronized boolean isQuiet(long quietMillis, long mostMillis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(mostMillis);
        quietSince = System.nanoTime();
        while (true) {
            long now = System.nanoTime();
            long calm = TimeUnit.NANOSECONDS.toMillis(now - quietSince);
            if (running == 0 && calm >= quietMillis) return true;
            if (now >= end) return running == 0;
            long left = running > 0 ? mostMillis : quietMillis - calm;
            wait(Math.max(1, Math.min(left, TimeUnit.NANOSECONDS.toMillis(end - now) + 1)));
        }
    }
}
