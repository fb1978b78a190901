package dev.graft.hub;

import static dev.graft.hub.HubFixture.BODY;
import static dev.graft.hub.HubFixture.NAME;
import static dev.graft.hub.HubFixture.SIZE;
import static dev.graft.hub.HubFixture.assertFetches;
import static dev.graft.hub.HubFixture.cache;
import static dev.graft.hub.HubFixture.file;
import static dev.graft.hub.HubFixture.names;
import static dev.graft.hub.HubFixture.refusal;
import static dev.graft.hub.LocalServer.send;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ChildJvm;
import dev.graft.Warnings;
import dev.graft.files.CachePlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the folder is, what is taken from it, and what happens where it cannot be written. */
class CacheFolderTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "Linux,-,-,-,/home/ann,/home/ann/.cache/graft",
                "Linux,-,/var/x,-,/home/ann,/var/x/graft",
                "Linux,-,relative,-,/home/ann,/home/ann/.cache/graft",
                "Linux,/mnt/w,/var/x,-,/home/ann,/mnt/w",
                "Linux,'',-,-,/home/ann,/home/ann/.cache/graft",
                "Mac OS X,-,/var/x,-,/Users/ann,/Users/ann/Library/Caches/graft",
                "Windows 11,-,/var/x,/c/local,/c/ann,/c/local/graft/cache",
                "Windows 11,-,-,-,/c/ann,/c/ann/AppData/Local/graft/cache"
            })
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void standard_followsGraftCacheThenTheSystem(
            String system, String graft, String xdg, String local, String home, String expected) throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put("GRAFT_CACHE", graft);
        environment.put("XDG_CACHE_HOME", xdg);
        environment.put("LOCALAPPDATA", local);
        assertEquals(Path.of(expected), CachePlace.of(environment::get, system, home));
    }

    @Test
    void standard_noHome_asksForGraftCache() {
        Exception e = assertThrows(IOException.class, () -> CachePlace.of(n -> null, "Linux", "?"));
        assertEquals(
                "cache: this user has no home folder; set GRAFT_CACHE to a folder, or give your own weights file"
                        + " (--weights FILE)",
                e.getMessage());
    }

    @Test
    void fetch_fileIsThere_asksNobodyAndWritesNothing() throws IOException {
        Files.write(folder.resolve(NAME), BODY);
        assertEquals(folder.resolve(NAME), cache(folder).fetch(file(HubFixture.nobodyListens())));
        assertEquals(List.of(NAME), names(folder));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void fetch_fileInAFolderThatNobodyCanWrite_isUsed() throws IOException {
        Path file = Path.of("/sys/devices/system/cpu/possible"); // not even root makes files beside it
        Assumptions.assumeTrue(Files.isReadable(file), "needs " + file);
        String digest = Sha256.of(file).hex();
        RemoteFile remote = RemoteFile.of("http://127.0.0.1:1/possible", digest);
        assertEquals(file, cache(file.getParent()).fetch(remote));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void fetch_folderThatNobodyCanWrite_saysSo() {
        String message = refusal(Path.of("/proc/sys/kernel"), file(HubFixture.nobodyListens()));
        assertTrue(message.contains("the cache folder /proc/sys/kernel is not writable (no file can be made"), message);
        assertTrue(message.contains("set GRAFT_CACHE to another one"), message);
        assertTrue(message.contains("put it at /proc/sys/kernel/" + NAME + "; or use a file of your own"), message);
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void fetch_readOnlyFolder_isUsedWhereFilledAndNamedWhereNot() throws IOException {
        Files.write(folder.resolve(NAME), BODY);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-xr-xr-x"));
        try {
            Assumptions.assumeFalse(Files.isWritable(folder), "root writes everywhere");
            assertEquals(folder.resolve(NAME), cache(folder).fetch(file(HubFixture.nobodyListens())));
            RemoteFile other = RemoteFile.of(
                    "http://127.0.0.1:1/other.pth", HubFixture.digest(BODY).hex());
            assertTrue(refusal(folder, other).contains("is not writable (permission denied); set GRAFT_CACHE"));
            Files.write(folder.resolve(NAME), new byte[3]);
            assertEquals(List.of(), Warnings.of(() -> refusal(folder, file(HubFixture.nobodyListens()))));
        } finally {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @Test
    void fetch_aFileInPlaceOfTheFolder_isNamed() throws IOException {
        Path notAFolder = Files.writeString(folder.resolve("cache"), "mine");
        String message = refusal(notAFolder, file(HubFixture.nobodyListens()));
        assertTrue(message.contains("the cache folder " + notAFolder + " is a file, not a folder; set GRAFT"), message);
        assertEquals("mine", Files.readString(notAFolder));
    }

    @Test
    void fetch_aFolderInPlaceOfTheFile_isNamed() throws IOException {
        Files.createDirectory(folder.resolve(NAME));
        String message = refusal(folder, file(HubFixture.nobodyListens()));
        assertTrue(message.contains(folder.resolve(NAME) + " is a folder"), message);
    }

    @ParameterizedTest
    @CsvSource({"-1,bytes", "0,SHA-256"})
    void fetch_damagedFile_isReplacedAndNeverUsed(int longer, String told) throws IOException {
        byte[] damaged = Arrays.copyOf(BODY, SIZE + longer);
        damaged[SIZE / 2] ^= 4;
        Files.write(folder.resolve(NAME), damaged);
        assertEquals(Optional.empty(), cache(folder).find(file(HubFixture.nobodyListens())));
        String message = refusal(folder, file(HubFixture.nobodyListens()));
        assertTrue(
                message.matches(".*; the existing file has [^;]*" + told + ".* and is not used; by hand.*"), message);
        assertArrayEquals(damaged, Files.readAllBytes(folder.resolve(NAME)));
        try (LocalServer server = new LocalServer((request, out) -> send(request, out, BODY))) {
            assertFetches(folder, file(server.address("/w")));
        }
        assertEquals(Optional.of(folder.resolve(NAME)), cache(folder).find(file(HubFixture.nobodyListens())));
    }

    @Test
    void fetch_damagedFile_isToldToBeFetchedAnewOnlyWhereItIs() throws IOException {
        Files.write(folder.resolve(NAME), new byte[3]);
        try (LocalServer server = new LocalServer((request, out) -> send(request, out, BODY))) {
            List<String> told = Warnings.of(() -> assertFetches(folder, file(server.address("/w"))));
            assertEquals(1, told.size(), told.toString());
            assertTrue(told.get(0).endsWith("; it is downloaded again"), told.toString());
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void fetch_wrongFileWhereNobodyCanWrite_isNotSaidToBeFetchedAnew() throws IOException {
        Path file = Path.of("/sys/devices/system/cpu/possible");
        Assumptions.assumeTrue(Files.isReadable(file), "needs " + file);
        RemoteFile remote = RemoteFile.of("http://127.0.0.1:1/possible", "0".repeat(64));
        assertEquals(List.of(), Warnings.of(() -> {
            String message = refusal(file.getParent(), remote);
            assertTrue(message.contains("; the existing file has SHA-256 "), message);
            assertTrue(message.endsWith("; or use a file of your own (--weights FILE)"), message);
        }));
    }

    @Test
    void fetch_eightDigitsKnown_takesAndRefusesByThem() throws IOException {
        Files.write(folder.resolve("a"), BODY);
        Files.write(folder.resolve("b"), HubFixture.body(2));
        String eight = HubFixture.digest(BODY).hex().substring(0, 8);
        String address = "https://127.0.0.1:1/";
        assertTrue(cache(folder).find(RemoteFile.of(address + "a", eight)).isPresent());
        assertTrue(cache(folder).find(RemoteFile.of(address + "b", eight)).isEmpty());
        String message = refusal(folder, RemoteFile.of(address + "b", eight));
        assertTrue(message.contains("check that it has a SHA-256 that begins with " + eight), message);
    }

    @Test
    void fetch_afterIt_noPartOfThisNameIsLeft_andOthersStay() throws IOException {
        String id = "00000000-0000-0000-0000-00000000000";
        Files.write(folder.resolve("." + NAME + "." + id + "1.part"), Arrays.copyOf(BODY, 10));
        Files.write(folder.resolve("." + NAME + "." + id + "2.part"), Arrays.copyOf(BODY, 20));
        Path other = Files.write(folder.resolve("." + NAME + ".best." + id + "3.part"), Arrays.copyOf(BODY, 30));
        try (LocalServer server = new LocalServer((request, out) -> send(request, out, BODY))) {
            cache(folder).fetch(file(server.address("/w")));
            assertEquals(20, server.requests.get(0).from());
        }
        Files.delete(other);
        assertEquals(List.of("." + NAME + ".lock", NAME), names(folder));
    }

    /** As in a folder that several users share: their lock and their parts cannot be opened. */
    @Test
    void fetch_lockCannotBeOpened_fetchesForItself() throws IOException {
        Files.createDirectory(folder.resolve("." + NAME + ".lock"));
        try (LocalServer server = new LocalServer((request, out) -> send(request, out, BODY))) {
            assertFetches(folder, file(server.address("/w")));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void fetch_diskFull_saysSoAndGivesTheSpaceBack() throws IOException {
        Path place = folder.resolve("full");
        try (LocalServer server = new LocalServer((request, out) -> send(request, out, BODY));
                ChildJvm child = ChildJvm.startOnFullDisk(
                        folder,
                        60,
                        List.of("-Xmx48m", "-XX:-UsePerfData"),
                        Fetching.class,
                        place,
                        server.address("/w"),
                        HubFixture.digest(BODY).hex(),
                        SIZE,
                        NAME)) {
            ChildJvm.Result result = child.await(Duration.ofMinutes(1));
            assertEquals(0, result.exit(), result.output());
            String told =
                    "refused: download: " + NAME + " could not be downloaded (the file cannot be written: File too"
                            + " large; it is not kept); by hand";
            assertTrue(result.output().startsWith(told), result.output());
            assertEquals(List.of("." + NAME + ".lock"), names(place));
        }
    }
}
