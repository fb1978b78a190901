package dev.graft.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders as people have them: what is taken for what, and what is refused. */
class LayoutTest {
    @TempDir
    Path root;

    private static Path classes(Path folder, int n) throws IOException {
        for (int i = 0; i < n; i++) {
            String salt = folder.getFileName() + "-" + i;
            Trees.write(folder, "cat/" + salt + ".jpg", "dog/" + salt + ".jpg");
        }
        return folder;
    }

    private void assertSplit(String train, String validation, String test) throws IOException {
        ImageFolder folder = ImageFolder.open(root);
        assertEquals(List.of("cat", "dog"), folder.classes());
        assertEquals(train, Trees.shown(root, folder.train()));
        assertEquals(validation, Trees.shown(root, folder.validation()));
        assertEquals(test, Trees.shown(root, folder.test()));
    }

    private void assertTaken(String... lines) throws IOException {
        assertEquals(List.of(lines), ImageFolder.open(root).findings().taken());
        assertTrue(ImageFolder.open(root)
                .findings()
                .lines()
                .containsAll(List.of(lines).stream().map(l -> "  " + l).toList()));
    }

    private void assertRefused(String... parts) {
        String message = assertThrows(DatasetException.class, () -> ImageFolder.open(root))
                .getMessage();
        for (String part : parts) assertTrue(message.contains(part), message + " lacks " + part);
    }

    /** The first row of the list that this began with: two classes named training_set and test_set. */
    @ParameterizedTest
    @CsvSource({
        "training_set, test_set",
        "train, valid",
        "train, validation",
        "train, test",
        "train, dev",
        "train, holdout",
        "Train, Val",
        "TRAINING, Testing",
        "train_data, val-images",
        "seg_train, seg_test",
        "train2017, val2017",
        "train, hold_out",
    })
    void splits_areKnownByTheirNames(String train, String validation) throws IOException {
        classes(root.resolve(train), 1);
        classes(root.resolve(validation), 1);
        assertSplit(
                "0 T/cat/T-0.jpg 1 T/dog/T-0.jpg".replace("T", train),
                "0 V/cat/V-0.jpg 1 V/dog/V-0.jpg".replace("V", validation),
                "");
        assertTaken(train + "/ is taken to train on, " + validation + "/ to validate with");
    }

    @Test
    void trainAndVal_needNoWord() throws IOException {
        classes(root.resolve("train"), 1);
        classes(root.resolve("val"), 1);
        assertTaken();
    }

    @Test
    void testBesideVal_isKeptForTheEnd() throws IOException {
        classes(root.resolve("train"), 1);
        classes(root.resolve("val"), 1);
        Trees.write(root, "test/dog/t.jpg");
        assertSplit(
                "0 train/cat/train-0.jpg 1 train/dog/train-0.jpg",
                "0 val/cat/val-0.jpg 1 val/dog/val-0.jpg",
                "1 test/dog/t.jpg");
        assertTaken("train/ is taken to train on, val/ to validate with, test/ is kept to test with in the end");
        List<String> lines = ImageFolder.open(root).findings().lines();
        assertEquals("2 classes, 2 pictures to train on, 2 to validate with, 1 to test with in the end", lines.get(0));
        assertEquals("  dog: 1 train, 1 val, 1 test", lines.get(3));
    }

    @Test
    void test_withAClassThatIsNotTrained_isRefused() throws IOException {
        classes(root.resolve("train"), 1);
        classes(root.resolve("val"), 1);
        Trees.write(root, "test/emu/t.jpg");
        assertRefused("train and test of " + root, "only in test: emu");
    }

    @Test
    void testWithoutClassFolders_isNotUsedAndNamed() throws IOException {
        classes(root.resolve("train"), 2);
        Trees.write(root, "test/1.jpg", "test/2.jpg");
        ImageFolder folder = ImageFolder.open(root);
        assertEquals(List.of(1, 1), folder.findings().trainCounts());
        assertEquals(List.of(), folder.test());
        assertEquals(
                List.of(new Finding(
                        root.resolve("test"), Finding.Kind.OUTSIDE_CLASSES, "no class folders to test with")),
                folder.findings().of(Finding.Kind.OUTSIDE_CLASSES));
    }

    @Test
    void trainAlone_isSplitAsItsClassesAloneWouldBe() throws IOException {
        classes(root.resolve("train"), 10);
        assertTaken(
                "train/ is taken to train on",
                "nothing given to validate with: 0.2 of each class is set aside for it, by seed 0");
        ImageFolder alone = ImageFolder.open(root.resolve("train"), 0.3, 7);
        ImageFolder folder = ImageFolder.open(root, 0.3, 7);
        assertEquals(List.of(3, 3), folder.findings().validationCounts());
        assertEquals(alone.validation(), folder.validation());
        assertEquals(alone.train(), folder.train());
    }

    @Test
    void samePictureInTrainAndTest_isNamed() throws IOException {
        classes(root.resolve("train"), 1);
        classes(root.resolve("val"), 1);
        Files.createDirectories(root.resolve("test/cat"));
        Files.copy(root.resolve("train/cat/train-0.jpg"), root.resolve("test/cat/t.jpg"));
        Finding finding = ImageFolder.open(root).findings().findings().get(0);
        assertEquals(Finding.Kind.SAME_PICTURE_IN_TRAIN_AND_TEST, finding.kind());
        assertEquals(root.resolve("test/cat/t.jpg"), finding.path());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pets", "pets/images", "data/train"})
    void outerFolders_areGoneInto(String outer) throws IOException {
        classes(root.resolve(outer), 5);
        Trees.write(root, "README.md", "__MACOSX/._x", ".DS_Store");
        ImageFolder folder = ImageFolder.open(root);
        assertEquals(ImageFolder.open(root.resolve(outer)).train(), folder.train());
        assertEquals(List.of("cat", "dog"), folder.classes());
        assertEquals(2, folder.findings().of(Finding.Kind.HIDDEN).size());
        assertEquals(1, folder.findings().of(Finding.Kind.OUTSIDE_CLASSES).size());
    }

    @Test
    void outerFolders_aroundSplits_andWithinThem() throws IOException {
        classes(root.resolve("intel/seg_train/seg_train"), 1);
        classes(root.resolve("intel/seg_test/images"), 1);
        assertSplit(
                "0 intel/seg_train/seg_train/cat/seg_train-0.jpg 1 intel/seg_train/seg_train/dog/seg_train-0.jpg",
                "0 intel/seg_test/images/cat/images-0.jpg 1 intel/seg_test/images/dog/images-0.jpg",
                "");
        assertTaken(
                "outer folders: the pictures are taken from intel/",
                "intel/seg_train/seg_train/ is taken to train on, intel/seg_test/images/ to validate with");
    }

    @Test
    void threeOuterFolders_areTooMany() throws IOException {
        classes(root.resolve("a/b/c"), 2);
        assertRefused("only one class in " + root.resolve("a/b"));
    }

    @Test
    void outerFolderThatIsALinkToItsParent_endsAtOnce() throws IOException {
        Files.createSymbolicLink(root.resolve("again"), Path.of("."));
        assertRefused("only one class", "again");
    }

    @Test
    void splitFolderThatHoldsAnotherSplit_isRefused() throws IOException {
        classes(root.resolve("train/val"), 2);
        assertRefused("class folders in " + root.resolve("train") + "/ are named as splits: val", "other names");
    }

    @Test
    void classFoldersAmongWhichOneIsNamedAsASplit_areRefused() throws IOException {
        Trees.write(root, "bus/1.jpg", "bus/2.jpg", "car/1.jpg", "car/2.jpg", "train/1.jpg", "train/2.jpg");
        assertRefused("folder " + root.resolve("train") + " is named as a split", "bus, car", "give it another name");
        Files.move(root.resolve("train"), root.resolve("valid"));
        assertRefused("folder valid and no folder train", "bus, car", "if valid is a class, give it another name");
        Files.move(root.resolve("valid"), root.resolve("trains"));
        assertEquals(List.of("bus", "car", "trains"), ImageFolder.open(root).classes());
    }

    @Test
    void onlyNamesOfSplits_withPicturesInThem_areRefused() throws IOException {
        Trees.write(root, "train/1.jpg", "train/2.jpg", "val/1.jpg", "val/2.jpg");
        assertRefused("no class folders in " + root.resolve("train"), "found 2 files", "ImageFolder.namedBy");
    }

    @Test
    void splitsWithinClasses_areRefused() throws IOException {
        Trees.write(root, "cat/train/1.jpg", "cat/val/2.jpg", "dog/train/1.jpg", "dog/val/2.jpg");
        assertRefused("class folder " + root.resolve("cat") + " are named as splits", "turn them round");
    }

    @Test
    void twoFoldersForOneSplit_areRefused() throws IOException {
        for (String name : List.of("train", "val", "dev")) classes(root.resolve(name), 1);
        assertRefused("both dev/ and val/ are named as val sets", "move one out");
    }

    @Test
    void unknownNameBesideTrain_withTheSameClasses_isRefused() throws IOException {
        classes(root.resolve("train"), 2);
        classes(root.resolve("control"), 2);
        assertRefused("folder " + root.resolve("control") + " holds the classes of train/", "name it val or test");
        Files.move(root.resolve("control/cat"), root.resolve("control/sheets"));
        assertEquals(List.of("cat", "dog"), ImageFolder.open(root).classes());
    }

    @Test
    void nestedFolders_areNoSplits() throws IOException {
        Trees.write(root, "cat/indoor/1.jpg", "cat/test/2.jpg", "dog/indoor/1.jpg", "dog/outdoor/2.jpg");
        assertEquals(List.of("cat", "dog"), ImageFolder.open(root).classes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"cats", "invalid", "trains", "tested", "devil", "10", "", "set", "train-station", "évaluer"})
    void otherNames_areNoSplits(String name) {
        assertTrue(Split.named(name).isEmpty());
    }
}
