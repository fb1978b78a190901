package dev.graft.image;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.image.augment.Augmentation;
import dev.graft.image.augment.SeededView;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The files and their pixels are from tools/golden_grey.py: NumPy and Pillow. */
class GreyScalingTest {
    private static final Resize SMALL = new Resize.Stretch(24, 32);

    private static PictureReader reader(String scaling) {
        return new PictureReader(Preprocessing.standard().withResize(SMALL).withGrey(GreyScaling.of(scaling)));
    }

    private static byte[] file(String name) {
        return DrawnPicture.resource("grey/" + name);
    }

    private static byte[] resized(PictureReader reader, byte[] file) throws PictureException {
        ByteBuffer slot = ByteBuffer.allocate(3 * 24 * 32);
        reader.readBytes(file, "picture", slot);
        return slot.array();
    }

    private static String sha(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    @Test
    void everyKindAndScaling_equalsNumPyAndPillow() {
        List<Executable> checks = new ArrayList<>();
        for (String line : new String(file("scaled.tsv"), StandardCharsets.UTF_8).split("\n")) {
            String[] f = line.split("\t");
            checks.add(() -> {
                if (f[2].equals("refused"))
                    assertThrows(PictureException.class, () -> reader(f[1]).decode(file(f[0]), f[0]), line);
                else if (f[2].equals("whole"))
                    assertEquals(f[3], sha(reader(f[1]).decode(file(f[0]), f[0]).rgb()), line);
                else assertEquals(f[3], sha(resized(reader(f[1]), file(f[0]))), line);
            });
        }
        assertTrue(checks.size() > 130, checks.size() + " lines");
        assertAll(checks);
    }

    @Test
    void withoutScaling_deepGreyIsClippedAsInPillow() throws Exception {
        byte[] rgb = reader("none").decode(file("deep.png"), "deep.png").rgb();
        assertArrayEquals(new byte[] {0, 0, 0, -1, -1, -1}, Arrays.copyOf(rgb, 6));
        assertEquals(3, rgb[9], "a value below 256 stays");
    }

    @Test
    void pixelsInMemory_areScaledLikeTheirFile_andStayAsTheyAre() throws Exception {
        PictureReader reader = reader("percentile:2.25,61.7");
        Pixels pixels = reader("none").decode(file("small.png"), "small.png");
        byte[] before = pixels.rgb().clone();
        ByteBuffer slot = ByteBuffer.allocate(3 * 24 * 32);
        reader.readBytes(pixels, Optional.empty(), slot);
        assertArrayEquals(resized(reader, file("small.png")), slot.array());
        assertArrayEquals(before, pixels.rgb());
    }

    /** The percentiles are those of the whole picture: a view has the same levels as that part of the scaled picture. */
    @Test
    void view_hasTheLevelsOfTheWholePicture() throws Exception {
        PictureReader reader = reader("percentile:0.5,99.5");
        Optional<SeededView> view = Optional.of(new SeededView(Augmentation.STANDARD, 7, 1));
        ByteBuffer viewed = ByteBuffer.allocate(3 * 24 * 32);
        reader.readBytes(file("deep.png"), "deep.png", view, viewed);
        Pixels scaled = reader.decode(file("deep.png"), "deep.png");
        Pixels expected = scaled.view(
                view.get().of(ByteBuffer.wrap(file("deep.png")), scaled.width(), scaled.height(), 32, 24), 24, 32);
        assertArrayEquals(expected.rgb(), viewed.array());
    }

    @Test
    void flatPicture_isBlack() throws Exception {
        byte[] header = "P5 2 1 65535\n".getBytes(StandardCharsets.US_ASCII);
        byte[] flat = Arrays.copyOf(header, header.length + 4);
        for (int i = header.length; i < flat.length; i++) flat[i] = 9;
        byte[] black = reader("percentile:1,99").decode(flat, "flat.pgm").rgb();
        assertArrayEquals(new byte[6], black);
    }

    @Test
    void refusals_nameTheFileWhatWasSeenAndWhatToDo() {
        byte[] colour = DrawnPicture.asPpm(DrawnPicture.of(5, 4));
        assertRefuses("percentile:1,99", colour, "is a colour picture", "percentile:1,99", "make it grey");
        assertRefuses("window:100,20", colour, "is a colour picture");
        assertRefuses("window:1500,1200", file("small.png"), "0 to 255", "window from 900.0 to 2100.0", "percentiles");
        assertRefuses("full", file("floats.tif"), "floats", "window or by percentiles");
        byte[] notANumber = file("floats.tif").clone();
        ByteBuffer.wrap(notANumber).putInt(8, 0x0000c07f); // the first value, little-endian
        assertRefuses("percentile:1,99", notANumber, "not finite");
        assertRefuses("window:0,100", Arrays.copyOf(file("deep.tif"), 3000), "truncated");
    }

    private static void assertRefuses(String scaling, byte[] file, String... parts) {
        String message = assertThrows(
                        PictureException.class, () -> reader(scaling).decode(file, "scan.x"))
                .getMessage();
        assertTrue(message.startsWith("scan.x"), message);
        for (String part : parts) assertTrue(message.contains(part), message);
    }

    @Test
    void full_leavesColourPicturesAsTheyAre() throws Exception {
        Pixels drawn = DrawnPicture.of(5, 4);
        assertArrayEquals(
                drawn.rgb(),
                reader("full").decode(DrawnPicture.asPpm(drawn), "a.ppm").rgb());
    }

    /** A JPEG is decoded at full size, whatever the decoding says, as its percentiles are those of all its pixels. */
    @Test
    void scaledDecoding_isNotUsed() throws Exception {
        byte[] grey = DrawnPicture.resource("scaled/grey.jpg");
        Preprocessing exact = Preprocessing.standard().withResize(SMALL).withGrey(new GreyScaling.Percentile(1, 99));
        assertArrayEquals(
                resized(new PictureReader(exact), grey),
                resized(new PictureReader(exact.withDecoding(Decoding.SCALED)), grey));
    }

    @Test
    void text_makesTheRoundTrip_othersAreRefusedWithWhatThereIs() throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        for (String text : List.of("none", "full", "window:40,400", "window:-0.5,0.25", "percentile:0.5,99.5")) {
            GreyScaling scaling = GreyScaling.of(text);
            assertEquals(text, scaling.text());
            Preprocessing p = Preprocessing.standard().withGrey(scaling);
            assertEquals(p, Preprocessing.fromJson(mapper.readTree(mapper.writeValueAsString(p.toJson()))));
        }
        for (String text : List.of(
                "",
                "windows",
                "window:40",
                "window:40,0",
                "window:a,b",
                "percentile:60,40",
                "percentile:0,101",
                "window:NaN,3",
                "window:1e999,3",
                "full:1")) assertThrows(IllegalArgumentException.class, () -> GreyScaling.of(text), text);
        String message = assertThrows(IllegalArgumentException.class, () -> GreyScaling.of("ramp"))
                .getMessage();
        assertTrue(message.contains("'ramp'") && message.contains("window:CENTRE,WIDTH"), message);
    }

    @Test
    void checksum_ofSamples_dependsOnTheScaling() {
        Preprocessing standard = Preprocessing.standard();
        String window = PreprocessingSample.checksum(standard.withGrey(new GreyScaling.Window(4000, 2000)));
        assertNotEquals(PreprocessingSample.checksum(standard), window);
        assertNotEquals(window, PreprocessingSample.checksum(standard.withGrey(new GreyScaling.Window(4000, 2100))));
    }
}
