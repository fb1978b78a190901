package dev.graft.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderErrorsTest {
    @TempDir
    Path root;

    private void assertRefused(String... parts) {
        String message = assertThrows(DatasetException.class, () -> ImageFolder.open(root))
                .getMessage();
        assertTrue(message.startsWith("dataset: "), message);
        for (String part : parts) assertTrue(message.contains(part), message + " lacks " + part);
    }

    @Test
    void open_noSuchFolder_saysWhereItLooked() {
        root = root.resolve("pets");
        assertRefused("no folder " + root, "looked for it at");
    }

    @Test
    void open_file_isRefused() throws IOException {
        root = Trees.write(root, "pets").resolve("pets");
        assertRefused(root + " is a file");
    }

    @Test
    void open_noClassFolders_countsWhatIsThere() throws IOException {
        for (int i = 0; i < 12; i++) Trees.write(root, i + ".jpg");
        Trees.write(root, ".ipynb_checkpoints/1.jpg");
        String message = assertThrows(DatasetException.class, () -> ImageFolder.open(root))
                .getMessage();
        assertEquals(
                "dataset: no class folders in " + root + "/ (expected sub-folders of .jpg, .jpeg, .png, .ppm, .bmp,"
                        + " .pgm, .tif, .tiff or .webp files; found 12 files and no folder, 1 hidden); where the files'"
                        + " names or a table tell the classes: ImageFolder.namedBy, labelledBy",
                message);
    }

    @Test
    void open_emptySplit_isNoClassFolders() throws IOException {
        Trees.write(root, "train/cat/1.jpg", "train/dog/1.jpg");
        Files.createDirectory(root.resolve("val"));
        assertRefused("no class folders in " + root.resolve("val"), "found 0 files");
    }

    @Test
    void open_oneClass_isRefused() throws IOException {
        Trees.write(root, "cat/1.jpg", "cat/2.jpg", ".hidden/1.jpg");
        assertRefused("only one class", "cat");
    }

    @Test
    void open_emptyClass_namesIt() throws IOException {
        Trees.split(root);
        Trees.write(root, "train/emu/readme.txt", "val/emu/1.jpg");
        assertRefused("no picture in class folder " + root.resolve("train/emu"), "readme.txt", ".webp");
    }

    @Test
    void open_classOfGifs_saysThatTheyAreLeftOutAndWhatToDo() throws IOException {
        Trees.split(root);
        Trees.write(root, "train/emu/1.GIF", "val/emu/1.jpg");
        assertRefused(
                "(expected .jpg, .jpeg, .png, .ppm, .bmp, .pgm, .tif, .tiff or .webp files; found 1 of other kinds,"
                        + " such as 1.GIF: not a picture by its extension, skipped: torchvision's folders leave GIF out,"
                        + " so Graft does too; convert it to PNG)");
    }

    /** Each list in a message is the list that the scan goes by. */
    @Test
    void messages_nameEveryExtensionThatTheScanTakes() throws IOException {
        Trees.split(root);
        for (String extension : Names.PICTURE_EXTENSIONS) Trees.write(root, "train/cat/extra" + extension);
        int kept = ImageFolder.open(root).train().size();
        assertEquals(2 + Names.PICTURE_EXTENSIONS.size(), kept);
        String list = Names.PICTURES_ALLOWED;
        assertEquals(Names.PICTURE_EXTENSIONS, List.of(list.split(", | or ")));
        Trees.write(root, "train/emu/readme.txt", "val/emu/1.jpg");
        assertRefused("expected " + list + " files");
        Path loose = Files.createDirectory(root.resolve("loose"));
        assertTrue(assertThrows(DatasetException.class, () -> ImageFolder.open(loose))
                .getMessage()
                .contains("of " + list + " files"));
    }

    @Test
    void open_classInOneSplitOnly_givesBothLists() throws IOException {
        Trees.split(root);
        Trees.write(root, "train/cow/1.jpg", "val/ant/1.jpg", "val/bee/1.jpg");
        assertRefused("only in train: cow", "only in val: ant, bee");
    }

    @Test
    void open_valWithoutTrain_namesTheOtherFolders() throws IOException {
        Trees.write(root, "val/cat/1.jpg", "val/dog/1.jpg", "other/cat/1.jpg");
        assertRefused("a folder val and no folder train", "other folders here: other");
    }

    @Test
    void open_singlePictureWithoutSplit_cannotBeDivided() throws IOException {
        Trees.flat(root, 3);
        Trees.write(root, "emu/1.jpg");
        assertRefused("class folder " + root.resolve("emu") + " holds one picture");
    }

    @Test
    void open_classThatIsALinkToTheRoot_isRefused() throws IOException {
        Trees.flat(root, 3);
        Files.createSymbolicLink(root.resolve("emu"), root);
        assertRefused("no picture in class folder " + root.resolve("emu"), "link in a circle");
    }

    @Test
    void open_unreadableFolder_namesIt() throws IOException {
        Trees.flat(root, 3);
        Path closed = Files.createDirectory(root.resolve("cat/closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(closed), "this user may read every folder");
        assertRefused("cannot read folder " + closed, "no permission");
    }

    @Test
    void open_fractionOutOfRange_isRefused() {
        for (double fraction : new double[] {0, 1, -0.1, 2, Double.NaN})
            assertThrows(IllegalArgumentException.class, () -> ImageFolder.open(root, fraction, 0));
    }
}
