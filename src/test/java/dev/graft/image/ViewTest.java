package dev.graft.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.image.augment.Augmentation;
import dev.graft.image.augment.SeededView;
import dev.graft.image.augment.View;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Views with given parameters: every byte is torchvision's. */
class ViewTest {
    private static final View VIEW = new View(2, 3, 9, 8, true);

    @TempDir
    Path folder;

    private static View view(String[] row, int from) {
        int[] n = new int[5];
        for (int i = 0; i < 5; i++) n[i] = Integer.parseInt(row[from + i]);
        return new View(n[0], n[1], n[2], n[3], n[4] == 1);
    }

    private static Preprocessing to(int height, int width) {
        return Preprocessing.standard().withResize(new Resize.Stretch(height, width));
    }

    private static byte[] bytes(PictureReader reader, byte[] file, PictureReader.Choice choice) throws Exception {
        ByteBuffer slot = ByteBuffer.allocate(
                3 * reader.preprocessing().height() * reader.preprocessing().width());
        reader.readBytes(file, "a picture", choice, slot);
        return slot.array();
    }

    private static float[] floats(PictureReader reader, byte[] file, PictureReader.Choice choice) throws Exception {
        FloatBuffer slot = FloatBuffer.allocate(
                3 * reader.preprocessing().height() * reader.preprocessing().width());
        reader.readFloats(file, "a picture", choice, slot);
        return slot.array();
    }

    private static PictureReader.Choice always(View view) {
        return (file, width, height) -> Optional.of(view);
    }

    @Test
    void drawnPictures_equalTorchvision_alsoThroughTheReader() throws Exception {
        List<String[]> rows = DrawnPicture.rows("views/applied.tsv");
        assertEquals(128, rows.size());
        for (String[] row : rows) {
            String told = String.join(" ", row);
            Pixels picture = DrawnPicture.of(Integer.parseInt(row[0]), Integer.parseInt(row[1]));
            int height = Integer.parseInt(row[7]);
            int width = Integer.parseInt(row[8]);
            View view = view(row, 2);
            assertEquals(
                    row[9],
                    DrawnPicture.sha256(picture.view(view, height, width).rgb()),
                    told);
            byte[] file = DrawnPicture.asPpm(picture);
            PictureReader reader = new PictureReader(to(height, width));
            assertEquals(row[9], DrawnPicture.sha256(bytes(reader, file, always(view))), told);
        }
    }

    @Test
    void files_turnedOrNot_bytesAndFloatsEqualTorchvision() throws Exception {
        List<String[]> rows = DrawnPicture.rows("views/files.tsv");
        assertEquals(224, rows.size());
        for (String[] row : rows) {
            String told = String.join(" ", row);
            Orientation orientation = row[1].equals("1") ? Orientation.EXIF : Orientation.IGNORE;
            PictureReader reader = new PictureReader(to(20, 24).withOrientation(orientation));
            byte[] file = DrawnPicture.file(row[0]);
            View view = view(row, 2);
            assertEquals(row[7], DrawnPicture.sha256(bytes(reader, file, always(view))), told);
            float[] floats = floats(reader, file, always(view));
            ByteBuffer raw = ByteBuffer.allocate(4 * floats.length).order(ByteOrder.LITTLE_ENDIAN);
            raw.asFloatBuffer().put(floats);
            assertEquals(row[8], DrawnPicture.sha256(raw.array()), told);
        }
    }

    /** The size that a view becomes is the network's, also where the plain picture is cut from the middle. */
    @Test
    void shortSideCrop_viewsHaveTheCropsSize() throws Exception {
        Pixels picture = DrawnPicture.of(30, 20);
        PictureReader reader = new PictureReader(Preprocessing.standard().withResize(new Resize.ShortSideCrop(16, 12)));
        assertArrayEquals(picture.view(VIEW, 12, 12).rgb(), bytes(reader, DrawnPicture.asPpm(picture), always(VIEW)));
    }

    @Test
    void opencv_isWhatItMakesOfThePartAlone_mirrored() throws Exception {
        Pixels picture = DrawnPicture.of(30, 20);
        byte[] part = new byte[3 * 8 * 9];
        for (int y = 0; y < 9; y++) System.arraycopy(picture.rgb(), 3 * ((y + 2) * 30 + 3), part, 3 * 8 * y, 3 * 8);
        byte[] cut = DrawnPicture.asPpm(new Pixels(8, 9, part));
        byte[] whole = DrawnPicture.asPpm(picture);
        PictureReader reader = new PictureReader(to(11, 7).withEngine(Engine.OPENCV));
        byte[] plain = bytes(reader, cut, (file, width, height) -> Optional.empty());
        byte[] seen = bytes(reader, whole, always(VIEW));
        float[] plainFloats = floats(reader, cut, (file, width, height) -> Optional.empty());
        float[] seenFloats = floats(reader, whole, always(VIEW));
        for (int y = 0; y < 11; y++)
            for (int x = 0; x < 7; x++)
                for (int c = 0; c < 3; c++) {
                    int at = 3 * (7 * y + x) + c;
                    int there = 3 * (7 * y + 6 - x) + c;
                    assertEquals(plain[there], seen[at]);
                    assertEquals(plainFloats[there], seenFloats[at]);
                }
    }

    /** The reader's seeded view of a file is the one that is drawn for its bytes and its size as it is seen. */
    @Test
    void reader_seededView_isDrawnForTheTurnedPicture() throws Exception {
        byte[] file = DrawnPicture.file("exif6.jpg");
        Path path = Files.write(folder.resolve("exif6.jpg"), file);
        PictureReader reader = new PictureReader(to(6, 5).withOrientation(Orientation.EXIF));
        Pixels turned = reader.decode(path);
        assertEquals(5, turned.width());
        for (int number = 0; number < 8; number++) {
            SeededView seeded = new SeededView(Augmentation.STANDARD, 3, number);
            ByteBuffer slot = ByteBuffer.allocate(3 * 6 * 5);
            reader.readBytes(path, Optional.of(seeded), slot);
            assertArrayEquals(turned.view(seeded.of(file, 5, 9), 6, 5).rgb(), slot.array(), "view " + number);
        }
        ByteBuffer plain = ByteBuffer.allocate(3 * 6 * 5);
        reader.readBytes(path, Optional.empty(), plain);
        assertArrayEquals(turned.resized(6, 5).rgb(), plain.array());
    }

    @Test
    void view_beyondThePicture_orWithoutPixels_isRefused() {
        Pixels picture = DrawnPicture.of(10, 10);
        for (View beyond : List.of(new View(2, 0, 9, 5, false), new View(0, 6, 1, 5, false)))
            assertTrue(refusal(() -> picture.view(beyond, 4, 4)).contains("reaches beyond the picture of 10 x 10"));
        byte[] before = picture.rgb().clone();
        picture.view(new View(3, 3, 5, 5, true), 4, 4);
        assertArrayEquals(before, picture.rgb());
        assertTrue(refusal(() -> new View(-1, 0, 1, 1, false)).contains("top -1"));
        assertTrue(refusal(() -> new View(0, 0, 0, 1, false)).contains("height 0"));
        assertTrue(refusal(() -> DrawnPicture.of(30, 30).view(VIEW, 0, 4)).contains("height"));
    }

    private static String refusal(org.junit.jupiter.api.function.Executable call) {
        return assertThrows(IllegalArgumentException.class, call).getMessage();
    }
}
