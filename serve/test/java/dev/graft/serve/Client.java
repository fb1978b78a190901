package dev.graft.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A client of a server. */
final class Client {
    static final String BOUNDARY = "graft-test-boundary";
    static final String MULTIPART = "multipart/form-data; boundary=" + BOUNDARY;

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * An answer.
     *
     * @param whole head and body, of an answer over a bare socket
     */
    record Answer(int status, byte[] body, HttpResponse<byte[]> response, String whole) {
        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new AssertionError(new String(body, StandardCharsets.UTF_8), e);
            }
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final URI server;

    Client(URI server) {
        this.server = server;
    }

    Answer get(String path, String... headers) throws IOException {
        return send(request(path, headers).GET());
    }

    Answer post(String path, String type, byte[] body, String... headers) throws IOException {
        HttpRequest.Builder request = request(path, headers).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        return send(type.isEmpty() ? request : request.header("Content-Type", type));
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(path)).timeout(Duration.ofSeconds(30));
        return headers.length == 0 ? request : request.headers(headers);
    }

    Answer send(HttpRequest.Builder request) throws IOException {
        try {
            HttpResponse<byte[]> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(answer.statusCode(), answer.body(), answer, "");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A multipart body of files: name, bytes, name, bytes. */
    static byte[] multipart(Object... files) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < files.length; i += 2) {
            out.writeBytes(("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"picture\"; filename=\""
                            + files[i] + "\"\r\nContent-Type: application/octet-stream\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            out.writeBytes((byte[]) files[i + 1]);
            out.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        }
        out.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    /** What comes back on a bare socket when this is sent and, if so wanted, our side is closed. */
    Answer raw(byte[] bytes, boolean half) throws IOException {
        try (Socket socket = socket()) {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            if (half) socket.shutdownOutput();
            return answer(socket);
        }
    }

    Socket socket() throws IOException {
        Socket socket = new Socket(server.getHost(), server.getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** All that comes until the server closes; status 0 for nothing. */
    static Answer answer(Socket socket) throws IOException {
        String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        if (all.isEmpty()) return new Answer(0, new byte[0], null, all);
        int body = all.indexOf("\r\n\r\n") + 4;
        return new Answer(
                Integer.parseInt(all.split(" ", 3)[1]),
                all.substring(body).getBytes(StandardCharsets.ISO_8859_1),
                null,
                all);
    }

    static byte[] head(String firstLine, String... lines) {
        StringBuilder text = new StringBuilder(firstLine + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n");
        for (String line : lines) text.append(line).append("\r\n");
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
