package dev.graft.javacpp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.graft.ChildJvm;
import dev.graft.natives.global.Kernels;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelLibraryTest {
    @TempDir
    Path folder;

    /** Prints which kernels there are. */
    static final class Asks {
        public static void main(String[] args) {
            System.out.println(KernelLibrary.description());
        }
    }

    @Test
    void here_otherBuildOfEqualSizeAndTimeInTheCache_isUnpackedAnew() throws IOException {
        Assumptions.assumeTrue(KernelLibrary.here(), "needs Graft's native library (a C++ compiler at build time)");
        pack();
        String said = ask();
        Path library = unpacked();
        byte[] right = Files.readAllBytes(library);
        FileTime time = Files.getLastModifiedTime(library);
        byte[] other = right.clone();
        Arrays.fill(other, other.length / 2, other.length, (byte) 0);
        Files.write(library, other);
        Files.setLastModifiedTime(library, time);
        assertFalse(Arrays.equals(right, other));

        assertEquals(said, ask());
        assertArrayEquals(right, Files.readAllBytes(unpacked()));
    }

    /** A build has the library in a folder, users have it in a jar: only from there is it unpacked. */
    private void pack() throws IOException {
        String name = Loader.getPlatform() + "/" + System.mapLibraryName("jniGraftKernels");
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(folder.resolve("kernels.jar")));
                InputStream library = Loader.findResource(Kernels.class, name).openStream()) {
            jar.putNextEntry(new ZipEntry("dev/graft/natives/global/" + name));
            library.transferTo(jar);
        }
    }

    private String ask() throws IOException {
        ChildJvm.Result child = ChildJvm.run(
                folder,
                List.of(
                        "-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("cache"),
                        "-Xbootclasspath/a:" + folder.resolve("kernels.jar")),
                Asks.class); // found before all others
        assertEquals(0, child.exit(), child.output());
        return child.output().strip();
    }

    private Path unpacked() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("cache"))) {
            return files.filter(f -> f.getFileName().toString().contains("jniGraftKernels"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
