package dev.graft.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.SmallRun;
import dev.graft.image.BufferedImages;
import dev.graft.image.PictureReader;
import dev.graft.image.PixelOrder;
import dev.graft.image.Pixels;
import dev.graft.image.Preprocessing;
import dev.graft.model.HashState;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same pixels give the same answer, bit for bit, from wherever they come. */
class PictureInputTest {
    private static final int GAP = 5; // bytes between two rows

    @TempDir
    static Path folder;

    private static Predictor predictor;
    private static Path file;
    private static Pixels pixels;

    @BeforeAll
    static void open() throws IOException {
        HashState.write(folder.resolve("hash.pth"), 10);
        Path model = SmallRun.model(folder.resolve("model.pt"), folder.resolve("hash.pth"), SmallRun.CARD);
        predictor = Predictor.open(model, PredictorOptions.exact().withViews(TestViews.of(2)));
        file = HashState.picture(folder.resolve("a.png"), 3);
        pixels = new PictureReader(Preprocessing.standard()).decode(file);
    }

    @AfterAll
    static void close() {
        predictor.close();
    }

    private static Predictor plain() throws IOException {
        return Predictor.open(folder.resolve("model.pt"), PredictorOptions.exact());
    }

    @Test
    void bytesOfAFile_answerAsTheFile() throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Prediction wanted = predictor.predict(file);
        ByteBuffer part = ByteBuffer.allocateDirect(bytes.length + 9);
        part.position(4).put(bytes).flip().position(4);
        assertEquals(wanted, predictor.predict(PictureInput.of(file)));
        assertEquals(wanted, predictor.predict(bytes, "a"));
        assertEquals(wanted, predictor.predict(PictureInput.of(bytes, null)));
        assertEquals(wanted, predictor.predict(PictureInput.of(part, "a")));
        assertEquals(4, part.position(), "the buffer is left as it is");
        assertEquals(wanted, predictor.predict(PictureInput.of(new ByteArrayInputStream(bytes), "a")));
    }

    /** Views are drawn from the bytes of what is given, so only whole pictures are compared. */
    @Test
    void pixels_answerAsTheFile() throws IOException {
        BufferedImage image = ImageIO.read(file.toFile());
        assertEquals(pixels.width(), image.getWidth());
        try (Predictor plain = plain()) {
            Prediction wanted = plain.predict(file);
            assertEquals(wanted, plain.predict(PictureInput.of(pixels)));
            assertEquals(wanted, plain.predict(PictureInput.of(BufferedImages.pixels(image))));
        }
    }

    @ParameterizedTest
    @EnumSource
    void buffers_ofAnyOrderAndStride_answerAsTheirPixels(PixelOrder order) throws IOException {
        Pixels seen = order == PixelOrder.GREY ? grey(pixels) : pixels;
        ByteBuffer data = packed(seen, order);
        Pixels read = Pixels.of(data, seen.width(), seen.height(), seen.width() * order.bytes() + GAP, order);
        assertTrue(Arrays.equals(seen.rgb(), read.rgb()), order + ": other pixels");
        assertEquals(3, data.position(), "the buffer is left as it is");
        assertEquals(predictor.predict(PictureInput.of(seen)), predictor.predict(PictureInput.of(read)));
    }

    /** Every pixel has the bytes of its order, alpha is 7, gaps are 9. */
    private static ByteBuffer packed(Pixels seen, PixelOrder order) {
        int stride = seen.width() * order.bytes() + GAP;
        ByteBuffer data = ByteBuffer.allocateDirect(3 + stride * seen.height() - GAP);
        data.position(3);
        for (int y = 0; y < seen.height(); y++) {
            for (int x = 0; x < seen.width(); x++) {
                int at = 3 * (y * seen.width() + x);
                byte r = seen.rgb()[at];
                byte g = seen.rgb()[at + 1];
                byte b = seen.rgb()[at + 2];
                data.put(
                        switch (order) {
                            case RGB -> new byte[] {r, g, b};
                            case BGR -> new byte[] {b, g, r};
                            case RGBA -> new byte[] {r, g, b, 7};
                            case BGRA -> new byte[] {b, g, r, 7};
                            case GREY -> new byte[] {r};
                        });
            }
            if (y < seen.height() - 1) data.put(new byte[] {9, 9, 9, 9, 9});
        }
        return data.flip().position(3);
    }

    private static Pixels grey(Pixels of) {
        byte[] rgb = new byte[of.rgb().length];
        for (int i = 0; i < rgb.length; i++) rgb[i] = of.rgb()[i - i % 3];
        return new Pixels(of.width(), of.height(), rgb);
    }

    @Test
    void buffers_thatDoNotFit_areRefusedWithNumbers() {
        ByteBuffer data = ByteBuffer.allocate(3 * 4 * 2);
        assertEquals(
                "pixels: data is null",
                assertThrows(NullPointerException.class, () -> Pixels.of(null, 4, 2, 12, PixelOrder.RGB))
                        .getMessage());
        assertEquals(
                "predictor: the stream of a picture is null",
                assertThrows(NullPointerException.class, () -> PictureInput.of((InputStream) null, "upload"))
                        .getMessage());
        assertRefused("stride must be at least 12 bytes", () -> Pixels.of(data, 4, 2, 11, PixelOrder.RGB));
        assertRefused("data must have 28 bytes", () -> Pixels.of(data, 4, 2, 16, PixelOrder.RGB));
        assertRefused("width and height must be at least 1", () -> Pixels.of(data, 0, 2, 12, PixelOrder.RGB));
        assertRefused("has 24", () -> Pixels.of(data, 1 << 29, 2, Integer.MAX_VALUE, PixelOrder.RGB));
    }

    private static void assertRefused(String part, Runnable call) {
        String told = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(told.contains(part), told);
    }

    @Test
    void streams_thatFail_sayWhy() {
        InputStream cut = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the upload was cut");
            }
        };
        assertEquals(
                "the upload was cut",
                assertThrows(IOException.class, () -> PictureInput.of(cut, "u")).getMessage());
        String told = assertThrows(NullPointerException.class, () -> PictureInput.of((byte[]) null, "u"))
                .getMessage();
        assertEquals("u: was null, expected the bytes of a picture file", told);
    }

    @Test
    void open_ofAFolder_takesItsModel_andWhatIsNoneIsNamed() throws IOException {
        Path run = Files.createDirectories(folder.resolve("run"));
        String told = assertThrows(IOException.class, () -> Predictor.open(run)).getMessage();
        assertTrue(told.endsWith(
                "has neither model.pt nor checkpoint.pt; give the folder of a run, or the file of a model"));
        Path file = run.resolve("model.pt");
        for (String content : new String[] {"junk\n", ""}) {
            Files.writeString(file, content);
            told = assertThrows(IOException.class, () -> Predictor.open(run)).getMessage();
            assertTrue(told.startsWith("weights: " + file), told);
            assertTrue(told.endsWith("; give a model that Graft saved, such as model.pt in the folder of a run"), told);
        }
        Files.copy(folder.resolve("model.pt"), file, StandardCopyOption.REPLACE_EXISTING);
        try (Predictor predictor = Predictor.open(run)) {
            assertEquals(2, predictor.classes().size());
        }
    }
}
