package dev.graft.examples.video;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.image.BufferedImages;
import dev.graft.predict.PictureInput;
import dev.graft.predict.Predictor;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Frame;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class VideoFramesTest {
    private static final double RATE = 10;

    @TempDir
    static Path folder;

    private static Path model;
    private static Path video;

    private record Result(int status, String out, String err) {}

    @BeforeAll
    static void make() throws IOException {
        model = folder.resolve("model.pt");
        DrawnYard.writePictures(folder.resolve("pictures"), 10, 2, 1);
        Demonstration.train(folder.resolve("pictures"), model);
        video = folder.resolve("yard.mkv");
        DrawnYard.writeVideo(video, 3, 2, RATE, 5);
    }

    private static Result run(Object... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = VideoFrames.run(
                Arrays.stream(args).map(Object::toString).toArray(String[]::new),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Result(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static List<JsonNode> events(Path file) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        for (String line : Files.readAllLines(file)) events.add(new ObjectMapper().readTree(line));
        return events;
    }

    private static List<Shot> frames(Path file) throws IOException {
        List<Shot> shots = new ArrayList<>();
        VideoSource source = VideoSource.of(file.toString());
        try (FrameReader reader = new FrameReader(source, 10, new Sampler(Double.POSITIVE_INFINITY))) {
            for (Shot s = reader.next(() -> false); s != null; s = reader.next(() -> false)) shots.add(s);
        }
        return shots;
    }

    private static void assertOneLine(Result result, String... parts) {
        assertEquals(1, result.status(), result.out() + result.err());
        assertEquals(1, result.err().lines().count(), result.err());
        for (String part : parts) assertTrue(result.err().contains(part), result.err());
    }

    @Test
    void watch_aFile_tellsWhenTheVanComesAndGoes() throws IOException {
        Path events = folder.resolve("events.jsonl");
        Path annotated = folder.resolve("annotated.mp4");
        Result r = run(video, "--model", model, "--events", events, "--out", annotated, "--smooth", 0.2);
        assertEquals(0, r.status(), r.err());
        List<JsonNode> changes = events(events).stream()
                .filter(e -> e.get("event").asText().equals("change"))
                .toList();
        assertEquals(
                List.of("empty", "van", "empty"),
                changes.stream().map(e -> e.get("to").asText()).toList(),
                r.out());
        assertEquals(2, changes.get(1).get("since_s").asDouble(), 0.6);
        assertEquals(4, changes.get(2).get("since_s").asDouble(), 0.6);
        JsonNode end = events(events).get(4);
        assertEquals(30, end.get("classified").asInt(), "five of ten frames a second for 6 s");
        assertEquals(0, end.get("dropped").asInt());
        assertTrue(r.out().contains("empty -> van"), r.out());

        List<Shot> shown = frames(annotated);
        List<Shot> seen = frames(video);
        assertEquals(60, shown.size());
        assertEquals(seen.get(59).atMicros(), shown.get(59).atMicros(), 1000);
        assertTrue(bar(shown.get(35), 0) > bar(shown.get(35), 2) + 60, "the bar of van is orange");
        assertTrue(bar(shown.get(15), 2) > bar(shown.get(15), 0) + 60, "the bar of empty is blue");
        assertTrue(run(video, "--model", model, "--out", annotated).err().contains("exists; give --overwrite"));
    }

    /** The mean of a channel at the left end of the bar. */
    private static int bar(Shot shot, int channel) {
        int top = shot.pixels().height() - shot.pixels().height() / 9;
        return shot.pixels().rgb()[3 * ((top + 1) * shot.pixels().width() + 8) + channel] & 0xFF;
    }

    /** Through an encoder that loses nothing, so that what was drawn is known. */
    @Test
    void frames_answerAsThePngOfTheirPicture() throws IOException {
        Path exact = folder.resolve("exact.mkv");
        List<BufferedImage> drawn = List.of(DrawnYard.picture(1, Double.NaN, 0.4), DrawnYard.picture(2, 0.3, 0.6));
        record(exact, "matroska", "ffv1", avutil.AV_PIX_FMT_BGR0, 0, drawn);
        List<Shot> shots = frames(exact);
        assertEquals(2, shots.size());
        try (Predictor predictor = Predictor.open(model)) {
            for (int i = 0; i < 2; i++) {
                byte[] rgb = shots.get(i).pixels().rgb();
                assertArrayEquals(BufferedImages.pixels(drawn.get(i)).rgb(), rgb, "frame " + i);
                assertEquals(
                        predictor.predict(shots.get(i).pixels().png(), "png"),
                        predictor.submit(PictureInput.of(shots.get(i).pixels())).join());
            }
        }
    }

    private static void record(
            Path file, String format, String codec, int pixels, double rotation, List<BufferedImage> images)
            throws IOException {
        avutil.av_log_set_level(avutil.AV_LOG_QUIET);
        try (FFmpegFrameRecorder recorder =
                new FFmpegFrameRecorder(file.toFile(), DrawnYard.WIDTH, DrawnYard.HEIGHT, 0)) {
            recorder.setFormat(format);
            recorder.setVideoCodecName(codec);
            recorder.setPixelFormat(pixels);
            recorder.setFrameRate(RATE);
            if (rotation != 0) recorder.setDisplayRotation(rotation);
            recorder.start();
            for (BufferedImage image : images) {
                byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
                try (Frame frame = new Frame(image.getWidth(), image.getHeight(), Frame.DEPTH_UBYTE, 3)) {
                    frame.imageStride = 3 * image.getWidth();
                    ((ByteBuffer) frame.image[0]).put(0, bgr);
                    recorder.record(frame);
                }
            }
        }
    }

    @Test
    void frames_thatATelephoneStoredLying_areTurned() throws IOException {
        Path lying = folder.resolve("lying.mp4");
        record(lying, "mp4", "mpeg4", avutil.AV_PIX_FMT_YUV420P, 90, List.of(DrawnYard.picture(1, 0.3, 0.4)));
        assertEquals(DrawnYard.HEIGHT, frames(lying).get(0).pixels().width());
        assertEquals(DrawnYard.WIDTH, frames(lying).get(0).pixels().height());
    }

    /** As on a full disk: the video that was there stays. */
    @Test
    void video_thatLacksAPicture_isNotPutInPlace() throws IOException {
        Path file = Files.writeString(folder.resolve("lacking.mkv"), "the one before");
        VideoOutput output = new VideoOutput(file, DrawnYard.WIDTH, DrawnYard.HEIGHT, RATE);
        output.add(DrawnYard.picture(1, 0.3, 0.4), 0);
        BufferedImage wrong = new BufferedImage(DrawnYard.WIDTH, DrawnYard.HEIGHT, BufferedImage.TYPE_INT_RGB);
        assertThrows(ClassCastException.class, () -> output.add(wrong, 100_000));
        assertThrows(IOException.class, () -> output.add(DrawnYard.picture(1, 0.3, 0.4), 200_000));
        output.close();
        output.close();
        assertEquals("the one before", Files.readString(file));
        assertFalse(Files.exists(folder.resolve(".lacking.mkv.part")));
    }

    @Test
    void source_isShownWithoutItsSecrets() throws IOException {
        assertEquals(
                "rtsp://***@host/a?***",
                VideoSource.of("rtsp://me:p@ss@host/a?token=1").shown());
        assertEquals("rtsp://host/a@b", VideoSource.of("rtsp://host/a@b").shown());
    }

    private static byte[] transportStream(int frames) throws IOException {
        Path file = folder.resolve("camera.ts");
        List<BufferedImage> images = Stream.generate(() -> DrawnYard.picture(4, 0.3, 0.5))
                .limit(frames)
                .toList();
        record(file, "mpegts", "mpeg2video", avutil.AV_PIX_FMT_YUV420P, 0, images);
        return Files.readAllBytes(file);
    }

    @Test
    void watch_whatIsNoVideo_saysSoInOneLine() throws IOException {
        Path text = Files.writeString(folder.resolve("text.mp4"), "not a video ".repeat(100));
        assertOneLine(run(text, "--model", model), "text.mp4 cannot be opened: Invalid data", "see whether a player");
        assertOneLine(run(folder.resolve("none.mp4"), "--model", model), "none.mp4 is not a file that can be read");
        assertOneLine(run("ftp://host/a.mp4", "--model", model), "the protocol ftp is not known; allowed are rtsp");
        assertOneLine(run("camera:77", "--model", model), "camera:77", "cannot be opened", "plugged in");
    }

    @Test
    void watch_aFileThatWasCut_finishesItsFiles_andSaysWhereItEnds() throws IOException {
        byte[] whole = Files.readAllBytes(video);
        Path cut = Files.write(folder.resolve("cut.mkv"), Arrays.copyOf(whole, whole.length / 2));
        Path out = folder.resolve("of-cut.mp4");
        assertOneLine(
                run(cut, "--model", model, "--out", out), "cut.mkv ended after", " of 6.0 s", "get the whole file");
        assertTrue(frames(out).size() > 10);
    }

    @Test
    void watch_aCameraThatVanishes_finishesItsFiles_andSaysSo() throws IOException {
        Path out = folder.resolve("of-camera.mkv");
        Path events = folder.resolve("of-camera.jsonl");
        try (SmallRtspServer camera = new SmallRtspServer(transportStream(40), 1)) {
            Result r = run(camera.address(), "--model", model, "--out", out, "--events", events, "--timeout", 5);
            assertOneLine(r, "rtsp://***@127.0.0.1", "was expected to go on", "a player shows it");
            assertFalse((r.out() + r.err() + Files.readString(events)).contains("secret"), "a password is shown");
        }
        List<JsonNode> lines = events(events);
        JsonNode end = lines.get(lines.size() - 1);
        assertTrue(end.get("why").asText().contains("was expected to go on"), end.toString());
        assertEquals(40, frames(out).size() + end.get("dropped").asInt(), 3, end.toString());
    }

    @Test
    void watch_anAddressThatDoesNotAnswer_givesUp() throws IOException {
        try (SmallRtspServer silent = new SmallRtspServer(new byte[0], 0)) {
            long start = System.nanoTime();
            Result r = run(silent.address(), "--model", model, "--timeout", 1);
            assertOneLine(r, "rtsp://***@127.0.0.1");
            assertTrue(System.nanoTime() - start < 20e9, "it waited too long");
        }
    }

    /** SIGTERM, as Ctrl-C, ends a camera's video whole. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void watch_stoppedByASignal_finishesItsFiles() throws IOException, InterruptedException {
        Path out = folder.resolve("stopped.mp4");
        Path events = folder.resolve("stopped.jsonl");
        try (SmallRtspServer camera = new SmallRtspServer(transportStream(600), 2)) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-Djava.awt.headless=true",
                            "-cp",
                            System.getProperty("java.class.path"),
                            "dev.graft.examples.video.VideoFrames",
                            camera.address(),
                            "--model=" + model,
                            "--out=" + out,
                            "--events=" + events)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("stopped.log").toFile())
                    .start();
            for (int i = 0;
                    i < 600
                            && !(Files.exists(events)
                                    && Files.readString(events).contains("\"to\""));
                    i++) assertFalse(process.waitFor(100, TimeUnit.MILLISECONDS), () -> log());
            process.destroy();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it did not end");
            assertEquals(143, process.exitValue(), log());
        }
        assertTrue(Files.readString(events).contains("\"why\":\"stopped\""), Files.readString(events));
        assertTrue(frames(out).size() >= 2, "two frames must have been classified to tell a change");
    }

    private static String log() {
        try {
            return Files.readString(folder.resolve("stopped.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
