package dev.graft.hub;

import static dev.graft.hub.HubFixture.BODY;
import static dev.graft.hub.HubFixture.NAME;
import static dev.graft.hub.HubFixture.SIZE;
import static dev.graft.hub.HubFixture.assertFetches;
import static dev.graft.hub.HubFixture.cache;
import static dev.graft.hub.HubFixture.file;
import static dev.graft.hub.HubFixture.fileOfUnknownSize;
import static dev.graft.hub.HubFixture.names;
import static dev.graft.hub.HubFixture.refusal;
import static dev.graft.hub.LocalServer.head;
import static dev.graft.hub.LocalServer.rangeHead;
import static dev.graft.hub.LocalServer.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What servers and the networks before them do wrong: resumed, tried again or named; a wrong file never appears. */
class DownloadFaultsTest {
    private static final String[] NO_HEADERS = {};

    @TempDir
    Path folder;

    private static List<Integer> froms(LocalServer server) {
        return server.requests.stream().map(LocalServer.Request::from).toList();
    }

    private Path part() throws IOException {
        try (var all = Files.list(folder)) {
            return all.filter(f -> f.toString().endsWith(".part")).findFirst().orElseThrow();
        }
    }

    /** Leaves a part of a killed download. */
    private void leavePart(byte[] bytes, int length) throws IOException {
        Path part = folder.resolve("." + NAME + ".00000000-0000-0000-0000-000000000000.part");
        Files.write(part, Arrays.copyOf(bytes, length));
    }

    @Test
    void fetch_cutAtEveryTenth_resumesFromThere() throws IOException {
        List<Integer> cuts =
                IntStream.rangeClosed(1, 10).map(i -> SIZE * i / 10).boxed().toList();
        try (LocalServer server = new LocalServer((request, out) -> {
            rangeHead(request, out, SIZE);
            int end = cuts.stream().filter(c -> c > request.from()).findFirst().orElseThrow();
            out.write(BODY, request.from(), end - request.from());
        })) {
            assertFetches(folder, file(server.address("/w")));
            List<Integer> expected = new ArrayList<>(cuts.subList(0, 9));
            expected.add(0, 0);
            assertEquals(expected, froms(server));
        }
    }

    /** The same file anew for each tenth, cut once. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void fetch_cutOnceAndSizeUnknown_resumes(int tenth) throws IOException {
        int cut = SIZE * tenth / 10;
        AtomicInteger count = new AtomicInteger();
        try (LocalServer server = new LocalServer((request, out) -> {
            rangeHead(request, out, SIZE, "ETag: \"one\"");
            out.write(BODY, request.from(), count.getAndIncrement() == 0 ? cut : SIZE - request.from());
        })) {
            assertFetches(folder, fileOfUnknownSize(server.address("/w")));
            assertEquals(tenth == 10 ? List.of(0) : List.of(0, cut), froms(server));
            if (tenth > 0 && tenth < 10) {
                assertEquals("\"one\"", server.requests.get(1).headers().get("if-range"));
            }
        }
    }

    @Test
    void fetch_serverIgnoresRange_beginsAnew() throws IOException {
        AtomicInteger count = new AtomicInteger();
        try (LocalServer server = new LocalServer((request, out) -> {
            head(out, "200 OK", "Content-Length: " + SIZE);
            out.write(BODY, 0, count.getAndIncrement() == 0 ? SIZE / 2 : SIZE);
        })) {
            assertFetches(folder, file(server.address("/w")));
            assertEquals(List.of(0, SIZE / 2), froms(server));
        }
    }

    @Test
    void fetch_serverIgnoresRangeAndAlwaysCuts_givesUp() throws IOException {
        try (LocalServer server = new LocalServer((request, out) -> {
            head(out, "200 OK", "Content-Length: " + SIZE);
            out.write(BODY, 0, SIZE / 2);
        })) {
            String message = refusal(folder, file(server.address("/w")));
            assertTrue(message.contains("attempts: 4, bytes kept for the next attempt: " + SIZE / 2), message);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void fetch_fileChangesBetweenAttempts_isNotMixed(boolean tagged) throws IOException {
        byte[] old = HubFixture.body(2);
        AtomicInteger count = new AtomicInteger();
        try (LocalServer server = new LocalServer((request, out) -> {
            if (count.getAndIncrement() == 0) {
                rangeHead(request, out, SIZE, tagged ? new String[] {"ETag: \"old\""} : NO_HEADERS);
                out.write(old, 0, SIZE / 2);
            } else if ("\"old\"".equals(request.headers().get("if-range"))) {
                head(out, "200 OK", "ETag: \"new\"", "Content-Length: " + SIZE);
                out.write(BODY);
            } else {
                send(request, out, BODY);
            }
        })) {
            assertFetches(folder, file(server.address("/w")));
            assertEquals(tagged ? List.of(0, SIZE / 2) : List.of(0, SIZE / 2, 0), froms(server));
        }
    }

    @Test
    void fetch_leftPartOfAnotherFile_isNotTrusted() throws IOException {
        leavePart(HubFixture.body(2), SIZE / 3);
        try (LocalServer server = new LocalServer((request, out) -> send(request, out, BODY))) {
            assertFetches(folder, file(server.address("/w")));
            assertEquals(List.of(SIZE / 3, 0), froms(server));
        }
    }

    @Test
    void fetch_leftPartIsWhole_needsNoServer() throws IOException {
        leavePart(BODY, SIZE);
        assertFetches(folder, file(HubFixture.nobodyListens()));
    }

    @Test
    void fetch_leftPartIsWholeAndSizeUnknown_takes416() throws IOException {
        leavePart(BODY, SIZE);
        try (LocalServer server = new LocalServer(
                (request, out) -> head(out, "416 Range Not Satisfiable", "Content-Range: bytes */" + SIZE))) {
            assertFetches(folder, fileOfUnknownSize(server.address("/w")));
        }
    }

    @Test
    void fetch_416OnAWrongPart_beginsAnew() throws IOException {
        leavePart(HubFixture.body(2), SIZE);
        try (LocalServer server = new LocalServer((request, out) -> {
            if (request.from() > 0) {
                head(out, "416 Range Not Satisfiable");
            } else {
                send(request, out, BODY);
            }
        })) {
            assertFetches(folder, fileOfUnknownSize(server.address("/w")));
            assertEquals(List.of(SIZE, 0), froms(server));
        }
    }

    @Test
    void fetch_always416_isNamed() throws IOException {
        try (LocalServer server = new LocalServer((request, out) -> head(out, "416 Range Not Satisfiable"))) {
            String message = refusal(folder, file(server.address("/w")));
            assertTrue(message.contains("HTTP 416 from " + server.address("/w")), message);
        }
    }

    @Test
    void fetch_otherRangeThanAsked_isNotWritten() throws IOException {
        leavePart(BODY, SIZE / 2);
        try (LocalServer server = new LocalServer((request, out) -> {
            if (request.from() > 0) {
                head(out, "206 Partial Content", "Content-Range: bytes 5-9/" + SIZE, "Content-Length: 5");
                out.write(BODY, 5, 5);
            } else {
                send(request, out, BODY);
            }
        })) {
            assertFetches(folder, file(server.address("/w")));
        }
    }

    @Test
    void fetch_chunkedWithoutLength_isTaken_andACutIsResumed() throws IOException {
        AtomicInteger count = new AtomicInteger();
        try (LocalServer server = new LocalServer((request, out) -> {
            int from = request.from();
            String status = from == 0 ? "200 OK" : "206 Partial Content";
            head(out, status, "Transfer-Encoding: chunked", "Content-Range: bytes " + from + "-" + (SIZE - 1) + "/*");
            for (int at = from; at < SIZE; at += 7_000) {
                int n = Math.min(7_000, SIZE - at);
                out.write((Integer.toHexString(n) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                out.write(BODY, at, n);
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                if (at > SIZE / 2 && count.getAndIncrement() == 0) {
                    return;
                }
            }
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        })) {
            assertFetches(folder, fileOfUnknownSize(server.address("/w")));
            assertEquals(2, server.requests.size());
        }
    }

    @Test
    void fetch_noLengthAtAll_endsWithTheConnection() throws IOException {
        AtomicInteger count = new AtomicInteger();
        try (LocalServer server = new LocalServer((request, out) -> {
            if (request.from() == 0) {
                head(out, "200 OK");
            } else {
                rangeHead(request, out, SIZE);
            }
            out.write(BODY, request.from(), count.getAndIncrement() == 0 ? SIZE / 2 : SIZE - request.from());
        })) {
            assertFetches(folder, file(server.address("/w")));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {SIZE - 1, SIZE + 1, 0})
    void fetch_wrongLength_isNamedAndNothingIsKept(int length) throws IOException {
        try (LocalServer server = new LocalServer((request, out) -> {
            head(out, "200 OK", "Content-Length: " + length);
            out.write(BODY, 0, Math.min(SIZE, length));
        })) {
            String message = refusal(folder, file(server.address("/w")));
            assertTrue(message.contains("has " + length + " bytes, expected " + SIZE + " bytes"), message);
            assertEquals(List.of("." + NAME + ".lock"), names(folder));
            assertEquals(1, server.requests.size());
        }
    }

    @Test
    void fetch_endlessBody_isCutOff() throws IOException {
        try (LocalServer server = new LocalServer((request, out) -> {
            head(out, "200 OK");
            while (true) {
                out.write(BODY);
            }
        })) {
            String message = refusal(folder, file(server.address("/w")));
            assertTrue(message.contains("sends more than " + SIZE + " bytes"), message);
            assertEquals(List.of("." + NAME + ".lock"), names(folder));
        }
    }

    @Test
    void fetch_wrongDigest_isNamedAndNothingIsKept() throws IOException {
        byte[] other = BODY.clone();
        other[SIZE - 1] ^= 1;
        try (LocalServer server = new LocalServer((request, out) -> send(request, out, other))) {
            String message = refusal(folder, file(server.address("/w")));
            assertTrue(message.contains(HubFixture.digest(other).toString()), message);
            assertTrue(message.contains("and " + HubFixture.digest(BODY) + "; it is not kept"), message);
            assertEquals(List.of("." + NAME + ".lock"), names(folder));
            assertEquals(1, server.requests.size());
        }
    }

    @ParameterizedTest
    @CsvSource({"text/html; charset=utf-8,'\n <script>go()</script>'", "application/x-zip,'<!DOCTYPE HTML><html>'"})
    void fetch_webPageWithStatus200_isNamed(String type, String page) throws IOException {
        leavePart(BODY, SIZE / 2);
        try (LocalServer server = new LocalServer((request, out) -> {
            head(out, "200 OK", "Content-Type: " + type, "Content-Length: " + page.length());
            out.write(page.getBytes(StandardCharsets.US_ASCII));
        })) {
            String message = refusal(folder, file(server.address("/w")));
            assertTrue(message.contains("answers with a web page (HTML) instead of the file"), message);
            assertEquals(SIZE / 2, Files.size(part()));
        }
    }

    @Test
    void fetch_encodedUnasked_isNamed() throws IOException {
        try (LocalServer server =
                new LocalServer((request, out) -> send(request, out, BODY, "Content-Encoding: gzip"))) {
            String message = refusal(folder, file(server.address("/w")));
            assertTrue(message.contains("sends the file encoded as gzip"), message);
        }
    }

    @ParameterizedTest
    @CsvSource({"403 Forbidden,refuses access", "404 Not Found,there is no such file", "407 Proxy,a user name and"})
    void fetch_refused_isNotTriedAgain(String status, String told) throws IOException {
        try (LocalServer server = new LocalServer((request, out) -> head(out, status))) {
            RemoteFile file = file(server.address("/w?key=secret"));
            String message = refusal(folder, file);
            assertTrue(message.contains("HTTP " + status.substring(0, 3) + " from "), message);
            assertTrue(message.contains(told), message);
            assertTrue(message.contains("by hand: download " + server.address("/w?...")), message);
            assertTrue(message.contains(HubFixture.digest(BODY).hex()), message);
            assertTrue(message.contains("put it at " + folder.resolve(NAME) + "; or use a file of your own"), message);
            assertTrue(!message.contains("secret"), message);
            assertEquals(1, server.requests.size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"500 Oops", "503 Busy", "429 Slow down", "408 Timeout"})
    void fetch_passingRefusal_isTriedAgain(String status) throws IOException {
        AtomicInteger count = new AtomicInteger();
        try (LocalServer server = new LocalServer((request, out) -> {
            if (count.getAndIncrement() < 2) {
                head(out, status, "Content-Length: 0", "Retry-After: 0");
            } else {
                send(request, out, BODY);
            }
        })) {
            assertFetches(folder, file(server.address("/w")));
            assertEquals(3, server.requests.size());
        }
    }

    @Test
    void fetch_503ForEver_givesUpAndNamesIt() throws IOException {
        try (LocalServer server = new LocalServer((request, out) -> head(out, "503 Busy", "Content-Length: 0"))) {
            String message = refusal(folder, file(server.address("/w")));
            assertTrue(message.contains("HTTP 503 from " + server.address("/w") + "; attempts: 3"), message);
            assertEquals(3, server.requests.size());
        }
    }

    @Test
    void fetch_redirects_areFollowedWithTheRange() throws IOException {
        leavePart(BODY, SIZE / 2);
        try (LocalServer server = new LocalServer((request, out) -> {
            switch (request.target()) {
                case "/w" -> head(out, "302 Found", "Location: a/b");
                case "/a/b" -> head(out, "308 Permanent Redirect", "Location: /c");
                default -> send(request, out, BODY);
            }
        })) {
            assertFetches(folder, file(server.address("/w")));
            assertEquals(List.of(SIZE / 2, SIZE / 2, SIZE / 2), froms(server));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/w,redirects more than 10 times",
        "file:///etc/hostname,redirects to the scheme 'file'",
        "ftp://127.0.0.1/w,redirects to the scheme 'ftp'",
        "http://127.0.0.1:70000/x,'redirects to port 70000, which is not a valid port'",
        "'http://[',an invalid address",
        "http://me:secret@127.0.0.1/,a user or password",
        "'',redirects without an address"
    })
    void fetch_redirectThatLeadsNowhere_isNamed(String location, String told) throws IOException {
        try (LocalServer server = new LocalServer((request, out) -> {
            head(out, "302 Found", location.isEmpty() ? "X: y" : "Location: " + location);
        })) {
            String message = refusal(folder, file(server.address("/w")));
            assertTrue(message.contains(told), message);
            assertTrue(!message.contains("secret"), message);
        }
    }

    @Test
    void fetch_lengthBeyondAllNumbers_isNamed() throws IOException {
        try (LocalServer server =
                new LocalServer((request, out) -> head(out, "200 OK", "Content-Length: 99999999999999999999"))) {
            String message = refusal(folder, file(server.address("/w")));
            assertTrue(message.contains("invalid answer from " + server.address("/w") + " ("), message);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"200 OK", "302 Found", "206 Partial Content", "302 Elsewhere"})
    void fetch_headersThatPlayWithTheTerminal_areShownShortAndPlain(String status) throws IOException {
        String wild = "\u001b[2J\u0007" + "x".repeat(30_000);
        String location = status.endsWith("Found") ? "/" + "x".repeat(30_000) : "x".repeat(30_000) + "://x/";
        try (LocalServer server = new LocalServer((request, out) -> {
            if (request.target().equals("/w")) {
                String encoding = status.startsWith("200") ? "Content-Encoding: " + wild : "X: y";
                head(out, status, encoding, "Location: " + location, "Content-Range: " + wild, "Content-Length: 0");
            } else {
                head(out, "404 Not Found");
            }
        })) {
            String message = refusal(folder, file(server.address("/w")));
            assertTrue(message.length() < 1500, message);
            assertTrue(message.chars().noneMatch(Character::isISOControl), message);
        }
    }

    @Test
    void printable_controlsMarksOfDirectionAndLineEnds_areQuestionMarks() {
        assertEquals("a?b?c?d?e?f\u00e9", Printable.of("a\u001bb\u202ec\u2028d\u0085e\u2066f\u00e9"));
        assertEquals("x".repeat(200), Printable.of("x".repeat(200)));
        assertEquals("x".repeat(200) + "...", Printable.of("x".repeat(201)));
    }

    @Test
    void fetch_serverAsksToWaitForEver_isNotWaitedForLongerThanOurPatience() throws IOException {
        Patience patience = new Patience(Duration.ofMillis(300), Duration.ofMillis(300), 1, Duration.ofMillis(1));
        try (LocalServer server = new LocalServer((request, out) -> {
            head(out, "503 Busy", "Retry-After: 60", "Content-Length: 0");
        })) {
            RemoteFile file = file(server.address("/w"));
            String message = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertThrows(
                            DownloadException.class,
                            () -> cache(folder).withPatience(patience).fetch(file))
                    .getMessage());
            assertTrue(message.contains("HTTP 503 from " + server.address("/w") + "; attempts: 2"), message);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void fetch_stall_isCutAndResumed(boolean inTheBody) throws IOException {
        AtomicInteger count = new AtomicInteger();
        try (LocalServer server = new LocalServer((request, out) -> {
            if (count.getAndIncrement() == 0) {
                if (inTheBody) {
                    rangeHead(request, out, SIZE);
                    out.write(BODY, 0, SIZE / 2);
                    out.flush();
                }
                Thread.sleep(60_000);
            }
            send(request, out, BODY);
        })) {
            assertFetches(folder, file(server.address("/w")));
            assertEquals(inTheBody ? List.of(0, SIZE / 2) : List.of(0, 0), froms(server));
        }
    }

    @Test
    void fetch_slowTrickle_isLeftInPeace() throws IOException {
        try (LocalServer server = new LocalServer((request, out) -> {
            rangeHead(request, out, SIZE);
            for (int at = 0; at < SIZE; at += SIZE / 20) {
                out.write(BODY, at, Math.min(SIZE / 20, SIZE - at));
                out.flush();
                Thread.sleep(100); // in all longer than a stall may be
            }
        })) {
            assertFetches(folder, file(server.address("/w")));
            assertEquals(1, server.requests.size());
        }
    }

    @Test
    void fetch_interrupted_keepsWhatHasCome() throws Exception {
        Thread me = Thread.currentThread();
        try (LocalServer server = new LocalServer((request, out) -> {
            rangeHead(request, out, SIZE);
            if (request.from() == 0) {
                out.write(BODY, 0, SIZE / 2);
                out.flush();
                Thread.sleep(60_000);
            }
            out.write(BODY, request.from(), SIZE - request.from());
        })) {
            RemoteFile file = file(server.address("/w"));
            DownloadListener interrupting = (done, total, from) -> {
                if (done == SIZE / 2) {
                    me.interrupt();
                }
            };
            Exception e = assertThrows(
                    InterruptedIOException.class, () -> cache(folder).fetch(file, interrupting));
            assertTrue(Thread.interrupted());
            assertEquals("download: interrupted; the received part of " + NAME + " is kept", e.getMessage());
            assertEquals(SIZE / 2, Files.size(part()));
            assertFetches(folder, file);
            assertEquals(List.of(0, SIZE / 2), froms(server));
        }
    }

    @Test
    void fetch_noServer_saysHowToBringItByHand() {
        String message = refusal(folder, file(HubFixture.nobodyListens()));
        assertTrue(
                message.startsWith(
                        "download: " + NAME + " could not be downloaded (connection refused by 127.0.0.1:1;"),
                message);
        assertTrue(message.contains("by hand: download http://127.0.0.1:"), message);
        assertTrue(message.contains(HubFixture.digest(BODY).hex()), message);
        assertTrue(message.contains("put it at " + folder.resolve(NAME) + "; or use a file of your own"), message);
    }

    @Test
    void fetch_unknownHost_isNamed() {
        String message = refusal(folder, file(URI.create("http://no-such-host.invalid/w")));
        assertTrue(message.contains("cannot reach no-such-host.invalid: the host name is unknown"), message);
    }

    @Test
    void fetch_listenerThrows_endsItAndKeepsThePart() throws IOException {
        try (LocalServer server = new LocalServer((request, out) -> {
            rangeHead(request, out, SIZE);
            out.write(BODY, request.from(), SIZE / 2 - request.from());
            out.flush();
            Thread.sleep(200);
            out.write(BODY, SIZE / 2, SIZE - SIZE / 2);
        })) {
            DownloadListener fussy = (done, total, from) -> {
                if (done >= SIZE / 2) {
                    throw new IllegalStateException("enough");
                }
            };
            RemoteFile file = file(server.address("/w"));
            assertThrows(IllegalStateException.class, () -> cache(folder).fetch(file, fussy));
            assertTrue(Files.size(part()) >= SIZE / 2);
        }
        try (LocalServer server = new LocalServer((request, out) -> send(request, out, BODY))) {
            assertFetches(folder, file(server.address("/w")));
        }
    }

    @Test
    void fetch_listener_isToldTheWholeStory() throws IOException {
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger count = new AtomicInteger();
        try (LocalServer server = new LocalServer((request, out) -> {
            rangeHead(request, out, SIZE);
            out.write(BODY, request.from(), count.getAndIncrement() == 0 ? 1 : SIZE - request.from());
        })) {
            RemoteFile file = file(server.address("/w"));
            cache(folder).fetch(file, new DownloadListener() {
                @Override
                public void progress(long done, long total, long resumedFrom) {
                    told.add(done + "/" + total + " from " + resumedFrom);
                }

                @Override
                public void starting(RemoteFile f) {
                    told.add("starting " + f.name());
                }

                @Override
                public void retrying(RemoteFile f, String why) {
                    told.add("retrying");
                }
            });
            assertEquals(
                    List.of("starting " + NAME, "0/" + SIZE + " from 0", "1/" + SIZE + " from 0", "retrying"),
                    told.subList(0, 4));
            assertEquals("1/" + SIZE + " from 1", told.get(4));
            assertEquals(SIZE + "/" + SIZE + " from 1", told.get(told.size() - 1));
            told.clear();
            cache(folder).fetch(file, (done, total, from) -> told.add("progress"));
            assertEquals(List.of(), told);
        }
    }
}
