package dev.graft.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Requests the missing bytes of a part file, and checks the server's answer against the expected size. */
final class Transfer {
    private static final Set<Integer> PASSING = Set.of(408, 425, 429, 500, 502, 503, 504);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
    private static final Pattern STRONG_ETAG = Pattern.compile("\"[!#-~]{0,1000}\"");
    private static final int PAGE_START = 256;

    private final RemoteFile file;
    private final Web web;
    private final Duration stall;
    private final DownloadListener listener;
    private String etag = ""; // of the file that the part's bytes are from

    Transfer(RemoteFile file, Web web, Duration stall, DownloadListener listener) {
        this.file = file;
        this.web = web;
        this.stall = stall;
        this.listener = listener;
    }

    /**
     * Sends one request and writes the received bytes.
     *
     * @throws PassingFault when the part is not complete and another attempt may succeed
     * @throws IOException when another attempt would not help
     */
    void run(PartFile part) throws IOException {
        long from = part.length();
        try (Answer answer = web.get(file.address(), from, from > 0 ? etag : "")) {
            if (answer.status() == 416 && from > 0) { // no more bytes: the digest will decide
                part.resumed();
                return;
            }
            Answer.Range range = range(answer, part);
            Optional<List<ByteBuffer>> bytes = answer.next(stall);
            if (range.first() == 0) {
                refusePage(answer, bytes);
            }
            if (range.total() >= 0 && !file.size().allows(range.total())) {
                throw new IOException(
                        "the file at " + answer.where() + " has " + range.total() + " bytes, expected " + file.size());
            }
            if (range.first() == 0) {
                part.clear();
            } else {
                part.resumed();
            }
            etag = strong(answer.header("ETag"));
            copy(answer, bytes, part, range);
        }
    }

    private Answer.Range range(Answer answer, PartFile part) throws IOException {
        if (answer.status() != 200 && answer.status() != 206) {
            throw refusal(answer);
        }
        String encoding = answer.header("Content-Encoding");
        if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("identity")) {
            throw new IOException(answer.where() + " sends the file encoded as " + Printable.of(encoding)
                    + ", which was not requested");
        }
        if (answer.status() == 200) {
            return new Answer.Range(0, answer.length());
        }
        Optional<Answer.Range> range = answer.range();
        if (range.isEmpty() || range.get().first() != part.length()) {
            String came = answer.header("Content-Range");
            part.clear();
            throw new PassingFault(
                    answer.where() + " sends other bytes than requested (Content-Range: " + Printable.of(came) + ")",
                    null);
        }
        return range.get();
    }

    private static IOException refusal(Answer answer) {
        int status = answer.status();
        String text = "HTTP " + status + " from " + answer.where();
        if (PASSING.contains(status)) {
            String seconds = answer.header("Retry-After");
            Duration wait = seconds.matches("\\d{1,9}") ? Duration.ofSeconds(Long.parseLong(seconds)) : Duration.ZERO;
            return new PassingFault(text, wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait, null);
        }
        return new IOException(
                switch (status) {
                    case 401, 403 -> text + ": the server refuses access";
                    case 404, 410 -> text + ": there is no such file";
                    case 407 ->
                        text + ": the proxy needs a user name and password; give them in HTTPS_PROXY as"
                                + " http://user:password@host:port, and start Java with"
                                + " -Djdk.http.auth.tunneling.disabledSchemes= (otherwise Java does not send them for https)";
                    default -> text;
                });
    }

    /** Refuses a web page: networks with a login answer every request with their login page. */
    private static void refusePage(Answer answer, Optional<List<ByteBuffer>> bytes) throws IOException {
        String start = bytes.map(Transfer::text).orElse("").stripLeading().toLowerCase(Locale.ROOT);
        boolean saysSo = answer.header("Content-Type").toLowerCase(Locale.ROOT).startsWith("text/html");
        if (saysSo && start.startsWith("<") || start.startsWith("<!doctype html") || start.startsWith("<html")) {
            throw new IOException(
                    answer.where()
                            + " answers with a web page (HTML) instead of the file: is it a login page of the network or proxy?");
        }
    }

    private static String text(List<ByteBuffer> bytes) {
        ByteBuffer first = bytes.get(0).duplicate();
        byte[] start = new byte[Math.min(first.remaining(), PAGE_START)];
        first.get(start);
        return new String(start, StandardCharsets.ISO_8859_1);
    }

    /** Only a strong ETag; weak tags do not guarantee equal bytes. */
    private static String strong(String etag) {
        return STRONG_ETAG.matcher(etag).matches() ? etag : "";
    }

    private void copy(Answer answer, Optional<List<ByteBuffer>> first, PartFile part, Answer.Range range)
            throws IOException {
        listener.progress(part.length(), range.total(), range.first());
        for (Optional<List<ByteBuffer>> bytes = first; bytes.isPresent(); bytes = answer.next(stall)) {
            for (ByteBuffer b : bytes.get()) {
                if (part.length() + b.remaining() > file.size().most()) {
                    part.clear();
                    throw new IOException(answer.where() + " sends more than " + file.size() + "; it is not kept");
                }
                part.append(b);
            }
            listener.progress(part.length(), range.total(), range.first());
        }
        long expected = Math.max(range.total(), file.size().least());
        if (part.length() < expected) {
            throw new PassingFault("the connection ended after " + part.length() + " of " + expected + " bytes", null);
        }
    }
}
