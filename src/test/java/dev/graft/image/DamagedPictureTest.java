package dev.graft.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamagedPictureTest {
    /** One or more of every format and decoder. */
    private static final List<String> FILES = List.of(
            "rgb.jpg",
            "progressive.jpg",
            "restarts.jpg",
            "exif6.jpg",
            "rgb.png",
            "p4.png",
            "deep.png",
            "animated.png",
            "lossy.webp",
            "lossless.webp",
            "exif8.webp",
            "rgb.bmp",
            "p8.bmp",
            "palette.gif",
            "animated.gif",
            "rgb.ppm",
            "plain_rgb.ppm",
            "bits.pbm",
            "raw.tif",
            "lzw.tif",
            "bits.tif",
            "deep.tif");

    private static final int MUTATIONS_PER_FILE = 200;
    private final PictureReader reader =
            new PictureReader(Preprocessing.standard().withOrientation(Orientation.EXIF));

    private String refusal(byte[] file) {
        String message = assertThrows(PictureException.class, () -> reader.decode(file, "some/cat.jpg"))
                .getMessage();
        assertTrue(message.startsWith("some/cat.jpg: "), message);
        assertTrue(message.lines().findFirst().orElseThrow().contains("allowed: "), message);
        return message;
    }

    @Test
    void decode_truncatedJpeg_namesFile() {
        for (String name : List.of("rgb.jpg", "grey.jpg", "progressive.jpg", "restarts.jpg")) {
            byte[] file = DrawnPicture.file(name);
            for (int n = 4; n < file.length; n++) {
                String message = refusal(Arrays.copyOf(file, n));
                assertTrue(message.contains("truncated"), name + " cut to " + n + ": " + message);
            }
        }
    }

    /** 2^32 + 5 and 3,000,000,000 are not 5 and not below zero. */
    @Test
    void decode_plainNumbersBeyondAnInt_areRefused() {
        for (String file :
                List.of("P2 1 1 255\n4294967301\n", "P3 1 1 255\n1 3000000000 1\n", "P2 1 1 4294967301\n5\n")) {
            String message = refusal(file.getBytes(StandardCharsets.US_ASCII));
            assertTrue(message.contains("3000000000") || message.contains("4294967301"), message);
        }
    }

    @Test
    void decode_truncatedAnywhere_isRefusedOrWhole() throws PictureException {
        for (String name : FILES) {
            byte[] file = DrawnPicture.file(name);
            byte[] whole = reader.decode(file, name).rgb();
            for (int n = 0; n < file.length; n += 1 + file.length / 150) {
                byte[] cut = Arrays.copyOf(file, n);
                try {
                    assertTrue(Arrays.equals(whole, reader.decode(cut, name).rgb()), name + " cut to " + n);
                } catch (PictureException e) {
                    assertTrue(e.getMessage().startsWith(name + ": "), e.getMessage());
                }
            }
        }
    }

    @Test
    void decode_mutatedFiles_giveAPictureOrAPictureException() {
        Random random = new Random(20_261_124);
        for (String name : FILES) {
            byte[] file = DrawnPicture.file(name);
            for (int i = 0; i < MUTATIONS_PER_FILE; i++) {
                byte[] mutated = file.clone();
                for (int k = random.nextInt(4); k >= 0; k--) {
                    int at = random.nextInt(random.nextBoolean() ? Math.min(64, file.length) : file.length);
                    mutated[at] = (byte) random.nextInt(256);
                }
                assertTimeout(Duration.ofSeconds(5), () -> decodeOrRefuse(mutated, name));
            }
        }
    }

    private void decodeOrRefuse(byte[] file, String name) {
        try {
            assertTrue(reader.decode(file, name).width() > 0);
        } catch (PictureException e) {
            assertTrue(e.getMessage().startsWith(name + ": "), e.getMessage());
        }
    }

    @Test
    void decode_otherKinds_saysWhatItIs() {
        assertTrue(refusal(new byte[0]).contains("is empty"));
        assertTrue(refusal(new byte[1000]).contains("zero bytes"));
        assertTrue(refusal("<html>not found</html>".getBytes(StandardCharsets.UTF_8))
                .contains("is text"));
        assertTrue(refusal(latin1("\0\0\0\u0020ftypavif\0\0\0\0avifmif1")).contains("is AVIF"));
        assertTrue(refusal(latin1("\0\0\0\u0020ftypmif1\0\0\0\0mif1avif")).contains("is AVIF"));
        assertTrue(refusal(latin1("\0\0\0\u0018ftypheic\0\0\0\0mif1heic")).contains("is HEIF"));
        assertTrue(
                refusal(latin1("%PDF-1.7")).contains("is PDF; allowed: formats that can be decoded, which are JPEG"));
        assertTrue(refusal(latin1("\u0007\u0001\u0002")).contains("unknown format"));
    }

    @Test
    void decode_missingFolderOrAbsentFile_namesIt(@TempDir Path folder) {
        Path absent = folder.resolve("absent.jpg");
        String message = assertThrows(PictureException.class, () -> reader.decode(absent))
                .getMessage();
        assertTrue(message.startsWith(absent + ": does not exist"), message);
        message = assertThrows(PictureException.class, () -> reader.decode(folder))
                .getMessage();
        assertTrue(message.contains("is no regular file"), message);
    }

    @Test
    void decode_fileNamedForAnotherFormat_isReadByItsBytes(@TempDir Path folder) throws Exception {
        Path file = Files.write(folder.resolve("cat.jpg"), DrawnPicture.file("rgb.png"));
        assertEquals(23, reader.decode(file).width());
    }

    @Test
    void decode_absurdSizes_areRefusedFromTheHeader() {
        byte[] webp = latin1("RIFF\u0016\0\0\0WEBPVP8X\n\0\0\0\0\0\0\0\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff");
        List<byte[]> files = List.of(
                png(30_000, 30_000),
                png(-1, -1),
                png(0, 5),
                latin1("GIF89a\u00ff\u00ff\u00ff\u00ff\0\0\0,\0\0\0\0\u00ff\u00ff\u00ff\u00ff\0\2\0;"),
                latin1("P6 100000 100000 255\n"),
                latin1("P5 9999999999 1 255\n"),
                jpegOfSize(65_500, 65_500),
                jpegOfSize(0, 5),
                bmp(100_000, 100_000),
                bmp(0, 1),
                tiff(1 << 30, 1 << 30),
                webp);
        for (byte[] file : files)
            assertTimeout(Duration.ofSeconds(2), () -> {
                String message = refusal(file);
                assertTrue(message.contains(" pixels; allowed: sides of 1 to "), message);
            });
    }

    @Test
    void decode_largeClaimInFewBytes_isRefusedWithoutTheMemory() {
        byte[] gif = latin1("GIF89a\u0010\u0027\u0010\u0027\0\0\0,\0\0\0\0\u0010\u0027\u0010\u0027\0\2\1\4\0;");
        for (byte[] file : List.of(
                png(12_000, 12_000),
                jpegOfSize(12_000, 12_000),
                bmp(12_000, 12_000),
                tiff(12_000, 12_000),
                latin1("P6 12000 12000 255\n12"),
                latin1("P2 12000 12000 255\n12"),
                gif))
            assertTimeout(Duration.ofSeconds(2), () -> assertTrue(refusal(file).contains("truncated")));
    }

    @Test
    void decode_overMaxPixels_saysTheLimit() throws PictureException {
        PictureReader strict = new PictureReader(Preprocessing.standard().withMaxPixels(23 * 17 - 1));
        byte[] file = DrawnPicture.file("rgb.png");
        String message = assertThrows(PictureException.class, () -> strict.decode(file, "cat.png"))
                .getMessage();
        assertTrue(message.contains("23 x 17 pixels") && message.contains("at most 390 pixels"), message);
        PictureReader exact = new PictureReader(Preprocessing.standard().withMaxPixels(23 * 17));
        assertEquals(23, exact.decode(file, "cat.png").width());
    }

    @Test
    void decode_pngWithWrongChecksum_isRefused() {
        byte[] file = DrawnPicture.file("p4.png");
        file[45] ^= 1;
        assertFalse(refusal(file).isEmpty());
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] png(int width, int height) {
        ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height).put(new byte[] {8, 2, 0, 0, 0});
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(packed)) {
            deflater.write(new byte[1 << 20]);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(latin1("\u0089PNG\r\n\u001a\n"));
        chunk(file, "IHDR", header.array());
        chunk(file, "IDAT", packed.toByteArray());
        chunk(file, "IEND", new byte[0]);
        return file.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream file, String type, byte[] data) {
        CRC32 sum = new CRC32();
        sum.update(latin1(type));
        sum.update(data);
        file.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        file.writeBytes(latin1(type));
        file.writeBytes(data);
        file.writeBytes(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
    }

    private static byte[] jpegOfSize(int width, int height) {
        byte[] file = DrawnPicture.file("rgb.jpg");
        for (int i = 2; i < file.length; i++)
            if (file[i] == -1 && file[i + 1] == (byte) 0xc0) {
                ByteBuffer.wrap(file).putShort(i + 5, (short) height).putShort(i + 7, (short) width);
                return file;
            }
        throw new AssertionError("no frame header");
    }

    private static byte[] bmp(int width, int height) {
        byte[] file = DrawnPicture.file("rgb.bmp");
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(18, width).putInt(22, height);
        return file;
    }

    private static byte[] tiff(int width, int height) {
        ByteBuffer file = ByteBuffer.allocate(8 + 2 + 24 + 4).order(ByteOrder.LITTLE_ENDIAN);
        file.put(latin1("II*\0")).putInt(8).putShort((short) 2);
        file.putShort((short) 256).putShort((short) 4).putInt(1).putInt(width);
        file.putShort((short) 257).putShort((short) 4).putInt(1).putInt(height);
        return file.array();
    }
}
