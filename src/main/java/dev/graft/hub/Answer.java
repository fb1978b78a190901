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

/** What a server answered. Close it: a body that is not read to its end holds a connection. */
final class Answer implements AutoCloseable {
    /** The bytes of the file from {@code first} on; {@code total} is -1 when the server does not tell it. */
    record Range(long first, long total) {}

    private static final Pattern CONTENT_RANGE =
            Pattern.compile("bytes\\s+(\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)", Pattern.CASE_INSENSITIVE);

    private final HttpResponse<Flow.Publisher<List<ByteBuffer>>> response;
    private final String where;
    private final Body body = new Body();

    /** With the proxy it came through, in words for messages, or an empty text. */
    Answer(HttpResponse<Flow.Publisher<List<ByteBuffer>>> response, String through) {
        this.response = response;
        this.where = Addresses.shown(response.uri()) + through;
        if (response.body() != null) {
            response.body().subscribe(body);
        } else { // a proxy's refusal to connect to an https address
            body.onComplete();
        }
    }

    int status() {
        return response.statusCode();
    }

    /** For messages: where it came from at last, after redirects, and through which proxy. */
    String where() {
        return where;
    }

    /** Empty when the header is not there. */
    String header(String name) {
        return response.headers().firstValue(name).orElse("").strip();
    }

    /** Which part of the file a 206 holds; nothing when it does not say so as one should. */
    Optional<Range> range() {
        Matcher m = CONTENT_RANGE.matcher(header("Content-Range"));
        if (!m.matches()) {
            return Optional.empty();
        }
        long total = m.group(2).equals("*") ? -1 : Long.parseLong(m.group(2));
        return Optional.of(new Range(Long.parseLong(m.group(1)), total));
    }

    /** The length of the body, -1 when it is not told. */
    long length() {
        String text = header("Content-Length");
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
    }

    /** The next bytes, nothing at the end. */
    Optional<List<ByteBuffer>> next(Duration patience) throws IOException {
        return body.next(patience);
    }

    @Override
    public void close() {
        body.cancel();
    }
}
