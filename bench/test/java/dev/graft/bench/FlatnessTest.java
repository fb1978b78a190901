package dev.graft.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.data.ImageFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What Flatness measures with. */
class FlatnessTest {
    @TempDir
    Path folder;

    @Test
    @EnabledOnOs(OS.LINUX)
    void memory_seesWhatIsHeld_andSurvivesItsLine() throws IOException {
        Memory before = Memory.look();
        byte[] held = new byte[64 << 20];
        Memory after = Memory.look();
        assertTrue(held.length <= after.heapBytes() - before.heapBytes(), before + " " + after);
        assertTrue(after.mostKilobytes() >= after.residentKilobytes(), after.toString());
        assertEquals(after, Memory.in("said\n" + after.line("epoch-1") + "\n" + before.line("epoch-10"), "epoch-1"));
    }

    @Test
    void within_growthBeyondTheShare_isNotFlat() {
        assertTrue(Flatness.within("test", 1000, 1020, 0.02));
        assertTrue(Flatness.within("test", 1000, 980, 0.02));
        assertFalse(Flatness.within("test", 1000, 1021, 0.02));
    }

    @Test
    void linkedPictures_shareContentWithinASplitOnly_andGo() throws IOException {
        Path root = Files.createDirectory(folder.resolve("links"));
        try (LinkedPictures pictures = LinkedPictures.in(root, 10, 40, 10)) {
            ImageFolder data = ImageFolder.open(root);
            assertEquals(40, data.train().size());
            assertEquals(10, data.validation().size());
            assertEquals(
                    9, data.train().stream().map(s -> key(s.file())).distinct().count());
            assertTrue(data.findings().lines().stream().noneMatch(l -> l.contains("same")), data.findings()::toString);
        }
        assertFalse(Files.exists(root));
    }

    /** What the names of one file share. */
    private static Object key(Path file) {
        try {
            return Files.readAttributes(file, "unix:ino").get("ino");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
