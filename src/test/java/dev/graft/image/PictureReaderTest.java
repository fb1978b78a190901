package dev.graft.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureReaderTest {
    private static final Preprocessing SMALL = Preprocessing.standard().withResize(new Resize.Stretch(24, 20));
    private static final int N = 3 * 24 * 20;

    @Test
    void decode_everyGoldenPicture_equalsPillow() throws PictureException {
        PictureReader stored = new PictureReader(Preprocessing.standard());
        PictureReader turned = new PictureReader(Preprocessing.standard().withOrientation(Orientation.EXIF));
        for (String[] row : DrawnPicture.table("decoded.tsv")) {
            check(row, 1, stored.decode(DrawnPicture.file(row[0]), row[0]));
            check(row, 4, turned.decode(DrawnPicture.file(row[0]), row[0]));
        }
    }

    private static void check(String[] row, int from, Pixels pixels) {
        assertEquals(row[from] + " x " + row[from + 1], pixels.width() + " x " + pixels.height(), row[0]);
        assertEquals(row[from + 2], DrawnPicture.sha256(pixels.rgb()), row[0]);
    }

    @Test
    void readFloats_exactEngine_equalsTorchvisionBitForBit() throws PictureException {
        for (String[] row : DrawnPicture.table("samples.tsv")) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(4 * N).order(ByteOrder.LITTLE_ENDIAN);
            new PictureReader(SMALL).readFloats(DrawnPicture.file(row[0]), row[0], bytes.asFloatBuffer());
            byte[] copy = new byte[4 * N];
            bytes.get(copy);
            assertEquals(row[1], DrawnPicture.sha256(copy), row[0]);
        }
    }

    @Test
    void read_slotInTheMiddle_touchesOnlyTheSlot(@TempDir Path folder) throws Exception {
        Path file = Files.write(folder.resolve("r\u00e4tsel \u732b.jpg"), DrawnPicture.file("rgb.jpg"));
        for (Preprocessing p : List.of(SMALL, SMALL.withEngine(Engine.OPENCV))) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(N + 20).position(10);
            new PictureReader(p).readBytes(file, bytes);
            assertEquals(N + 10, bytes.position());
            FloatBuffer floats = FloatBuffer.allocate(N + 20).position(10);
            new PictureReader(p).readFloats(file, floats);
            assertEquals(N + 10, floats.position());
            for (int i : new int[] {0, 9, N + 10, N + 19}) {
                assertEquals(0, bytes.get(i));
                assertEquals(0, floats.get(i));
            }
        }
    }

    @Test
    void readFloats_opencvEngine_isItsBytesNormalized() throws PictureException {
        PictureReader reader = new PictureReader(SMALL.withEngine(Engine.OPENCV));
        ByteBuffer bytes = ByteBuffer.allocate(N);
        FloatBuffer floats = FloatBuffer.allocate(N);
        reader.readBytes(DrawnPicture.file("rgb.jpg"), "rgb.jpg", bytes);
        reader.readFloats(DrawnPicture.file("rgb.jpg"), "rgb.jpg", floats);
        float[][] table = Normalization.IMAGENET.table();
        for (int i = 0; i < N; i++) assertEquals(table[i % 3][bytes.get(i) & 255], floats.get(i), 1e-5f);
    }

    @Test
    void readBytes_opencvEngineCrop_isTheMiddle() throws PictureException {
        PictureReader reader = new PictureReader(Preprocessing.opencv().withResize(new Resize.ShortSideCrop(10, 10)));
        Pixels source = DrawnPicture.of(10, 30);
        ByteBuffer slot = ByteBuffer.allocate(300);
        reader.readBytes(DrawnPicture.asPpm(source), "drawn", slot);
        assertArrayEquals(Arrays.copyOfRange(source.rgb(), 300, 600), slot.array());
    }

    @Test
    void read_slotTooSmall_saysHowMuchIsNeeded() {
        PictureReader reader = new PictureReader(SMALL);
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> reader.readBytes(DrawnPicture.file("rgb.jpg"), "rgb.jpg", ByteBuffer.allocate(N - 1)))
                .getMessage();
        assertTrue(message.contains("room for " + N), message);
    }

    @Test
    void read_refusedPicture_leavesTheSlot() {
        FloatBuffer slot = FloatBuffer.allocate(N);
        assertThrows(PictureException.class, () -> new PictureReader(SMALL).readFloats(new byte[9], "nine", slot));
        assertEquals(0, slot.position());
    }

    @Test
    void readBytes_manyThreads_giveTheSameBytes() throws Exception {
        PictureReader reader = new PictureReader(SMALL);
        List<String> names = List.of("rgb.jpg", "rgba.png", "lossy.webp", "palette.gif", "rgb.bmp", "lzw.tif");
        ExecutorService pool = Executors.newFixedThreadPool(4);
        List<Future<String>> results = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            String name = names.get(i % names.size());
            results.add(pool.submit(() -> read(reader, name)));
        }
        for (int i = 0; i < 600; i++)
            assertEquals(
                    read(reader, names.get(i % names.size())), results.get(i).get());
        pool.shutdown();
    }

    private static String read(PictureReader reader, String name) throws PictureException {
        ByteBuffer slot = ByteBuffer.allocate(N);
        reader.readBytes(DrawnPicture.file(name), name, slot);
        return DrawnPicture.sha256(slot.array());
    }

    @Test
    void read_hundredsOfPictures_leavesNoNativeMemory() throws PictureException {
        for (int round = 0; round < 2; round++) {
            long before = Pointer.totalBytes();
            long count = Pointer.totalCount();
            for (int i = 0; i < 200; i++)
                for (Preprocessing p : List.of(SMALL, SMALL.withEngine(Engine.OPENCV))) {
                    PictureReader reader = new PictureReader(p);
                    reader.readBytes(DrawnPicture.file("deep.png"), "deep.png", ByteBuffer.allocate(N));
                    reader.readFloats(DrawnPicture.file("rgb.jpg"), "rgb.jpg", FloatBuffer.allocate(N));
                    assertThrows(PictureException.class, () -> reader.decode(brokenPng(), "broken"));
                }
            if (round == 1) {
                assertEquals(before, Pointer.totalBytes());
                assertEquals(count, Pointer.totalCount());
            }
        }
    }

    private static byte[] brokenPng() {
        byte[] file = DrawnPicture.file("rgb.png");
        for (int i = file.length / 2; i < file.length - 30; i++) file[i] ^= 85;
        return file;
    }
}
