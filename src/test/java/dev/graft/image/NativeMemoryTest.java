package dev.graft.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.graft.ChildJvm;
import dev.graft.Settled;
import dev.graft.image.augment.Augmentation;
import dev.graft.image.augment.SeededView;
import dev.graft.image.augment.View;
import dev.graft.image.codec.OpenCv;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Files and pixels lie outside Java's heap, whatever the format, and nothing stays there. */
class NativeMemoryTest {
    private static final int WIDTH = 2000;
    private static final int HEIGHT = 1500; // 9 MB of pixels
    private static final Preprocessing SMALL = Preprocessing.standard().withResize(new Resize.Stretch(24, 20));
    private static final int N = 3 * 24 * 20;
    private static final Optional<SeededView> VIEW = Optional.of(new SeededView(Augmentation.STANDARD, 3, 0));

    @TempDir
    Path folder;

    /** What may fail. */
    interface Step {
        void run() throws IOException;
    }

    /** Bytes that this thread makes on Java's heap, once what is made only once is made. */
    static long allocated(Step step) throws IOException {
        step.run();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        step.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void read_largePictures_nothingOfTheirSizeIsOnTheHeap() throws IOException {
        for (Path file : large())
            for (Engine engine : Engine.values()) {
                PictureReader reader =
                        new PictureReader(SMALL.withEngine(engine).withOrientation(Orientation.EXIF));
                long allocated = allocated(() -> {
                    reader.readBytes(file, ByteBuffer.allocate(N));
                    reader.readFloats(file, FloatBuffer.allocate(N));
                    reader.readBytes(file, VIEW, ByteBuffer.allocate(N));
                });
                assertTrue(allocated < 1_500_000, file + ", " + engine + ": " + allocated + " bytes of heap");
            }
    }

    /** The values of 16 bits have memory of their own; on the heap are counts of values only. */
    @Test
    void read_scaledGrey_onlyCountsAreOnTheHeap() throws IOException {
        OpenCv.load();
        Path deep = encoded(".png", opencv_core.CV_16UC1);
        PictureReader reader = new PictureReader(SMALL.withGrey(new GreyScaling.Percentile(1, 99)));
        long allocated = allocated(() -> reader.readBytes(deep, ByteBuffer.allocate(N)));
        assertTrue(allocated < 1_500_000, allocated + " bytes of heap");
    }

    /** Of every decoder one that is large as a file, or at least as a picture. */
    private List<Path> large() throws IOException {
        byte[] noise = new byte[3 * WIDTH * HEIGHT];
        new Random(1).nextBytes(noise);
        byte[] ppm = DrawnPicture.asPpm(new Pixels(WIDTH, HEIGHT, noise));
        byte[] plain = ("P1 " + WIDTH + " " + HEIGHT + "\n" + "10".repeat(WIDTH * HEIGHT / 2))
                .getBytes(StandardCharsets.US_ASCII);
        OpenCv.load();
        return List.of(
                LargePictures.jpeg(folder.resolve("baseline.jpg"), WIDTH, HEIGHT, false, 1),
                LargePictures.jpeg(folder.resolve("progressive.jpg"), WIDTH, HEIGHT, true, 6),
                LargePictures.jpeg(folder.resolve("mirrored.jpg"), WIDTH, HEIGHT, false, 3),
                LargePictures.png(folder.resolve("picture.png"), WIDTH, HEIGHT),
                encoded(".webp", opencv_core.CV_8UC3),
                encoded(".tiff", opencv_core.CV_8UC3),
                encoded(".bmp", opencv_core.CV_8UC3),
                encoded(".png", opencv_core.CV_16UC1),
                Files.write(folder.resolve("raw.ppm"), ppm),
                Files.write(folder.resolve("plain.pbm"), plain),
                Files.write(folder.resolve("runs.bmp"), runs()),
                Files.write(folder.resolve("frame.gif"), gif()));
    }

    private Path encoded(String extension, int type) throws IOException {
        try (Mat picture = new Mat(HEIGHT, WIDTH, type, new Scalar(40, 80, 120, 0));
                BytePointer packed = new BytePointer()) {
            opencv_imgcodecs.imencode(extension, picture, packed);
            byte[] all = new byte[(int) packed.limit()];
            packed.get(all);
            return Files.write(folder.resolve("one" + type + extension), all);
        }
    }

    /** A BMP of runs of 8 bits. */
    private static byte[] runs() {
        ByteBuffer file = ByteBuffer.allocate(14 + 40 + 8 + 2 * HEIGHT * (WIDTH / 250 + 1))
                .order(java.nio.ByteOrder.LITTLE_ENDIAN);
        file.put((byte) 'B').put((byte) 'M').putInt(file.capacity()).putInt(0).putInt(14 + 40 + 8);
        file.putInt(40).putInt(WIDTH).putInt(HEIGHT).putShort((short) 1).putShort((short) 8);
        file.putInt(1).putInt(0).putInt(0).putInt(0).putInt(2).putInt(0);
        file.put(new byte[] {1, 2, 3, 0, 4, 5, 6, 0});
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x += 250) file.put((byte) 250).put((byte) (x / 250 % 2));
            file.putShort((short) 0);
        }
        return file.array();
    }

    /** A GIF that clears its table before every pixel: three codes of 3 bits each and so on, in blocks of 255. */
    private static byte[] gif() {
        ByteBuffer file = ByteBuffer.allocate(WIDTH * HEIGHT * 6 / 8 * 256 / 255 + 1000);
        file.order(java.nio.ByteOrder.LITTLE_ENDIAN).put("GIF89a".getBytes(StandardCharsets.US_ASCII));
        file.putShort((short) WIDTH).putShort((short) HEIGHT).put(new byte[] {(byte) 128, 0, 0, 1, 2, 3, 4, 5, 6});
        file.put((byte) ',')
                .putInt(0)
                .putShort((short) WIDTH)
                .putShort((short) HEIGHT)
                .put((byte) 0)
                .put((byte) 2);
        byte[] block = new byte[252]; // 336 times a clear code and a pixel of 1
        for (int i = 0; i < 336; i++)
            for (int bit = 0; bit < 6; bit++)
                if ((0b001100 >> bit & 1) == 1) block[(6 * i + bit) / 8] |= (byte) (1 << (6 * i + bit) % 8);
        for (int done = 0; done < WIDTH * HEIGHT; done += 336)
            file.put((byte) 252).put(block);
        return Arrays.copyOf(file.put((byte) 0).put((byte) ';').array(), file.position());
    }

    /** Read, turned, cut, refused half way or for a view that does not fit: whatever was made is freed. */
    @Test
    void read_everyFormatWholeAndDamaged_leavesNoNativeMemory() throws IOException {
        Random random = new Random(5);
        readAndDamage(random); // what is made only once
        long count = Settled.count();
        long bytes = Pointer.totalBytes();
        readAndDamage(random);
        assertEquals(bytes, Pointer.totalBytes());
        assertEquals(count, Pointer.totalCount());
    }

    private void readAndDamage(Random random) throws IOException {
        for (String[] row : DrawnPicture.table("decoded.tsv"))
            for (Engine engine : Engine.values()) {
                PictureReader reader =
                        new PictureReader(SMALL.withEngine(engine).withOrientation(Orientation.EXIF));
                byte[] whole = DrawnPicture.file(row[0]);
                Path file = Files.write(folder.resolve(row[0]), whole);
                reader.readBytes(file, VIEW, ByteBuffer.allocate(N));
                reader.readFloats(file, VIEW, FloatBuffer.allocate(N));
                reader.decode(file);
                PictureReader.Choice beyond = (all, w, h) -> Optional.of(new View(0, 0, h + 1, w, true));
                assertThrows(
                        IllegalArgumentException.class,
                        () -> reader.readBytes(whole, "beyond", beyond, ByteBuffer.allocate(N)));
                for (int i = 0; i < 20; i++) {
                    byte[] mutated = Arrays.copyOf(whole, whole.length - random.nextInt(whole.length));
                    mutated[random.nextInt(mutated.length)] ^= (byte) (1 << random.nextInt(8));
                    try {
                        reader.readFloats(mutated, "mutated", FloatBuffer.allocate(N));
                    } catch (PictureException refused) {
                        assertTrue(refused.getMessage().startsWith("mutated: "));
                    }
                }
            }
    }

    /** What the system refuses is told as that, not as a damaged file, and the next picture is read. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void read_noMemoryLeft_isToldAndPasses() throws IOException {
        Path small = Files.write(folder.resolve("small.jpg"), DrawnPicture.file("rgb.jpg"));
        Path jpeg = LargePictures.jpeg(folder.resolve("large.jpg"), 6000, 4000, false, 1);
        Path ppm = Files.write(folder.resolve("large.ppm"), DrawnPicture.asPpm(DrawnPicture.of(4000, 3000)));
        ChildJvm.Result result = ChildJvm.run(
                folder, List.of("-Xms64m", "-Xmx64m", "-XX:+UseSerialGC"), LittleNativeMemory.class, small, jpeg, ppm);
        assertEquals(0, result.exit(), result.output());
        for (Path large : List.of(jpeg, ppm))
            assertTrue(result.output().contains(large + ": takes more memory than is free ("), result.output());
        assertTrue(result.output().endsWith("\n0 left\n"), result.output());
    }
}
