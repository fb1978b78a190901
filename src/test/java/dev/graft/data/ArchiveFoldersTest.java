package dev.graft.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.data.archive.Archives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An archive gives what its folder gives. */
class ArchiveFoldersTest {
    private interface Opening {
        ImageFolder open() throws IOException;
    }

    @TempDir
    Path root;

    private Path folder() throws IOException {
        return Files.createDirectories(root.resolve("folder"));
    }

    private static List<String> shown(ImageFolder folder) {
        List<String> shown = new ArrayList<>(folder.classes());
        for (List<Sample> samples : List.of(folder.train(), folder.validation(), folder.test()))
            shown.add(Trees.shown(folder.root(), samples));
        for (Finding f : folder.findings().findings())
            shown.add(f.kind() + " " + folder.root().relativize(f.path()));
        return shown;
    }

    private static void assertRefused(Opening opening, String... parts) {
        String message = assertThrows(DatasetException.class, opening::open).getMessage();
        for (String part : parts) assertTrue(message.contains(part), message + " lacks " + part);
        assertFalse(message.contains("graft-folder"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pets.zip", "pets.tar", "pets.tar.gz", "pets.tgz", "without-ending"})
    void archive_givesTheClassesPicturesAndFindingsOfItsFolder(String name) throws IOException {
        Path folder = folder();
        for (int i = 0; i < 5; i++) Trees.write(folder, "pets/cat/" + i + ".jpg", "pets/Dog/x/" + i + ".png");
        Trees.write(folder, "__MACOSX/pets/._1.jpg", ".DS_Store", "pets/README.md", "pets/cat/Thumbs.db");
        ImageFolder given = ImageFolder.open(folder, 0.4, 9);
        Path archive = Archives.of(folder, root.resolve(name));
        Path unpacked;
        try (ImageFolder opened = ImageFolder.open(archive, 0.4, 9)) {
            assertEquals(shown(given), shown(opened));
            assertEquals(List.of("Dog", "cat"), opened.classes());
            assertEquals(
                    List.of(
                            name + ": unpacked for this run, files: 14",
                            "outer folders: the pictures are taken from pets/",
                            "nothing given to validate with: 0.4 of each class is set aside for it, by seed 9"),
                    opened.findings().taken());
            assertEquals(
                    Path.of("pets", "Dog", "x"),
                    opened.nameOf(opened.train().get(0)).getParent());
            unpacked = opened.root();
            assertTrue(Files.isRegularFile(opened.train().get(0).file()));
        }
        assertFalse(Files.exists(unpacked));
    }

    @Test
    void splitsWithinAnArchive_areKnown() throws IOException {
        Trees.write(
                folder(),
                "a/training_set/cat/1.jpg",
                "a/training_set/dog/1.jpg",
                "a/test_set/cat/2.jpg",
                "a/test_set/dog/2.jpg");
        try (ImageFolder opened = ImageFolder.open(Archives.of(folder(), root.resolve("a.zip")))) {
            assertEquals(
                    "0 a/training_set/cat/1.jpg 1 a/training_set/dog/1.jpg",
                    Trees.shown(opened.root(), opened.train()));
            assertEquals(
                    "0 a/test_set/cat/2.jpg 1 a/test_set/dog/2.jpg", Trees.shown(opened.root(), opened.validation()));
        }
    }

    @Test
    void namesWithinAnArchive_giveClasses() throws IOException {
        Trees.write(folder(), "cat.0.jpg", "cat.1.jpg", "dog.0.jpg", "dog.1.jpg");
        Path zip = Archives.of(folder(), root.resolve("a.zip"));
        try (ImageFolder opened = ImageFolder.namedBy(zip, "^(cat|dog)", 0.5, 0)) {
            assertEquals(List.of("cat", "dog"), opened.classes());
        }
    }

    @Test
    void tableWithinAnArchive_orBesideIt_namesItsPictures() throws IOException {
        Trees.write(folder(), "in/1.jpg", "in/2.jpg", "in/3.jpg", "in/4.jpg");
        String rows = "file,label\n1.jpg,cat\n2.jpg,cat\n3.jpg,dog\n4.jpg,dog\n";
        Files.writeString(folder().resolve("in/labels.csv"), rows);
        Path zip = Archives.of(folder(), root.resolve("a.zip"));
        Path beside = Files.writeString(root.resolve("beside.csv"), rows.replaceAll("(?m)^(?=\\d)", "in/"));
        try (ImageFolder within = ImageFolder.labelledBy(zip, Path.of("in", "labels.csv"), 0.5, 0);
                ImageFolder outside = ImageFolder.labelledBy(zip, beside, 0.5, 0)) {
            assertEquals(shown(within), shown(outside));
            assertEquals(2, within.train().size());
        }
        assertRefused(
                () -> ImageFolder.labelledBy(zip, Path.of("labels.csv"), 0.5, 0),
                "no table " + zip + java.io.File.separator + "labels.csv");
    }

    @Test
    void tableWithinAnArchive_doesNotLeadOut() throws IOException {
        Path secret = Trees.write(root, "secret.jpg").resolve("secret.jpg").toAbsolutePath();
        Trees.write(folder(), "1.jpg");
        Files.writeString(
                folder().resolve("labels.csv"), "file,label\n1.jpg,cat\n../../secret.jpg,dog\n" + secret + ",dog\n");
        Path zip = Archives.of(folder(), root.resolve("a.zip"));
        assertRefused(
                () -> ImageFolder.labelledBy(zip, Path.of("labels.csv"), 0.5, 0),
                "line 3: ../../secret.jpg leads out of the archive",
                "line 4: " + secret + " leads out of the archive");
    }

    @Test
    void refusals_nameTheArchive_andLeaveNothing() throws IOException {
        Path temporary = Files.createDirectory(root.resolve("temporary"));
        String before = System.setProperty("java.io.tmpdir", temporary.toString());
        try {
            Path zip = Archives.of(Trees.write(folder(), "cat/1.jpg", "cat/2.jpg"), root.resolve("a.zip"));
            assertRefused(
                    () -> ImageFolder.open(zip), "only one class in " + zip + " (expected two or more; found cat)");
            Path cut = Files.write(
                    root.resolve("cut.tar"),
                    java.util.Arrays.copyOf(Files.readAllBytes(Archives.of(folder(), root.resolve("a.tar"))), 700));
            assertRefused(() -> ImageFolder.open(cut), "archive " + cut + ": it is cut short", "unpack it yourself");
            Path rar = Files.write(root.resolve("a.rar"), new byte[] {0x52, 0x61, 0x72, 0x21, 0x1a, 7, 0});
            assertRefused(() -> ImageFolder.open(rar), "archive " + rar + ": it is RAR");
            try (Stream<Path> left = Files.list(temporary)) {
                assertEquals(List.of(), left.toList());
            }
            Files.delete(temporary);
            assertRefused(
                    () -> ImageFolder.open(zip), "cannot make a folder in " + temporary, "-Djava.io.tmpdir=FOLDER");
        } finally {
            System.setProperty("java.io.tmpdir", before);
        }
    }

    /** A resume compares pictures and labels: the layout does not count. */
    @Test
    void allLayouts_giveTheSameContentInTheSameOrder() throws IOException {
        Path folder = folder();
        StringBuilder table = new StringBuilder("label,file\n");
        for (String c : List.of("dog", "cat"))
            for (int i = 11; i > 0; i--) {
                Trees.write(folder, c + "/" + c + "." + i + ".jpg");
                table.append(c).append(',').append(c + "/" + c + "." + i + ".jpg\n");
            }
        List<List<String>> expected = contents(ImageFolder.open(folder, 0.3, 5));
        Map<String, Opening> others = Map.of(
                "zip", () -> ImageFolder.open(Archives.of(folder, root.resolve("a.zip")), 0.3, 5),
                "again", () -> ImageFolder.open(root.resolve("a.zip"), 0.3, 5),
                "tgz", () -> ImageFolder.open(Archives.of(folder, root.resolve("a.tgz")), 0.3, 5),
                "table", () -> ImageFolder.labelledBy(folder, Files.writeString(root.resolve("l.csv"), table), 0.3, 5),
                "names", () -> ImageFolder.namedBy(folder, "^(\\w+)\\.", 0.3, 5));
        for (String kind : List.of("zip", "again", "tgz", "table", "names"))
            try (ImageFolder other = others.get(kind).open()) {
                assertEquals(expected, contents(other), kind);
            }
    }

    private static List<List<String>> contents(ImageFolder folder) throws IOException {
        List<List<String>> all = new ArrayList<>();
        for (List<Sample> samples : List.of(folder.train(), folder.validation())) {
            List<String> one = new ArrayList<>();
            for (Sample s : samples) one.add(s.label() + " " + Files.readString(s.file()));
            all.add(one);
        }
        return all;
    }
}
