package dev.graft.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ChildJvm;
import dev.graft.model.HashState;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** JavaCPP's cache: missing, shared by JVMs that start at once, torn, full, refused. One cold fill serves most of it. */
@EnabledOnOs(OS.LINUX)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NativesCacheTest {
    @TempDir
    static Path folder;

    private static Path picture;
    private static Path cache;

    @BeforeAll
    static void drawPicture() throws IOException {
        picture = HashState.picture(folder.resolve("picture.png"), 1);
        cache = folder.resolve("deep/cache");
    }

    private static List<String> cacheIn(Path place) {
        return List.of("-Xmx64m", "-Dorg.bytedeco.javacpp.cachedir=" + place);
    }

    private static void assertWorks(ChildJvm.Result result) {
        assertEquals(0, result.exit(), result.output());
        assertTrue(result.output().contains("sum 262144"), result.output());
        assertTrue(result.output().endsWith("OK\n"), result.output());
    }

    @Test
    @Order(1)
    void load_fourJvmsAndNoFolder_allSucceed() throws IOException {
        List<ChildJvm> children = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                children.add(ChildJvm.start(folder, cacheIn(cache), UseNatives.class, picture));
            }
            for (ChildJvm child : children) {
                assertWorks(child.await(Duration.ofMinutes(2)));
            }
        } finally {
            children.forEach(ChildJvm::close);
        }
    }

    @Test
    @Order(2)
    void load_tornLibraries_healsThem() throws IOException {
        for (String name : List.of("libtorch_cpu.so", "libopencv_core.so", "libopenblas", "libjnitorch.so")) {
            Path library;
            try (Stream<Path> all = Files.walk(cache)) {
                library = all.filter(f -> f.getFileName().toString().startsWith(name))
                        .filter(f -> !Files.isSymbolicLink(f))
                        .findFirst()
                        .orElseThrow();
            }
            try (RandomAccessFile file = new RandomAccessFile(library.toFile(), "rw")) {
                file.setLength(file.length() / 3);
            }
        }
        assertWorks(ChildJvm.run(folder, cacheIn(cache), UseNatives.class, picture));
    }

    @Test
    void load_diskFullWhileUnpacking_saysSoAndLeavesNoPart() throws IOException {
        Path full = folder.resolve("full");
        try (ChildJvm child = ChildJvm.startOnFullDisk(folder, 100_000, cacheIn(full), UseNatives.class, picture)) {
            ChildJvm.Result result = child.await(Duration.ofMinutes(2));
            assertEquals(3, result.exit(), result.output());
            assertTrue(result.output().contains("could not be unpacked: File too large"), result.output());
            assertTrue(result.output().contains("The cache folder " + full.toRealPath()), result.output());
            assertTrue(result.output().contains("600 MB free"), result.output());
        }
        try (Stream<Path> all = Files.walk(full)) {
            assertTrue(all.noneMatch(f -> f.endsWith("libtorch_cpu.so")));
        }
    }

    /** The JVM tells why a class could not be loaded only once: who comes later must hear it too. */
    @Test
    @Order(2)
    void load_libraryDoesNotLoad_givesTheReasonEachTime() throws IOException {
        List<String> flags = new ArrayList<>(cacheIn(cache));
        flags.addAll(List.of("-XX:CompressedClassSpaceSize=16m", "-XX:ReservedCodeCacheSize=16m", "-XX:+UseSerialGC"));
        try (ChildJvm child = ChildJvm.startInLittleSpace(folder, 700_000, flags, UseNatives.class, picture)) {
            ChildJvm.Result result = child.await(Duration.ofMinutes(2));
            assertEquals(3, result.exit(), result.output());
            String first = line(result, "refused: ");
            assertTrue(first.contains("could not be loaded: "), result.output());
            assertFalse(first.contains("Could not initialize class"), result.output());
            assertEquals(first, line(result, "again: "));
        }
    }

    private static String line(ChildJvm.Result result, String start) {
        return result.output()
                .lines()
                .filter(l -> l.startsWith(start))
                .map(l -> l.substring(start.length()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(result.output()));
    }

    @Test
    void load_noFolderCanBeWritten_namesTheOneAsked() throws IOException {
        List<String> flags = List.of(
                "-Dorg.bytedeco.javacpp.cachedir=" + picture, "-Duser.home=/proc/none", "-Djava.io.tmpdir=/proc/none");
        ChildJvm.Result result = ChildJvm.run(folder, flags, UseNatives.class, picture);
        assertEquals(3, result.exit(), result.output());
        assertTrue(result.output().contains("could not be unpacked"), result.output());
        assertTrue(result.output().contains("The cache folder " + picture + " must be writable"), result.output());
    }

    @Test
    @Order(3)
    void load_folderIsAFile_warnsAndTakesTheNext() throws IOException {
        Path home = folder.resolve("home");
        Files.createDirectories(home.resolve(".javacpp"));
        Files.move(cache, home.resolve(".javacpp/cache"));
        List<String> flags = List.of("-Dorg.bytedeco.javacpp.cachedir=" + picture, "-Duser.home=" + home);
        ChildJvm.Result result = ChildJvm.run(folder, flags, UseNatives.class, picture);
        assertWorks(result);
        assertTrue(result.output().contains("WARNING: natives: the cache folder " + picture), result.output());
        assertTrue(result.output().contains("the libraries are unpacked to " + home), result.output());
    }

    @Test
    void load_afterAHostLoadedJavaCpp_warnsOnceWithTheFlags() throws IOException {
        ChildJvm.Result result = ChildJvm.run(folder, List.of("-Xmx32m"), UseNatives.class, picture, "host");
        String[] parts = result.output().split("JavaCPP was loaded before Graft", -1);
        assertTrue(result.output().contains("host: limit 134217728"), result.output());
        assertEquals(2, parts.length, result.output());
        assertTrue(parts[0].contains("WARNING: natives: "), result.output());
        assertTrue(parts[1].contains("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0"), result.output());
    }

    @Test
    void load_limitsSetByTheUser_areLeftAndNotSpokenOf() throws IOException {
        List<String> flags =
                List.of("-Xmx64m", "-Dorg.bytedeco.javacpp.maxBytes=2g", "-Dorg.bytedeco.javacpp.maxPhysicalBytes=4g");
        ChildJvm.Result result = ChildJvm.run(folder, flags, UseNatives.class, picture, "host");
        assertWorks(result);
        assertTrue(result.output().contains("host: limit 4294967296"), result.output());
        assertTrue(!result.output().contains("WARNING"), result.output());
    }
}
