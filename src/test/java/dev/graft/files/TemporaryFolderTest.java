package dev.graft.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFolderTest {
    @TempDir
    Path root;

    private String before;

    @BeforeEach
    void here() {
        before = System.setProperty("java.io.tmpdir", root.toString());
    }

    @AfterEach
    void thereAgain() {
        System.setProperty("java.io.tmpdir", before);
    }

    private static void age(Path folder, Duration by) throws IOException {
        Files.setLastModifiedTime(folder, FileTime.from(Instant.now().minus(by)));
    }

    @Test
    void close_removesAllThatIsInIt_andFollowsNoLink() throws IOException {
        Path kept =
                Files.writeString(Files.createDirectory(root.resolve("kept")).resolve("file"), "x");
        TemporaryFolder folder = TemporaryFolder.create();
        Files.writeString(Files.createDirectories(folder.path().resolve("a/b")).resolve("c"), "x");
        Files.createSymbolicLink(folder.path().resolve("link"), kept.getParent());
        folder.close();
        folder.close();
        assertFalse(Files.exists(folder.path().getParent()));
        assertTrue(Files.exists(kept));
    }

    @Test
    void whatAKilledProcessLeft_goesAfterAnHour() throws IOException {
        Path old = Files.createDirectories(root.resolve("graft-folder-17/content/a"))
                .getParent()
                .getParent();
        Files.createFile(old.resolve("lock"));
        Path young = Files.createDirectory(root.resolve("graft-folder-18"));
        Path other = Files.createDirectory(root.resolve("another-folder"));
        for (Path p : List.of(old, young, other)) age(p, Duration.ofMinutes(p == young ? 50 : 70));
        try (TemporaryFolder mine = TemporaryFolder.create()) {
            assertFalse(Files.exists(old));
            assertTrue(Files.exists(young) && Files.exists(other));
            age(mine.path().getParent(), Duration.ofHours(2));
            TemporaryFolder.create().close();
            assertTrue(Files.exists(mine.path()), "this process has it open");
        }
    }

    @Test
    void folderOfSomebody_stays_howeverOldAndWhateverItsName() throws IOException {
        Path named = Files.createDirectory(root.resolve("graft-folder-holidays"));
        Path filled = Files.createDirectory(root.resolve("graft-folder-19"));
        Files.createFile(filled.resolve("lock"));
        for (Path p : List.of(named, filled)) Files.writeString(p.resolve("picture.jpg"), "the only copy");
        for (Path p : List.of(named, filled)) age(p, Duration.ofHours(3));
        TemporaryFolder.create().close();
        assertTrue(Files.exists(named.resolve("picture.jpg")) && Files.exists(filled.resolve("picture.jpg")));
    }

    /** What it holds is there as long as anything waits for an exit. */
    @Test
    void exit_removesIt_afterWhatIsWaitedFor() throws IOException {
        ChildJvm.Result result = ChildJvm.run(root, List.of("-Djava.io.tmpdir=" + root), Leaves.class);
        assertEquals(3, result.exit(), result.output());
        assertTrue(result.output().contains("still there: true"), result.output());
        assertTrue(result.output().contains("kept from the other process: true"), result.output());
        try (java.util.stream.Stream<Path> left = Files.list(root)) {
            assertTrue(left.noneMatch(p -> p.getFileName().toString().startsWith("graft-folder")));
        }
    }

    static final class Leaves {
        private Leaves() {}

        public static void main(String[] args) throws IOException, InterruptedException {
            TemporaryFolder folder = TemporaryFolder.create();
            Path file = Files.writeString(folder.path().resolve("a"), "x");
            AtExit.waiting(() -> {
                pause();
                System.out.println("still there: " + Files.exists(file));
            });
            if (args.length == 0) {
                age(folder.path().getParent(), Duration.ofHours(2)); // old, but its process lives
                ProcessBuilder other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Leaves.class.getName(),
                        "other");
                other.start().waitFor();
                System.out.println("kept from the other process: " + Files.exists(file));
            }
            System.exit(3);
        }

        private static void pause() {
            try {
                Thread.sleep(300);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
