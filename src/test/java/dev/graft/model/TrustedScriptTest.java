package dev.graft.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ChildJvm;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.zip.TorchZipWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What stands between a trusted file and its reader: rights, and a place for the private copy. */
class TrustedScriptTest {
    @TempDir
    Path folder;

    /** Opens a file and prints why it could not. */
    static final class Opening {
        public static void main(String[] args) throws IOException {
            try {
                TrustedScript.of(Path.of(args[0])).open().close();
            } catch (WeightsException e) {
                System.out.println(e.getMessage());
            } catch (OutOfMemoryError e) {
                System.out.println("no memory");
            }
        }
    }

    @Test
    void open_noPlaceForThePrivateCopy_namesTheFolderAndTheSetting() throws IOException {
        Path file = Files.write(folder.resolve("net.pt"), new byte[9]);
        Path nowhere = folder.resolve("nowhere");
        ChildJvm.Result said = ChildJvm.run(folder, List.of("-Djava.io.tmpdir=" + nowhere), Opening.class, file);
        assertEquals(0, said.exit(), said.output());
        String told = "weights: " + file + ": no room for a private copy in " + nowhere + " (there is no " + nowhere;
        // a JVM may warn of such a folder first
        String last = said.output().lines().reduce((a, b) -> b).orElseThrow();
        assertTrue(last.startsWith(told), said.output());
        assertTrue(last.endsWith("); choose another folder with -Djava.io.tmpdir=FOLDER"), said.output());
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void open_diskFullWhileCopying_saysSo_andLeavesNothing() throws IOException {
        Path file = Files.write(folder.resolve("net.pt"), new byte[3 << 20]);
        Path temp = Files.createDirectory(folder.resolve("temp"));
        try (ChildJvm child = ChildJvm.startOnFullDisk(
                folder, 1024, List.of("-XX:-UsePerfData", "-Djava.io.tmpdir=" + temp), Opening.class, file)) {
            ChildJvm.Result said = child.await(Duration.ofMinutes(1));
            assertEquals(0, said.exit(), said.output());
            String told = "weights: " + file + ": no room for a private copy in " + temp + " (";
            assertTrue(said.output().contains(told), said.output());
        }
        assertEquals(0, temp.toFile().list().length);
    }

    @Test
    void open_noMemory_leavesNoCopy() throws IOException {
        Path file = folder.resolve("large.pt");
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                TorchZipWriter zip = new TorchZipWriter(out, "archive")) {
            zip.entry("data.pkl", new byte[60 << 20]);
        }
        Path temp = Files.createDirectory(folder.resolve("temp"));
        ChildJvm.Result said =
                ChildJvm.run(folder, List.of("-Xmx24m", "-Djava.io.tmpdir=" + temp), Opening.class, file);
        assertTrue(said.output().contains("no memory"), said.output());
        try (Stream<Path> left = Files.list(temp)) {
            assertEquals(
                    List.of(),
                    left.filter(f -> f.getFileName().toString().endsWith(".pt")).toList());
        }
    }

    @Test
    void open_fileChangedMeanwhile_readsWhatWasHashed() throws Exception {
        Path golden =
                Path.of(getClass().getResource("/golden/script/net.scripted.pt").toURI());
        byte[] content = Files.readAllBytes(golden);
        Path file = Files.write(folder.resolve("net.pt"), content);
        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        try (TrustedScript.Opened opened = TrustedScript.of(file).open()) {
            Files.write(file, new byte[content.length]);
            assertEquals(digest, opened.sha256());
            assertTrue(opened.weights().template().parameters().contains("fc.weight"));
        }
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void open_fileThatThisUserMayNotRead_saysSo() throws IOException {
        Path closed = Files.write(folder.resolve("closed.pt"), new byte[9]);
        Files.setPosixFilePermissions(closed, Set.of());
        Assumptions.assumeFalse(Files.isReadable(closed), "root reads every file");
        Exception e = assertThrows(
                WeightsException.class, () -> TrustedScript.of(closed).open());
        assertTrue(e.getMessage().contains("cannot be read (permission denied)"), e.getMessage());
    }
}
