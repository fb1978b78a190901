package dev.graft.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FindingsTest {
    @TempDir
    Path root;

    private List<String> found(Finding.Kind kind) throws IOException {
        return ImageFolder.open(root).findings().of(kind).stream()
                .map(f -> root.relativize(f.path()).toString().replace('\\', '/'))
                .toList();
    }

    @Test
    void hiddenFilesAndFolders_areSkippedAndNamed() throws IOException {
        Trees.split(root);
        Trees.write(root, "train/cat/._1.jpg", "train/.ipynb_checkpoints/1.jpg", "val/cat/__MACOSX/1.jpg", ".git/x");
        assertEquals(
                List.of(".git", "train/.ipynb_checkpoints", "train/cat/._1.jpg", "val/cat/__MACOSX"),
                found(Finding.Kind.HIDDEN));
        assertEquals(2, ImageFolder.open(root).train().size());
    }

    @Test
    void otherFiles_areSkippedAndNamed() throws IOException {
        Trees.split(root);
        Trees.write(root, "train/cat/notes.txt", "train/loose.jpg", "README.md", "labels/1.jpg");
        assertEquals(List.of("train/cat/notes.txt"), found(Finding.Kind.NOT_A_PICTURE));
        assertEquals(List.of("README.md", "labels", "train/loose.jpg"), found(Finding.Kind.OUTSIDE_CLASSES));
    }

    @Test
    void gif_isSkippedAndToldWhatToDo() throws IOException {
        Trees.split(root);
        Trees.write(root, "train/cat/clip.gif");
        List<String> lines = ImageFolder.open(root).findings().lines();
        assertEquals(
                "  train/cat/clip.gif: torchvision's folders leave GIF out, so Graft does too; convert it to PNG",
                lines.get(lines.size() - 1));
        assertEquals(2, ImageFolder.open(root).train().size());
    }

    @Test
    void heicAndAvif_areCountedAndToldWhatToDo() throws IOException {
        Trees.split(root);
        Trees.write(root, "train/cat/a.heic", "train/dog/b.AVIF", "val/dog/c.HEIC");
        assertEquals(
                List.of("train/cat/a.heic", "train/dog/b.AVIF", "val/dog/c.HEIC"), found(Finding.Kind.UNREAD_FORMAT));
        List<String> lines = ImageFolder.open(root).findings().lines();
        assertEquals(
                List.of(
                        "3 in a format that is not read, skipped: nothing is learnt from them until they are converted",
                        "  train/cat/a.heic: HEIC; convert it, for instance by heif-convert IN.heic OUT.jpg",
                        "  train/dog/b.AVIF: AVIF; convert it, for instance by avifdec IN.avif OUT.png"),
                lines.subList(3, 6));
    }

    @Test
    void otherNamesOfPictures_areTaken() throws IOException {
        Trees.split(root);
        Trees.write(root, "train/cat/a.jfif", "train/cat/b.JPE", "train/cat/c.JPG", "train/cat/d.TIFF");
        assertEquals(6, ImageFolder.open(root).train().size());
    }

    /** A name without an extension says nothing, so the first bytes do. */
    @Test
    void namesWithoutExtension_areTakenByTheirFirstBytes() throws IOException {
        Trees.split(root);
        byte[][] pictures = {
            {-1, (byte) 0xd8, -1, (byte) 0xe0},
            "\u0089PNG\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1),
            "RIFF....WEBPVP8 ".getBytes(StandardCharsets.ISO_8859_1),
            {'I', 'I', '*', 0},
            {'B', 'M', 1, 1, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0}
        };
        for (int i = 0; i < pictures.length; i++) Files.write(root.resolve("train/cat/hash-" + i), pictures[i]);
        Files.writeString(root.resolve("train/cat/README"), "BMW and other cars");
        Files.createFile(root.resolve("train/cat/nothing"));
        assertEquals(List.of("train/cat/README", "train/cat/nothing"), found(Finding.Kind.NOT_A_PICTURE));
        assertEquals(2 + pictures.length, ImageFolder.open(root).train().size());
    }

    @Test
    void emptyFile_isKeptAndNamed() throws IOException {
        Trees.split(root);
        Files.createFile(root.resolve("train/cat/0.jpg"));
        Files.createFile(root.resolve("val/cat/0.jpg"));
        assertEquals(List.of("train/cat/0.jpg", "val/cat/0.jpg"), found(Finding.Kind.EMPTY_FILE));
        assertEquals(List.of(), found(Finding.Kind.SAME_PICTURE_IN_TRAIN_AND_VAL));
        assertEquals(3, ImageFolder.open(root).train().size());
    }

    @Test
    void linksInACircle_areNamedAndNotFollowed() throws IOException {
        Trees.split(root);
        Files.createSymbolicLink(root.resolve("train/cat/up"), Path.of(".."));
        Files.createSymbolicLink(root.resolve("train/cat/self.jpg"), Path.of("self.jpg"));
        Files.createDirectory(root.resolve("train/dog/a"));
        Files.createSymbolicLink(root.resolve("train/dog/a/back"), Path.of("../../dog"));
        assertEquals(
                List.of("train/cat/up", "train/cat/self.jpg", "train/dog/a/back"), found(Finding.Kind.SYMLINK_LOOP));
        assertEquals(2, ImageFolder.open(root).train().size());
    }

    @Test
    void linkToNothing_isSkippedAndSaysWhereItLed() throws IOException {
        Trees.split(root);
        Files.createSymbolicLink(root.resolve("train/cat/gone.jpg"), Path.of("nowhere.jpg"));
        assertEquals(List.of("train/cat/gone.jpg"), found(Finding.Kind.UNREADABLE));
        assertTrue(String.join("\n", ImageFolder.open(root).findings().lines()).contains("nowhere.jpg"));
    }

    @Test
    void pipe_isNeverOpened() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "needs mkfifo");
        Trees.split(root);
        Path pipe = root.resolve("train/cat/pipe.jpg");
        assertEquals(
                0,
                new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).start().waitFor());
        assertEquals(
                List.of("train/cat/pipe.jpg"),
                assertTimeoutPreemptively(Duration.ofSeconds(20), () -> found(Finding.Kind.NOT_A_REGULAR_FILE)));
    }

    @Test
    void samePictureInTrainAndVal_isNamedOnceWithItsTwin() throws IOException {
        Trees.split(root);
        Files.copy(root.resolve("train/cat/1.jpg"), root.resolve("val/dog/3.jpg"));
        assertEquals(List.of("val/dog/3.jpg"), found(Finding.Kind.SAME_PICTURE_IN_TRAIN_AND_VAL));
        Finding finding = ImageFolder.open(root).findings().findings().get(0);
        assertTrue(finding.detail().contains(root.resolve("train/cat/1.jpg").toString()), finding.detail());
    }

    @Test
    void lines_beginWithTheCounts_andCutLongLists() throws IOException {
        Trees.split(root);
        for (int i = 0; i < 30; i++)
            Trees.write(root, "train/class-%02d/1.jpg".formatted(i), "val/class-%02d/2.jpg".formatted(i));
        for (int i = 0; i < 9; i++) Trees.write(root, "train/cat/" + i + ".txt");
        List<String> lines = ImageFolder.open(root).findings().lines();
        assertEquals("32 classes, 32 pictures to train on, 32 to validate with", lines.get(0));
        assertEquals("  cat: 1 train, 1 val", lines.get(1));
        assertEquals("  ... and 12 more classes", lines.get(21));
        assertEquals(
                "9 not a picture by its extension, skipped (allowed: " + Names.PICTURES_ALLOWED + ")", lines.get(22));
        assertEquals("  ... and 4 more", lines.get(28));
        assertEquals(29, lines.size());
    }
}
