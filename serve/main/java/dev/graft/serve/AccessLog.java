package dev.graft.serve;

import java.util.Set;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.CustomRequestLog;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/** A line for each answer. What a client made up is not in it: queries, headers, and paths that are not there. Thread-safe. */
final class AccessLog extends CustomRequestLog {
    private static final String LINE = "%{client}a %{yyyy-MM-dd'T'HH:mm:ss'Z'|UTC}t %m %U %s %O %{ms}T";
    private static final HttpURI OTHER = HttpURI.from("/other");

    private final Set<String> paths;

    /** @param paths those of the server */
    AccessLog(Consumer<String> lines, Set<String> paths) {
        super(lines::accept, LINE);
        this.paths = Set.copyOf(paths);
    }

    @Override
    public void log(Request request, Response response) {
        super.log(paths.contains(Request.getPathInContext(request)) ? request : nameless(request), response);
    }

    private static Request nameless(Request request) {
        return new Request.Wrapper(request) {
            @Override
            public HttpURI getHttpURI() {
                return OTHER;
            }
        };
    }
}
