package dev.graft.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.image.augment.Augmentation;
import dev.graft.image.augment.SeededView;
import dev.graft.image.augment.View;
import dev.graft.image.augment.ops.Canvas;
import dev.graft.image.augment.ops.Invert;
import dev.graft.image.augment.ops.RandAugment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
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

    private static SeededView noisy(int number) {
        return new SeededView(Augmentation.STANDARD.with(new Invert(0.7)).with(RandAugment.STANDARD), 3, number);
    }

    /** The edits are made on the resized and mirrored pixels, from the view's numbers behind those of the part. */
    @Test
    void operations_areMadeOnTheResizedPixels_bytesAndFloats() throws Exception {
        byte[] file = DrawnPicture.asPpm(DrawnPicture.of(30, 20));
        Path path = Files.write(folder.resolve("drawn.ppm"), file);
        PictureReader reader = new PictureReader(to(16, 12));
        float[][] table = reader.preprocessing().normalization().table();
        int changed = 0;
        for (int number = 0; number < 40; number++) {
            DoubleSupplier numbers = noisy(number).numbers(file);
            Augmentation augmentation = noisy(number).augmentation();
            View part = augmentation.draw(30, 20, numbers);
            Canvas canvas = new Canvas(12, 16);
            byte[] plain = DrawnPicture.of(30, 20).view(part, 16, 12).rgb();
            System.arraycopy(plain, 0, canvas.rgb(), 0, plain.length);
            augmentation.edit(12, 16, numbers).apply(canvas);
            byte[] seen = new byte[plain.length];
            reader.readBytes(path, Optional.of(noisy(number)), ByteBuffer.wrap(seen));
            assertArrayEquals(canvas.rgb(), seen, "view " + number);
            View whole = noisy(number).of(ByteBuffer.wrap(file), 30, 20, 12, 16);
            assertArrayEquals(seen, DrawnPicture.of(30, 20).view(whole, 16, 12).rgb(), "view " + number);
            FloatBuffer floats = FloatBuffer.allocate(plain.length);
            reader.readFloats(path, Optional.of(noisy(number)), floats);
            for (int i = 0; i < seen.length; i++) assertEquals(table[i % 3][seen[i] & 255], floats.get(i));
            if (!Arrays.equals(plain, seen)) changed++;
        }
        assertTrue(changed > 30, "only " + changed + " of 40 were changed");
    }

    @Test
    void operations_opencv_floatsAreThoseOfItsBytes() throws Exception {
        Path path = Files.write(folder.resolve("drawn.ppm"), DrawnPicture.asPpm(DrawnPicture.of(30, 20)));
        PictureReader reader = new PictureReader(to(16, 12).withEngine(Engine.OPENCV));
        for (int number = 0; number < 10; number++) {
            ByteBuffer bytes = ByteBuffer.allocate(3 * 16 * 12);
            FloatBuffer floats = FloatBuffer.allocate(3 * 16 * 12);
            reader.readBytes(path, Optional.of(noisy(number)), bytes);
            reader.readFloats(path, Optional.of(noisy(number)), floats);
            for (int i = 0; i < floats.capacity(); i++) {
                Normalization n = reader.preprocessing().normalization();
                float wanted = ((bytes.get(i) & 255) / 255f - n.mean().get(i % 3))
                        / n.std().get(i % 3);
                assertEquals(wanted, floats.get(i), 1e-5, "view " + number);
            }
        }
    }

    /** Each thread has a canvas of its own. */
    @Test
    void operations_manyThreads_giveTheSame() throws Exception {
        Path path = Files.write(folder.resolve("drawn.ppm"), DrawnPicture.asPpm(DrawnPicture.of(30, 20)));
        PictureReader reader = new PictureReader(to(48, 48));
        List<byte[]> alone =
                IntStream.range(0, 64).mapToObj(n -> seen(reader, path, n)).toList();
        List<byte[]> together = IntStream.range(0, 64)
                .parallel()
                .mapToObj(n -> seen(reader, path, n))
                .toList();
        for (int n = 0; n < 64; n++) assertArrayEquals(alone.get(n), together.get(n), "view " + n);
    }

    private static byte[] seen(PictureReader reader, Path path, int number) {
        ByteBuffer slot = ByteBuffer.allocate(3 * 48 * 48);
        try {
            reader.readBytes(path, Optional.of(noisy(number)), slot);
        } catch (PictureException e) {
            throw new AssertionError(e);
        }
        return slot.array();
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
