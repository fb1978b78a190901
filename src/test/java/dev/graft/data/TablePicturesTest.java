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

class TablePicturesTest {
    @TempDir
    Path root;

    private ImageFolder open(String... lines) throws IOException {
        return ImageFolder.open(Files.writeString(root.resolve("labels.csv"), String.join("\n", lines)), 0.5, 3);
    }

    private void assertRefused(ThrowingOpen open, String... parts) {
        String message = assertThrows(DatasetException.class, open::run).getMessage();
        for (String part : parts) assertTrue(message.contains(part), message + " lacks " + part);
    }

    private interface ThrowingOpen {
        ImageFolder run() throws IOException;
    }

    @Test
    void table_givesClassesAndSplits_inTheOrderOfFolders() throws IOException {
        Trees.write(root, "b.jpg", "a/z.jpg", "a.jpg", "c.jpg", "d.jpg", "e.jpg", "f.jpg");
        ImageFolder folder = open(
                "file,label,split",
                "b.jpg,dog,train",
                "a/z.jpg,dog,train",
                "a.jpg,dog,train",
                "c.jpg,cat,train",
                "d.jpg,cat,val",
                "e.jpg,dog,val",
                "f.jpg,cat,test");
        assertEquals(List.of("cat", "dog"), folder.classes());
        assertEquals("0 c.jpg 1 a.jpg 1 b.jpg 1 a/z.jpg", Trees.shown(root, folder.train()));
        assertEquals("0 d.jpg 1 e.jpg", Trees.shown(root, folder.validation()));
        assertEquals("0 f.jpg", Trees.shown(root, folder.test()));
        assertEquals(
                List.of("labels.csv: column file is the file, column label the label, column split the split"),
                folder.findings().taken());
    }

    @Test
    void tableOfClassFolders_givesTheSamplesOfTheFolders() throws IOException {
        Trees.write(root, "cat/b.jpg", "cat/a-b/1.jpg", "cat/a/c/1.jpg", "cat/A.JPG", "cat/10.jpg", "cat/9.jpg");
        Trees.write(root, "dog/b.jpg", "dog/a.jpg", "dog/x/1.jpg", "dog/y/1.jpg");
        ImageFolder folders = ImageFolder.open(root, 0.5, 3);
        ImageFolder table = open(
                "path,class",
                "dog/y/1.jpg,dog",
                "dog/b.jpg,dog",
                "cat/a/c/1.jpg,cat",
                "cat/9.jpg,cat",
                "cat/10.jpg,cat",
                "dog/x/1.jpg,dog",
                "cat/A.JPG,cat",
                "cat/a-b/1.jpg,cat",
                "dog/a.jpg,dog",
                "cat/b.jpg,cat");
        assertEquals(folders.train(), table.train());
        assertEquals(folders.validation(), table.validation());
        assertEquals(5, table.train().size());
    }

    @Test
    void withoutSplit_theSeedDivides_andThatIsSaid() throws IOException {
        for (int i = 0; i < 4; i++) Trees.write(root, i + ".jpg");
        ImageFolder folder = open("id,breed", "0,cat", "1,cat", "2,dog", "3,dog");
        assertEquals(List.of(1, 1), folder.findings().validationCounts());
        assertEquals(
                "nothing given to validate with: 0.5 of each class is set aside for it, by seed 3",
                folder.findings().taken().get(1));
    }

    @Test
    void testWithoutVal_validates_andThatIsSaid() throws IOException {
        for (int i = 0; i < 4; i++) Trees.write(root, i + ".jpg");
        ImageFolder folder =
                open("file,label,split", "0.jpg,cat,train", "1.jpg,cat,test", "2.jpg,dog,train", "3.jpg,dog,test");
        assertEquals("0 1.jpg 1 3.jpg", Trees.shown(root, folder.validation()));
        assertEquals(
                "test is taken to validate with, as nothing else is given for it",
                folder.findings().taken().get(1));
    }

    @Test
    void namesWithoutEnding_andBackslashes_andAbsolutePaths_areFound() throws IOException {
        Trees.write(root, "in/a.JPG", "in/b.png", "c.jpg", "d.jpg");
        ImageFolder folder = open(
                "id,label", "in/a,cat", "in\\b,cat", root.resolve("c.jpg").toAbsolutePath() + ",dog", "./d.jpg,dog");
        List<Sample> all = new java.util.ArrayList<>(folder.train());
        all.addAll(folder.validation());
        assertEquals(
                "0 in/a.JPG 0 in/b.png 1 c.jpg 1 d.jpg",
                Trees.shown(
                        root,
                        all.stream()
                                .map(s -> new Sample(s.file().normalize(), s.label()))
                                .sorted(java.util.Comparator.comparing(Sample::label)
                                        .thenComparing(Sample::file))
                                .toList()));
    }

    @Test
    void pathsOutsideOfTheFolder_haveTheirWholeName(@TempDir Path elsewhere) throws IOException {
        Trees.write(elsewhere, "a.jpg", "b.jpg");
        Trees.write(root, "c.jpg", "d.jpg");
        Path working = Path.of("").toAbsolutePath().relativize(root.toAbsolutePath());
        Path table = Files.writeString(
                root.resolve("labels.csv"),
                "file,label\n" + elsewhere.resolve("a.jpg") + ",cat\n" + elsewhere.resolve("b.jpg")
                        + ",cat\nc.jpg,dog\nd.jpg,dog\n");
        ImageFolder folder = ImageFolder.labelledBy(working, table, 0.5, 0);
        Sample cat = folder.train().get(0);
        assertEquals(cat.file(), folder.nameOf(cat));
        Sample dog = folder.train().get(1);
        assertEquals(dog.file().getFileName(), folder.nameOf(dog));
    }

    @Test
    void missingFiles_areNamedInOneGo() throws IOException {
        Trees.write(root, "a.jpg");
        assertRefused(
                () -> open("file,label", "a.jpg,cat", "gone.jpg,cat", "lost/1.jpg,dog"),
                "names files that are not there, 2 times",
                "line 3: gone.jpg",
                "line 4: lost/1.jpg",
                "paths count from " + root);
    }

    @Test
    void contradictions_areNamed_andRepetitionsNoted() throws IOException {
        for (int i = 0; i < 4; i++) Trees.write(root, i + ".jpg");
        String[] lines = {"file,label", "0.jpg,cat", "1.jpg,cat", "2.jpg,dog", "3.jpg,dog", "./0.jpg,cat", "0.jpg,dog"};
        assertRefused(() -> open(lines), "contradicts itself", "0.jpg: line 2 says cat, line 7 says dog");
        ImageFolder folder = open(java.util.Arrays.copyOf(lines, 6));
        assertEquals(
                List.of("lines 2 and 6"),
                folder.findings().of(Finding.Kind.NAMED_AGAIN).stream()
                        .map(Finding::detail)
                        .toList());
        assertEquals(2, folder.train().size());
    }

    @Test
    void classOnlyInVal_isRefused_oneOnlyInTrainIsNot() throws IOException {
        for (int i = 0; i < 4; i++) Trees.write(root, i + ".jpg");
        assertRefused(
                () -> open("file,label,split", "0.jpg,cat,train", "1.jpg,dog,train", "2.jpg,emu,val"),
                "classes in the val set",
                "no picture to train on: emu");
        assertRefused(() -> open("file,label,split", "0.jpg,cat,val", "1.jpg,dog,val"), "no pictures to train on");
        ImageFolder folder = open("file,label,split", "0.jpg,cat,train", "1.jpg,dog,train", "2.jpg,cat,val");
        assertEquals(List.of(1, 0), folder.findings().validationCounts());
    }

    @Test
    void whatIsNoPicture_isNotedAsInFolders() throws IOException {
        Trees.write(root, "0.jpg", "1.jpg", "2.jpg", "3.jpg", "notes.txt");
        ImageFolder folder = open("file,label", "0.jpg,cat", "1.jpg,cat", "2.jpg,dog", "3.jpg,dog", "notes.txt,dog");
        assertEquals(1, folder.findings().of(Finding.Kind.NOT_A_PICTURE).size());
        assertEquals(List.of(1, 1), folder.findings().trainCounts());
    }
}
