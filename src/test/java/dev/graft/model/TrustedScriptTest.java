package dev.graft.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ChildJvm;
import dev.graft.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What stands between a trusted file and its reader: rights, and a place for the private copy. */
class TrustedScriptTest {
    @TempDir
    Path folder;

    /** Opens a pinned file and prints why it could not. */
    static final class Opening {
        public static void main(String[] args) throws IOException {
            try {
                TrustedScript.pinned(Path.of(args[0]), "0".repeat(64)).open().close();
            } catch (WeightsException e) {
                System.out.println(e.getMessage());
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
        assertTrue(last.endsWith("); -Djava.io.tmpdir=FOLDER names another"), said.output());
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
