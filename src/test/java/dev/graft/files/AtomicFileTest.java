package dev.graft.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path folder;

    private static AtomicFile.Content text(String text) {
        return out -> out.write(ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void write_contentFails_leavesTheOldFileAndNoPart() throws IOException {
        Path file = folder.resolve("model.pt");
        AtomicFile.write(file, text("old"));
        Exception e = assertThrows(
                IOException.class,
                () -> AtomicFile.write(file, out -> {
                    text("new").writeTo(out);
                    throw new IOException("No space left on device");
                }));
        assertTrue(
                e.getMessage()
                        .startsWith(
                                "write: " + file + " could not be written (No space left on device); the file there is"
                                        + " unchanged; check that the folder is writable and the disk has room"),
                e.getMessage());
        assertThrows(
                IllegalStateException.class,
                () -> AtomicFile.write(file, out -> {
                    throw new IllegalStateException("closed");
                }));
        assertEquals("old", Files.readString(file));
        assertEquals(List.of("model.pt"), names());
    }

    @Test
    void write_fileInPlaceOfTheFolder_namesBoth() throws IOException {
        Path notAFolder = Files.writeString(folder.resolve("out"), "a file");
        Exception e =
                assertThrows(IOException.class, () -> AtomicFile.write(notAFolder.resolve("model.pt"), text("new")));
        assertTrue(e.getMessage().contains("out/model.pt could not be written"), e.getMessage());
        assertTrue(e.getMessage().contains("nothing was left behind; check that the folder"), e.getMessage());
        assertEquals("a file", Files.readString(notAFolder));
    }

    @Test
    void write_ontoAFolder_saysSo() throws IOException {
        Exception e = assertThrows(IOException.class, () -> AtomicFile.write(folder, text("new")));
        assertEquals("write: " + folder + " is a folder; give a file", e.getMessage());
        assertEquals(List.of(), names());
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void write_newFile_hasTheRightsOfAnyOther() throws IOException {
        Path plain = Files.writeString(folder.resolve("plain"), "");
        Path file = folder.resolve("model.pt");
        AtomicFile.write(file, text("new"));
        assertEquals(Files.getPosixFilePermissions(plain), Files.getPosixFilePermissions(file));
    }

    @Test
    void write_threadInterrupted_saysSo() throws IOException {
        Path file = folder.resolve("model.pt");
        Thread.currentThread().interrupt();
        Exception e = assertThrows(IOException.class, () -> AtomicFile.write(file, text("new")));
        assertTrue(Thread.interrupted());
        assertTrue(e.getMessage().contains("(the thread was interrupted)"), e.getMessage());
        assertEquals(List.of(), names());
    }

    @Test
    void write_partsOfAKilledProcess_areRemovedOnceOld() throws IOException {
        Path file = folder.resolve("model.pt");
        String id = "00000000-0000-0000-0000-000000000000";
        Path old = Files.writeString(folder.resolve(".model.pt." + id + ".part"), "half");
        Path fresh = Files.writeString(folder.resolve(".model.pt." + id.replace('0', '1') + ".part"), "half");
        Path other = Files.writeString(folder.resolve(".model.pt.best." + id + ".part"), "half");
        for (Path p : List.of(old, other)) {
            Files.setLastModifiedTime(p, FileTime.from(Instant.now().minusSeconds(7200)));
        }
        AtomicFile.write(file, text("new"));
        assertTrue(Files.notExists(old));
        assertTrue(Files.exists(fresh) && Files.exists(other), names().toString());
    }
}
