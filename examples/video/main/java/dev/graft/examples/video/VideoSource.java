package dev.graft.examples.video;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameGrabber;

/**
 * Where frames come from: a file, a camera ({@code camera:0} or a device) or an address such as {@code rtsp://...}.
 *
 * @param place as FFmpeg wants it
 * @param format FFmpeg's name of the way to a camera; empty for FFmpeg's own choice
 * @param kind of the source
 * @param shown in messages: without a password
 */
record VideoSource(String place, String format, Kind kind, String shown) {
    /** What is known of a source before it is opened. */
    enum Kind {
        FILE,
        CAMERA,
        ADDRESS
    }

    private static final Pattern ADDRESS = Pattern.compile("[a-z][a-z0-9+.-]+://.*", Pattern.CASE_INSENSITIVE);
    private static final Pattern CAMERA = Pattern.compile("camera:(.*)");
    private static final Pattern SECRET = Pattern.compile("(?<=://)[^/]*@|(?<=\\?).*");
    private static final Pattern CODE = Pattern.compile("error (-\\d+)");
    /** What only shows a stream, and what fetches a video over the network; no address reads a local file. */
    private static final List<String> PROTOCOLS =
            List.of("rtsp", "rtsps", "http", "https", "tcp", "udp", "rtp", "srt", "rtmp", "rtmps");

    /**
     * Understands what was typed.
     *
     * @throws IOException when it is a file that is not there, or an address of an unknown kind
     */
    static VideoSource of(String typed) throws IOException {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        Matcher camera = CAMERA.matcher(typed);
        if (camera.matches()) return camera(camera.group(1), os);
        if (typed.startsWith("/dev/")) return new VideoSource(typed, "v4l2", Kind.CAMERA, typed);
        if (ADDRESS.matcher(typed).matches()) return address(typed);
        Path file = Path.of(typed);
        if (!Files.isRegularFile(file) || !Files.isReadable(file))
            throw new IOException(
                    "video: " + typed + " is not a file that can be read; give a video file, camera:0, or an"
                            + " address such as rtsp://HOST/PATH");
        return new VideoSource(file.toAbsolutePath().toString(), "", Kind.FILE, typed);
    }

    private static VideoSource address(String typed) throws IOException {
        String protocol = typed.substring(0, typed.indexOf(':')).toLowerCase(Locale.ROOT);
        String shown = SECRET.matcher(typed).replaceAll(found -> found.group().endsWith("@") ? "***@" : "***");
        if (!PROTOCOLS.contains(protocol))
            throw new IOException("video: " + shown + ": the protocol " + protocol + " is not known; allowed are "
                    + String.join(", ", PROTOCOLS));
        return new VideoSource(typed, "", Kind.ADDRESS, shown);
    }

    private static VideoSource camera(String name, String os) {
        String shown = "camera:" + name;
        if (os.contains("mac")) return new VideoSource(name + ":none", "avfoundation", Kind.CAMERA, shown);
        if (os.contains("windows")) return new VideoSource("video=" + name, "dshow", Kind.CAMERA, shown);
        return new VideoSource("/dev/video" + name, "v4l2", Kind.CAMERA, shown + " (/dev/video" + name + ")");
    }

    /** A grabber of it that is not started. Waits in the network end after the time given. */
    FFmpegFrameGrabber grabber(double timeoutSeconds) {
        FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(place);
        if (!format.isEmpty()) grabber.setFormat(format);
        if (kind == Kind.ADDRESS) {
            String micros = Long.toString((long) (1e6 * timeoutSeconds));
            grabber.setOption("timeout", micros);
            grabber.setOption("rw_timeout", micros);
            grabber.setOption("protocol_whitelist", "crypto,data,hls,httpproxy,tls," + String.join(",", PROTOCOLS));
            if (place.regionMatches(true, 0, "rtsp", 0, 4)) grabber.setOption("rtsp_transport", "tcp");
        }
        return grabber;
    }

    /** The error for a source that could not be opened or read. */
    VideoException failed(String what, Exception why) {
        return new VideoException("video: " + shown + " " + what + ": " + reason(why) + "; " + remedy(), why);
    }

    /** The error for a source that gave nothing for too long. */
    VideoException silent(String what, double seconds) {
        return new VideoException(
                "video: " + shown + " " + what + " for " + seconds + " s; " + remedy() + ", or wait longer (--timeout)",
                null);
    }

    /** The error for a source that ended before its end, or that should not end. */
    VideoException ended(double seconds, String expected) {
        return new VideoException(
                String.format(Locale.ROOT, "video: %s ended after %.1f s%s; %s", shown, seconds, expected, remedy()),
                null);
    }

    private String remedy() {
        return switch (kind) {
            case FILE ->
                "see whether a player shows it to its end; if it was cut or is still being written, get the whole"
                        + " file";
            case CAMERA -> "see that it is plugged in, that no other program uses it, and that you may read it";
            case ADDRESS -> "see that the address, the password and the network are right, and that a player shows it";
        };
    }

    /** FFmpeg's own words for an error, which JavaCV gives as a number. */
    private String reason(Exception why) {
        Matcher code = CODE.matcher(String.valueOf(why.getMessage()));
        if (!code.find())
            return String.valueOf(why.getMessage())
                    .replace(place, shown)
                    .lines()
                    .findFirst()
                    .orElse("unknown");
        byte[] text = new byte[avutil.AV_ERROR_MAX_STRING_SIZE];
        avutil.av_strerror(Integer.parseInt(code.group(1)), text, text.length);
        int length = 0;
        while (length < text.length && text[length] != 0) length++;
        return new String(text, 0, length, StandardCharsets.UTF_8);
    }
}
