package dev.graft.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Headers: what the reader sees, for every format and orientation, and no more of the file than that takes. */
class PictureHeaderTest {
    private static final List<String> FORMATS = List.of("JPEG", "PNG", "WebP");

    private final PictureReader stored = new PictureReader(Preprocessing.standard());
    private final PictureReader turned =
            new PictureReader(Preprocessing.standard().withOrientation(Orientation.EXIF));

    @TempDir
    Path folder;

    /** The picture that is read with {@link Orientation#EXIF} is the one that is read without, turned by the header. */
    private void assertAsRead(Path file) throws IOException {
        assertAsRead(file, stored.decode(file));
    }

    private void assertAsRead(Path file, Pixels plain) throws IOException {
        PictureHeader header = PictureHeader.read(file);
        assertEquals(plain.width() + " x " + plain.height(), header.width() + " x " + header.height(), file.toString());
        Pixels expected = turned(plain, header.orientation());
        Pixels seen = turned.decode(file);
        assertEquals(expected.width() + " x " + expected.height(), seen.width() + " x " + seen.height());
        assertArrayEquals(expected.rgb(), seen.rgb(), file + ": " + header);
    }

    /** Pixel by pixel, by the definition: where the stored row 0 and column 0 are seen. */
    private static Pixels turned(Pixels p, int orientation) {
        if (orientation == 1) return p;
        boolean swapped = orientation >= 5;
        int w = swapped ? p.height() : p.width();
        int h = swapped ? p.width() : p.height();
        byte[] seen = new byte[p.rgb().length];
        for (int row = 0; row < p.height(); row++)
            for (int column = 0; column < p.width(); column++) {
                int right = p.width() - 1 - column;
                int below = p.height() - 1 - row;
                int x = new int[] {column, right, right, column, row, below, below, row}[orientation - 1];
                int y = new int[] {row, row, below, below, column, column, right, right}[orientation - 1];
                System.arraycopy(p.rgb(), 3 * (row * p.width() + column), seen, 3 * (y * w + x), 3);
            }
        return new Pixels(w, h, seen);
    }

    @Test
    void read_everyOrientation_isWhatTheReaderTurnsBy() throws IOException {
        for (String format : FORMATS)
            for (int orientation = 1; orientation <= 8; orientation++) {
                Path file = Files.write(folder.resolve(format + orientation), drawn(format, orientation));
                assertEquals(new PictureHeader(format, 23, 17, orientation, "RGB"), PictureHeader.read(file));
                assertAsRead(file);
            }
    }

    private static byte[] drawn(String format, int orientation) {
        byte[] block = LargePictures.block(orientation);
        return switch (format) {
            case "JPEG" ->
                inserted(
                        DrawnPicture.file("rgb.jpg"),
                        2,
                        LargePictures.exif(orientation).array());
            case "PNG" -> inserted(DrawnPicture.file("rgb.png"), 8 + 25, chunk("eXIf", block));
            default -> extendedWebp(block);
        };
    }

    private static byte[] inserted(byte[] file, int at, byte[] part) {
        ByteBuffer all = ByteBuffer.allocate(file.length + part.length);
        return all.put(file, 0, at).put(part).put(file, at, file.length - at).array();
    }

    private static byte[] chunk(String type, byte[] data) {
        ByteBuffer chunk = ByteBuffer.allocate(12 + data.length).putInt(data.length);
        for (char c : type.toCharArray()) chunk.put((byte) c);
        CRC32 sum = new CRC32();
        sum.update(chunk.put(data).array(), 4, 4 + data.length);
        return chunk.putInt((int) sum.getValue()).array();
    }

    /** A simple WebP file as an extended one, its EXIF chunk behind the pixels. */
    private static byte[] extendedWebp(byte[] block) {
        byte[] simple = DrawnPicture.file("lossy.webp");
        ByteBuffer all =
                ByteBuffer.allocate(simple.length + 18 + 8 + block.length).order(ByteOrder.LITTLE_ENDIAN);
        all.put(simple, 0, 4).putInt(all.capacity() - 8).put(simple, 8, 4);
        all.put(new byte[] {'V', 'P', '8', 'X'}).putInt(10).putInt(8).put(new byte[] {22, 0, 0, 16, 0, 0});
        all.put(simple, 12, simple.length - 12);
        return all.put(new byte[] {'E', 'X', 'I', 'F'})
                .putInt(block.length)
                .put(block)
                .array();
    }

    @Test
    void read_everyGoldenPicture_isWhatTheReaderSees() throws IOException {
        for (String[] row : DrawnPicture.table("decoded.tsv"))
            assertAsRead(Files.write(folder.resolve(row[0]), DrawnPicture.file(row[0])));
    }

    @ParameterizedTest
    @CsvSource({
        "grey.jpg, grey",
        "rgb.jpg, RGB",
        "p4.png, palette",
        "bits.png, black and white",
        "greyalpha.png, grey with alpha",
        "rgba.png, RGB with alpha",
        "'deep.png', 'grey, 16 bits'",
        "alpha.webp, RGB with alpha",
        "lossy.webp, RGB",
        "grey.bmp, grey",
        "p8.bmp, palette",
        "bits.bmp, black and white",
        "palette.gif, palette",
        "'deep.pgm', 'grey, 16 bits'",
        "bits.pbm, black and white",
        "'deep.tif', 'grey, 16 bits'",
        "raw.tif, RGB"
    })
    void read_colours_areThoseAsStored(String name, String colours) throws IOException {
        Path file = Files.write(folder.resolve(name), DrawnPicture.file(name));
        assertEquals(colours, PictureHeader.read(file).colours());
    }

    /** Like Pillow, neither looks at metadata behind the first scan header. */
    @Test
    void read_exifAfterThePixelsBegan_isNotSeenByEither() throws IOException {
        byte[] file = DrawnPicture.file("progressive.jpg");
        int second = 0;
        for (int i = 0, scans = 0; scans < 2; i++)
            if (file[i] == -1 && file[i + 1] == (byte) 0xda && ++scans == 2) second = i;
        byte[] exif = LargePictures.exif(6).array();
        Path late = Files.write(folder.resolve("late.jpg"), inserted(file, second, exif));
        assertEquals(1, PictureHeader.read(late).orientation());
        assertAsRead(late);
    }

    @Test
    void read_corpus_isWhatTheReaderSees() throws IOException {
        Path corpus = SharedFolder.orSkip().resolve("corpus");
        int both = 0;
        try (var walk = Files.walk(corpus)) {
            for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
                Pixels plain;
                try {
                    plain = stored.decode(file);
                } catch (PictureException refused) {
                    continue;
                }
                assertAsRead(file, plain); // what the reader takes has a header
                both++;
            }
        }
        assertTrue(both > 1_000, both + " pictures");
    }

    /** A file of a terabyte, nearly all of it a hole, behind each header: it is never read. */
    @Test
    void read_hugeFile_takesItsHeaderOnly() throws IOException {
        for (String name : List.of("rgb.jpg", "rgb.png", "rgb.bmp", "palette.gif", "rgb.ppm", "lzw.tif")) {
            Path file = Files.write(folder.resolve("huge-" + name), DrawnPicture.file(name));
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(1), 1L << 40);
            }
            long allocated = NativeMemoryTest.allocated(() -> PictureHeader.read(file));
            assertEquals(23, PictureHeader.read(file).width(), name);
            assertTrue(allocated < 1 << 20, name + ": " + allocated);
        }
    }

    @Test
    void read_cutAnywhere_isAHeaderOrARefusal() throws IOException {
        for (String[] row : DrawnPicture.table("decoded.tsv")) {
            byte[] whole = DrawnPicture.file(row[0]);
            for (int n = 0; n < whole.length; n += 1 + whole.length / 40) {
                Path file = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, n));
                try {
                    assertTrue(PictureHeader.read(file).width() > 0);
                } catch (PictureException e) {
                    assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
                }
            }
        }
    }

    @Test
    void read_noPicture_namesTheFile() throws IOException {
        Path text = Files.writeString(folder.resolve("text.jpg"), "not a picture");
        refused(text, "is text");
        refused(Files.write(folder.resolve("zeros.jpg"), new byte[5000]), "zero bytes");
        refused(folder.resolve("absent.jpg"), "does not exist");
        refused(folder, "is no regular file");
        refused(Files.write(folder.resolve("none.ppm"), "P6 0 7 255\n".getBytes()), "0 x 7 pixels");
    }

    /** Whoever stops a thread does not mean that its picture cannot be read. */
    @Test
    void read_interruptedThread_readsAndStaysInterrupted() throws IOException {
        Path file = Files.write(folder.resolve("rgb.jpg"), DrawnPicture.file("rgb.jpg"));
        PictureHeader header = PictureHeader.read(file);
        Thread.currentThread().interrupt();
        try {
            assertEquals(header, PictureHeader.read(file));
            assertTrue(Thread.currentThread().isInterrupted());
            assertEquals(23, stored.decode(file).width());
        } finally {
            assertTrue(Thread.interrupted());
        }
    }

    private static void refused(Path file, String words) {
        String message = assertThrows(PictureException.class, () -> PictureHeader.read(file))
                .getMessage();
        assertTrue(message.startsWith(file + ": ") && message.contains(words), message);
    }
}
