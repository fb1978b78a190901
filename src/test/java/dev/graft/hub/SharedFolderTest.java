package dev.graft.hub;

import static dev.graft.hub.HubFixture.BODY;
import static dev.graft.hub.HubFixture.NAME;
import static dev.graft.hub.HubFixture.SIZE;
import static dev.graft.hub.HubFixture.cache;
import static dev.graft.hub.HubFixture.file;
import static dev.graft.hub.HubFixture.names;
import static dev.graft.hub.HubFixture.refusal;
import static dev.graft.hub.LocalServer.rangeHead;
import static dev.graft.hub.LocalServer.send;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What somebody else who may write into a cache folder lays into a download's way. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class SharedFolderTest {
    private static final String LOCK = "." + NAME + ".lock";

    @TempDir
    Path root;

    private Path folder;
    private Path part;
    private Path lock;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(root.resolve("cache"));
        part = folder.resolve("." + NAME + ".00000000-0000-0000-0000-000000000000.part");
        lock = folder.resolve(LOCK);
    }

    /** Fetches from the first byte on, in bounded time; gives what lay in the folder when the server was asked. */
    private List<String> assertFetchesAnew(CacheFolder cache) throws IOException {
        List<String> during = new CopyOnWriteArrayList<>();
        try (LocalServer server = new LocalServer((request, out) -> {
            during.addAll(names(folder));
            send(request, out, BODY);
        })) {
            RemoteFile file = file(server.address("/w"));
            Path got = assertTimeoutPreemptively(Duration.ofSeconds(30), () -> cache.fetch(file));
            assertArrayEquals(BODY, Files.readAllBytes(got));
            assertTrue(Files.isRegularFile(got, LinkOption.NOFOLLOW_LINKS));
            assertEquals(
                    List.of(0),
                    server.requests.stream().map(LocalServer.Request::from).toList());
        }
        return during;
    }

    @Test
    void fetch_linkInPlaceOfAPart_isLeftAloneAndSoIsItsFile() throws IOException {
        Path victim = Files.write(root.resolve("victim"), Arrays.copyOf(BODY, SIZE / 2));
        Files.createSymbolicLink(part, victim);
        assertFetchesAnew(cache(folder));
        assertArrayEquals(Arrays.copyOf(BODY, SIZE / 2), Files.readAllBytes(victim));
        assertTrue(Files.isSymbolicLink(part));
    }

    @Test
    void fetch_partOfAnotherUser_isLeftAlone() throws IOException {
        Files.write(part, Arrays.copyOf(BODY, SIZE / 2));
        Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rw-rw-rw-"));
        giveAway(part);
        assertFetchesAnew(cache(folder));
        assertEquals(SIZE / 2, Files.size(part));
    }

    @Test
    void fetch_partWithASecondName_isLeftAlone() throws IOException {
        Path victim = Files.write(root.resolve("victim"), Arrays.copyOf(BODY, SIZE / 2));
        Files.createLink(part, victim);
        assertFetchesAnew(cache(folder));
        assertEquals(SIZE / 2, Files.size(victim));
        assertTrue(Files.exists(part));
    }

    @Test
    void fetch_ownPartBesideAnothers_isStillTakenUp() throws IOException {
        Files.createSymbolicLink(part, root.resolve("nowhere"));
        Files.write(Path.of(part.toString().replace("-0000-", "-0001-")), Arrays.copyOf(BODY, SIZE / 3));
        try (LocalServer server = new LocalServer((request, out) -> send(request, out, BODY))) {
            cache(folder).fetch(file(server.address("/w")));
            assertEquals(SIZE / 3, server.requests.get(0).from());
        }
    }

    @Test
    void fetch_lockIsALinkToNowhere_makesNothingThere() throws IOException {
        Path elsewhere = root.resolve("elsewhere");
        Files.createSymbolicLink(lock, elsewhere);
        assertFetchesAnew(cache(folder));
        assertFalse(Files.exists(elsewhere));
    }

    @Test
    void fetch_lockIsAPipe_doesNotHang() throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                new ProcessBuilder("mkfifo", lock.toString()).start().waitFor() == 0, "needs mkfifo");
        assertFetchesAnew(cache(folder));
    }

    @Test
    void fetch_lockOfAnotherUser_givesATurnAndNoPart() throws IOException {
        Files.write(part, Arrays.copyOf(BODY, SIZE / 2));
        Files.createFile(lock);
        giveAway(lock);
        assertEquals(List.of("." + NAME + ".*.own", "." + NAME + ".*.part", LOCK), assertFetchesAnew(cache(folder)));
    }

    @Test
    void fetch_lockIsHeldForEver_goesOnAloneAndTouchesNoPart() throws IOException {
        Files.write(part, Arrays.copyOf(BODY, SIZE / 2));
        Patience little = new Patience(Duration.ofMillis(400), Duration.ofMillis(400), 0, Duration.ZERO);
        try (FileChannel held = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            held.lock();
            List<String> during = assertFetchesAnew(cache(folder).withPatience(little));
            assertEquals(List.of("." + NAME + ".*.own", "." + NAME + ".*.part", LOCK), during);
        }
        assertEquals(List.of("." + NAME + ".*.part", LOCK, NAME), names(folder));
    }

    @Test
    void fetch_withoutALockAndBrokenOff_leavesNothing() throws IOException {
        Files.createDirectory(lock);
        try (LocalServer server = new LocalServer((request, out) -> {
            rangeHead(request, out, SIZE);
            out.write(BODY, request.from(), request.from() == 0 ? 10 : 0);
        })) {
            String message = refusal(folder, file(server.address("/w")));
            assertTrue(message.contains("; attempts: 4); by hand"), message);
        }
        assertEquals(List.of(LOCK), names(folder));
    }

    @Test
    void fetch_partOfOneWithoutALock_isLeftToHim() throws IOException {
        Path own = Files.write(Path.of(part.toString().replace(".part", ".own")), Arrays.copyOf(BODY, SIZE / 2));
        assertFetchesAnew(cache(folder));
        assertEquals(SIZE / 2, Files.size(own));
    }

    @Test
    void standstill_isReachedOnlyWhereNothingChanges() {
        Map<String, Long> parts = new HashMap<>(Map.of("a", 1L));
        Standstill standstill = new Standstill(() -> new HashMap<>(parts), Duration.ZERO);
        parts.put("a", 2L);
        List<Boolean> told = new ArrayList<>(List.of(standstill.isReached()));
        parts.put("b", 0L);
        told.add(standstill.isReached());
        told.add(standstill.isReached());
        assertEquals(List.of(false, false, true), told);
        assertFalse(new Standstill(() -> parts, Duration.ofHours(1)).isReached());
    }

    private static void giveAway(Path file) {
        try {
            Files.setOwner(
                    file, file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
        } catch (IOException e) {
            Assumptions.abort("only root gives files away: " + e);
        }
    }
}
