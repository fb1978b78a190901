package dev.graft.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.graft.serve.Client.Answer;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.awt.Color;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What requests take of the heap. */
@Timeout(120)
class MemoryTest {
    private static final byte[] PNG = SmallModel.png(Color.RED);
    private static final String RAW = "application/octet-stream";

    @TempDir
    Path folder;

    /** A body that arrives in pieces; it runs out of memory where it is told. */
    private static final class Arriving extends ServletInputStream {
        private final ByteArrayInputStream bytes;
        private final int piece;
        private final int failsBelow;

        Arriving(byte[] body, int piece, int failsBelow) {
            this.bytes = new ByteArrayInputStream(body);
            this.piece = piece;
            this.failsBelow = failsBelow;
        }

        @Override
        public int read(byte[] to, int offset, int length) {
            if (bytes.available() < failsBelow) throw new OutOfMemoryError("of the test");
            return bytes.read(to, offset, Math.min(length, piece));
        }

        @Override
        public int read() {
            throw new AssertionError("byte by byte");
        }

        @Override
        public boolean isFinished() {
            return bytes.available() == 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            try {
                listener.onDataAvailable();
                listener.onAllDataRead();
            } catch (IOException | RuntimeException | Error e) { // as a container does
                listener.onError(e);
            }
        }
    }

    private static byte[] random(int size) {
        byte[] body = new byte[size];
        new Random(3).nextBytes(body);
        return body;
    }

    private static List<Upload> uploads(String type, byte[] body, Admission.Place place) {
        BodyReader reader = BodyReader.read(new Arriving(body, 5000, 0), place, 1 << 24);
        return Upload.of(type, reader.start().join().take(), place, 3);
    }

    @Test
    void body_isCountedOnceWhenItIsRead_andItsCopyWhileThereIsOne() {
        byte[] body = random(3_000_000);
        Admission admission = new Admission(ServeLimits.STANDARD);
        Admission.Place place = admission.enter();
        BodyReader reader = BodyReader.read(new Arriving(body, 5000, 0), place, 1 << 24);
        List<ByteBuffer> pieces = reader.start().join().take();
        assertTrue(admission.bytes() >= body.length && admission.bytes() < body.length + (1 << 20), "pieces");
        assertArrayEquals(body, Upload.of(RAW, pieces, place, 1).get(0).file());
        assertEquals(body.length, admission.bytes());
        place.close();
        assertEquals(0, admission.bytes());
    }

    @Test
    void partsOfAForm_areTheirBytes_alsoOverTwoPieces() {
        byte[] one = random(1_500_000);
        byte[] other = random(700_001);
        Admission admission = new Admission(ServeLimits.STANDARD);
        try (Admission.Place place = admission.enter()) {
            List<Upload> uploads = uploads(Client.MULTIPART, Client.multipart("a", one, "b", other), place);
            assertArrayEquals(one, uploads.get(0).file());
            assertArrayEquals(other, uploads.get(1).file());
        }
    }

    /** The largest body finds room, also beside nothing else; a second one that would not is refused, not half read. */
    @Test
    void bodiesTogether_takeNoMoreThanTheirShare() {
        assertEquals(64L << 20, Admission.mostBytes(32 << 20, 64 << 20));
        assertEquals(1L << 28, Admission.mostBytes(32 << 20, 1 << 30));
        int most = (int) Math.max(1 << 20, Runtime.getRuntime().maxMemory() / 16);
        Admission admission =
                new Admission(ServeLimits.STANDARD.withBodyBytes(most).withRequests(9));
        long share = Admission.mostBytes(most, Runtime.getRuntime().maxMemory());
        byte[] body = random(most);
        int read = 0;
        Problem busy = null;
        while (busy == null) {
            try {
                BodyReader.read(new Arriving(body, 1 << 16, 0), admission.enter(), most)
                        .start()
                        .join()
                        .take();
                read++;
            } catch (Problem e) {
                busy = e;
            }
            assertTrue(admission.bytes() <= share, admission.bytes() + " of " + share);
        }
        assertTrue(read >= 1 && read < 9, "read: " + read);
        assertEquals(503, busy.status());
    }

    @Test
    void readerThatRunsOutOfMemory_givesBackAllThatItTook() {
        Admission admission = new Admission(ServeLimits.STANDARD.withRequests(1));
        Admission.Place place = admission.enter();
        BodyReader reader = BodyReader.read(new Arriving(random(300_000), 5000, 100_000), place, 1 << 24)
                .start()
                .join();
        assertThrows(Problem.class, reader::take);
        assertEquals(0, admission.bytes());
        place.close();
        place.close();
        admission.enter();
        assertThrows(Problem.class, admission::enter, "a place was given back twice");
    }

    /** More than the heap, from a client that may send it: the one place is free again. Takes 8 s, so it is asked for by name. */
    @Test
    void bodyBeyondTheHeap_losesNoPlace() throws Exception {
        assumeTrue(Boolean.getBoolean("graft.serve.fillHeap"), "skipped: fills the heap; -Dgraft.serve.fillHeap=true");
        ServeLimits limits = ServeLimits.STANDARD.withRequests(1).withBodyBytes(1 << 30);
        ServeOptions options =
                ServeOptions.standard().withPort(0).withoutOverlays().withLimits(limits);
        try (GraftServer server = GraftServer.start(SmallModel.save(folder), options)) {
            Client client = new Client(server.address());
            try (Socket socket = client.socket()) {
                OutputStream out = socket.getOutputStream();
                long size = 1 << 30;
                out.write(Client.head("POST /v1/predict", "Content-Type: " + RAW, "Content-Length: " + size));
                byte[] piece = new byte[1 << 16];
                try {
                    for (long sent = 0; sent < size && socket.getInputStream().available() == 0; sent += piece.length)
                        out.write(piece);
                } catch (SocketException e) { // it has had enough
                }
                Answer answer = Client.answer(socket);
                assertEquals(503, answer.status(), answer.whole());
                assertTrue(answer.text().contains("memory"), answer.text());
            }
            Answer next = client.post("/v1/predict", "image/png", PNG);
            assertEquals(200, next.status(), next.text());
            assertTrue(client.get("/metrics")
                    .text()
                    .lines()
                    .anyMatch(line -> line.matches("graft_body_bytes [0-9]{1,5}\\.0")));
        }
    }
}
