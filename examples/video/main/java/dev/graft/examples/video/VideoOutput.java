package dev.graft.examples.video;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Frame;

/**
 * Writes a video. It is written beside its place and gets its name when it is closed, so the name always stands for a whole video; if a
 * picture could not be added, it gets none. Use it from one thread.
 */
final class VideoOutput implements AutoCloseable {
    /** How FFmpeg calls the container and the encoder, by the ending of the file. All are in the build under LGPL. */
    private static final Map<String, String[]> KINDS = new TreeMap<>(Map.of(
            "mp4", new String[] {"mp4", "libopenh264"},
            "mov", new String[] {"mov", "libopenh264"},
            "webm", new String[] {"webm", "libvpx"},
            "mkv", new String[] {"matroska", "mpeg4"},
            "avi", new String[] {"avi", "mpeg4"}));

    private static final double BITS_A_PIXEL = 0.2;
    private static final int FEWEST_BITS = 800_000;

    private final Path file;
    private final Path part;
    private final int width;
    private final int height;
    private final FFmpegFrameRecorder recorder;
    private boolean begun;
    private boolean whole = true; // no picture is missing

    /**
     * Prepares a video.
     *
     * @param width in pixels, at least 2; an odd one becomes one less, as the encoders want
     * @param height likewise
     * @param rate frames a second, which is the grid that the times of the frames are rounded to
     * @throws IOException when the folder cannot be written, or the ending is unknown
     */
    VideoOutput(Path file, int width, int height, double rate) throws IOException {
        String[] kind = kind(file);
        this.file = file.toAbsolutePath();
        this.part = this.file.resolveSibling("." + file.getFileName() + ".part");
        this.width = width & ~1;
        this.height = height & ~1;
        if (this.width == 0 || this.height == 0)
            throw new IOException("video: frames of " + width + " x " + height + " are too small for a video");
        Files.createDirectories(this.file.getParent());
        avutil.av_log_set_level(avutil.AV_LOG_QUIET);
        recorder = new FFmpegFrameRecorder(part.toFile(), this.width, this.height, 0);
        recorder.setFormat(kind[0]);
        recorder.setVideoCodecName(kind[1]);
        recorder.setFrameRate(rate);
        recorder.setGopSize((int) Math.max(1, Math.round(2 * rate)));
        recorder.setVideoBitrate((int) Math.max(FEWEST_BITS, BITS_A_PIXEL * width * height * rate));
        recorder.setPixelFormat(avutil.AV_PIX_FMT_YUV420P);
        try {
            recorder.start();
            begun = true;
        } catch (FFmpegFrameRecorder.Exception e) {
            throw failed(e);
        } finally {
            if (!begun) release();
        }
    }

    /**
     * Checks the ending of a file.
     *
     * @throws IOException with the allowed ones
     */
    static String[] kind(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        String[] kind = KINDS.get(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
        if (kind == null)
            throw new IOException(
                    "video: " + file + ": the ending is unknown; allowed are " + String.join(", ", KINDS.keySet()));
        return kind;
    }

    /**
     * Adds a picture. After a picture that could not be added, more cannot be.
     *
     * @param image of type 3BYTE_BGR, at least as large as the video
     * @param atMicros later than that of the picture before
     */
    void add(BufferedImage image, long atMicros) throws IOException {
        if (!whole) throw new IOException("video: " + file + " lacks a picture; begin it again");
        whole = false;
        byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        int row = 3 * image.getWidth();
        try (Frame frame = new Frame(image.getWidth(), image.getHeight(), Frame.DEPTH_UBYTE, 3)) {
            ByteBuffer to = (ByteBuffer) frame.image[0];
            for (int y = 0; y < image.getHeight(); y++) to.put(y * frame.imageStride, bgr, y * row, row);
            frame.imageWidth = image.getWidth() & ~1;
            frame.imageHeight = image.getHeight() & ~1;
            if (atMicros > recorder.getTimestamp()) recorder.setTimestamp(atMicros);
            recorder.record(frame);
            whole = true;
        } catch (FFmpegFrameRecorder.Exception e) {
            throw failed(e);
        }
    }

    private IOException failed(Exception why) {
        return new VideoException(
                "video: " + file + " cannot be written (" + why.getMessage() + "); see that the disk has room", why);
    }

    private void release() {
        try {
            recorder.close();
        } catch (IOException e) {
            System.getLogger("dev.graft").log(System.Logger.Level.DEBUG, "video: the recorder was not released", e);
        }
    }

    /** Finishes the file and gives it its name; deletes it if a picture is missing. */
    @Override
    public void close() throws IOException {
        if (!begun) return;
        begun = false;
        try {
            if (whole) finish();
            else release();
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private void finish() throws IOException {
        try {
            recorder.stop();
        } catch (FFmpegFrameRecorder.Exception e) {
            throw failed(e);
        } finally {
            release();
        }
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
