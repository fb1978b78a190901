package dev.graft.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers HTTP on a socket of this machine, byte by byte as a test wants it, and remembers what it was asked. */
final class LocalServer implements AutoCloseable {
    /** What was asked: target as in the first line, headers by their name in lower case, and what the client sends next. */
    record Request(String method, String target, Map<String, String> headers, InputStream rest) {
        /** The first byte that is wanted. */
        int from() {
            String range = headers.getOrDefault("range", "bytes=0-");
            return Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
        }
    }

    /** Writes a whole answer, or as much of one as the test wants; the connection is closed afterwards. */
    @FunctionalInterface
    interface Handler {
        void answer(Request request, OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket socket;
    private final Handler handler;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    final List<Request> requests = new CopyOnWriteArrayList<>();

    LocalServer(Handler handler) throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), handler);
    }

    LocalServer(ServerSocket socket, Handler handler) {
        this.socket = socket;
        this.handler = handler;
        start("local-server", this::accept);
    }

    private static void start(String name, Runnable work) {
        Thread t = new Thread(work, name);
        t.setDaemon(true);
        t.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket s = socket.accept();
                open.add(s);
                start("local-answer", () -> serve(s));
            }
        } catch (IOException e) {
            if (!socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void serve(Socket s) {
        try (s) {
            Request request = read(s.getInputStream());
            requests.add(request);
            handler.answer(request, s.getOutputStream());
            s.getOutputStream().flush();
        } catch (IOException | InterruptedException e) {
            // the client has gone, or was told a broken story: the test looks at the client
        } finally {
            open.remove(s);
        }
    }

    private static Request read(InputStream in) throws IOException {
        String[] first = line(in).split(" ");
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return new Request(first[0], first[1], headers, in);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the client has gone");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** Writes a status line, headers and an empty line. */
    static void head(OutputStream out, String status, String... headers) throws IOException {
        String text = "HTTP/1.1 " + status + "\r\nConnection: close\r\n";
        for (String h : headers) {
            text += h + "\r\n";
        }
        out.write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /** The head of a right answer to a request for {@code length} bytes or the rest of them. */
    static void rangeHead(Request request, OutputStream out, int length, String... headers) throws IOException {
        int from = request.from();
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Content-Length: " + (length - from);
        all[headers.length + 1] = "Content-Range: bytes " + from + "-" + (length - 1) + "/" + length;
        if (from == 0) {
            head(out, "200 OK", Arrays.copyOf(all, all.length - 1));
        } else {
            head(out, "206 Partial Content", all);
        }
    }

    /** A right answer. */
    static void send(Request request, OutputStream out, byte[] body, String... headers) throws IOException {
        rangeHead(request, out, body.length, headers);
        out.write(body, request.from(), body.length - request.from());
    }

    URI address(String path) {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort() + path);
    }

    int port() {
        return socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket s : open) {
            s.close();
        }
    }
}
