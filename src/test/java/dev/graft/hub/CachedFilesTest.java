package dev.graft.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.hub.CachedFiles.Entry;
import dev.graft.hub.CachedFiles.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedFilesTest {
    private static final KnownWeights KNOWN = KnownWeights.RESNET18_IMAGENET1K_V1;

    @TempDir
    Path folder;

    private CachedFiles files() {
        return new CachedFiles(CacheFolder.in(folder));
    }

    @Test
    void list_hasFilesAndParts_butNoLocksAndFolders() throws IOException {
        Files.write(folder.resolve("mine.pth"), new byte[5]);
        Files.write(folder.resolve(KNOWN.file().name()), new byte[7]);
        PartFile.alone(folder, "other.pth").close(); // gone: removed when it is closed unplaced
        Path part = Files.write(folder.resolve(".other.pth.0f8fad5b-d9cb-469f-a165-70867728950e.part"), new byte[3]);
        Files.write(folder.resolve(".other.pth.lock"), new byte[0]);
        Files.createDirectory(folder.resolve("features"));
        assertEquals(
                List.of(
                        new Entry(part, 3, Optional.empty(), true),
                        new Entry(folder.resolve("mine.pth"), 5, Optional.empty(), false),
                        new Entry(folder.resolve(KNOWN.file().name()), 7, Optional.of(KNOWN), false)),
                files().list());
        assertEquals(List.of(), new CachedFiles(CacheFolder.in(folder.resolve("none"))).list());
    }

    @Test
    void verify_saysWhatTheDigestSays() throws IOException {
        Path file = folder.resolve(KNOWN.file().name());
        Files.write(file, new byte[7]);
        assertEquals(Verdict.WRONG, files().verify(files().named(KNOWN.name()))); // of another size
        try (var out = Files.newByteChannel(file, java.nio.file.StandardOpenOption.WRITE)) {
            out.position(46_830_570).write(java.nio.ByteBuffer.allocate(1)); // of the right size, sparse
        }
        assertEquals(Verdict.WRONG, files().verify(files().named(KNOWN.file().name())));
        Files.write(folder.resolve("mine.pth"), new byte[5]);
        assertEquals(Verdict.UNKNOWN, files().verify(files().named("mine.pth")));
    }

    @Test
    void remove_takesAFileByItsNameOrThatOfItsWeights() throws IOException {
        Path file = Files.write(folder.resolve(KNOWN.file().name()), new byte[7]);
        files().remove(files().named("resnet18-imagenet1k-v1"));
        assertFalse(Files.exists(file));
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> files().named("resnet18"));
        assertTrue(e.getMessage().endsWith("holds nothing named 'resnet18'; it holds no file"), e.getMessage());
    }
}
