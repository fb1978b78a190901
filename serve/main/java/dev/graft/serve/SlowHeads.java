package dev.graft.serve;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;

/**
 * Closes connections whose clients take too long for the head of a request. The idle timeout does not: a byte now and then is enough for it.
 * One thread.
 */
final class SlowHeads implements Runnable {
    private static final String ANSWER = "HTTP/1.1 408 Request Timeout\r\nContent-Type: application/json\r\n"
            + "Content-Length: %d\r\nConnection: close\r\n\r\n%s";

    /** A head that is being received: of which request of its connection, and since when. */
    private record Head(long request, long since) {}

    private final ServerConnector connector;
    private final long longest;
    private Map<EndPoint, Head> heads = new HashMap<>();

    SlowHeads(ServerConnector connector, long longestNanos) {
        this.connector = connector;
        this.longest = longestNanos;
    }

    @Override
    public void run() {
        Map<EndPoint, Head> now = new HashMap<>();
        for (EndPoint client : connector.getConnectedEndPoints()) {
            if (!(client.getConnection() instanceof HttpConnection http) || !receivesHead(http)) continue;
            Head head = new Head(http.getMessagesIn(), System.nanoTime());
            Head before = heads.get(client);
            if (before == null || before.request() != head.request()) now.put(client, head);
            else if (head.since() - before.since() < longest) now.put(client, before);
            else close(client);
        }
        heads = now;
    }

    private static boolean receivesHead(HttpConnection http) {
        return http.getParser().inHeaderState() && !http.getParser().isStart();
    }

    private static void close(EndPoint client) {
        String text = Problem.json("the head of the request took too long", "send it at once")
                .toString();
        String answer = String.format(ANSWER, text.length(), text);
        try {
            client.write(
                    Callback.from(client::close, why -> client.close(why)),
                    ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
        } catch (java.nio.channels.WritePendingException e) { // it gets an answer right now
            client.close();
        }
    }
}
