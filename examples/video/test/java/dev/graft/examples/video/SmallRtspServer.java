package dev.graft.examples.video;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A camera of one connection: RTSP with an MPEG transport stream in RTP, interleaved in TCP. It sends its bytes, and hangs up. */
final class SmallRtspServer implements AutoCloseable {
    private static final int PACKET = 7 * 188;
    private static final String SDP = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=camera\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            + "m=video 0 RTP/AVP 33\r\na=control:track1\r\n";

    private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final byte[] stream;
    private final long pauseMillis;

    /**
     * Opens it.
     *
     * @param stream a transport stream; empty for a camera that never answers
     * @param pauseMillis between two packets
     */
    SmallRtspServer(byte[] stream, long pauseMillis) throws IOException {
        this.stream = stream;
        this.pauseMillis = pauseMillis;
        Thread thread = new Thread(this::serve, "rtsp-server");
        thread.setDaemon(true);
        thread.start();
    }

    String address() {
        return "rtsp://user:secret@127.0.0.1:" + socket.getLocalPort() + "/yard";
    }

    private void serve() {
        try (Socket client = socket.accept()) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            OutputStream out = client.getOutputStream();
            String method = "";
            String sequence = "";
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (method.isEmpty()) method = line.split(" ")[0];
                if (line.startsWith("CSeq")) sequence = line;
                if (!line.isEmpty() || stream.length == 0) continue;
                out.write(answer(method, sequence).getBytes(StandardCharsets.US_ASCII));
                out.flush();
                if (method.equals("PLAY")) {
                    play(out);
                    return;
                }
                method = "";
            }
        } catch (IOException | InterruptedException e) {
            System.getLogger("dev.graft").log(System.Logger.Level.DEBUG, "the client left", e);
        }
    }

    private static String answer(String method, String sequence) {
        String head = "RTSP/1.0 200 OK\r\n" + sequence + "\r\n";
        return switch (method) {
            case "OPTIONS" -> head + "Public: OPTIONS, DESCRIBE, SETUP, PLAY\r\n\r\n";
            case "DESCRIBE" ->
                head + "Content-Type: application/sdp\r\nContent-Length: " + SDP.length() + "\r\n\r\n" + SDP;
            case "SETUP" -> head + "Session: 7\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n";
            default -> head + "Session: 7\r\n\r\n";
        };
    }

    private void play(OutputStream out) throws IOException, InterruptedException {
        for (int at = 0, number = 0; at < stream.length; at += PACKET, number++) {
            byte[] packet = Arrays.copyOfRange(stream, at, Math.min(stream.length, at + PACKET));
            ByteBuffer head = ByteBuffer.allocate(16).put((byte) '$').put((byte) 0);
            head.putShort((short) (12 + packet.length))
                    .put((byte) 0x80)
                    .put((byte) 33)
                    .putShort((short) number);
            out.write(head.putInt(3000 * number).putInt(1).array());
            out.write(packet);
            out.flush();
            Thread.sleep(pauseMillis);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
