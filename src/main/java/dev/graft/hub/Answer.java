package dev.graft.hub;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The answer of a server. Close it: a body that is not read to its end keeps a connection open. */
final class Answer implements AutoCloseable {
    /** The bytes of the file from {@code first} on; {@code total} is -1 if the server does not send it. */
    record Range(long first, long total) {}

    private static final Pattern CONTENT_RANGE =
            Pattern.compile("bytes\\s+(\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)", Pattern.CASE_INSENSITIVE);

    private final HttpResponse<Flow.Publisher<List<ByteBuffer>>> response;
    private final String where;
    private final Body body = new Body();

    /** {@code through} describes the proxy for messages; empty without a proxy. */
    Answer(HttpResponse<Flow.Publisher<List<ByteBuffer>>> response, String through) {
        this.response = response;
        this.where = Addresses.shown(response.uri()) + through;
        if (response.body() != null) {
            response.body().subscribe(body);
        } else { // a proxy refused to connect to an https address
            body.onComplete();
        }
    }

    int status() {
        return response.statusCode();
    }

    /** For messages: the last address after redirects, and the proxy. */
    String where() {
        return where;
    }

    /** The value of a header; empty if it is missing. */
    String header(String name) {
        return response.headers().firstValue(name).orElse("").strip();
    }

    /** The part of the file in an answer with status 206; empty if its header is missing or invalid. */
    Optional<Range> range() {
        Matcher m = CONTENT_RANGE.matcher(header("Content-Range"));
        if (!m.matches()) {
            return Optional.empty();
        }
        long total = m.group(2).equals("*") ? -1 : Long.parseLong(m.group(2));
        return Optional.of(new Range(Long.parseLong(m.group(1)), total));
    }

    /** The length of the body; -1 if unknown. */
    long length() {
        String text = header("Content-Length");
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
    }

    /** The next bytes; empty at the end. */
    Optional<List<ByteBuffer>> next(Duration patience) throws IOException {
        return body.next(patience);
    }

    @Override
    public void close() {
        body.cancel();
    }
}
