package dev.graft.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ChildJvm;
import dev.graft.Slice;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Many at once, some of them killed: all that live get the right file, and the server sends it hardly more than once. */
class CrowdTest {
    private static final int CHILDREN = 8;
    private static final int ROUNDS = Slice.of(20, 6);
    private static final int PIECES = 10;
    private static final long PIECE_MILLIS = 12;
    private static final byte[] BODY = Arrays.copyOf(HubFixture.BODY, 60_000);
    private static final List<String> FLAGS = List.of("-Xmx48m", "-Xshare:auto", "-XX:+UseSerialGC");

    @TempDir
    Path folder;

    private final Map<String, ChildJvm> children = new ConcurrentHashMap<>();
    private final AtomicInteger toKill = new AtomicInteger();
    private final AtomicInteger killed = new AtomicInteger();
    private final AtomicInteger resumed = new AtomicInteger();
    private final AtomicInteger sentToTheEnd = new AtomicInteger();

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void fetch_eightProcessesManyRoundsSomeKilled_allOthersGetTheFile() throws IOException, InterruptedException {
        Random random = new Random(5);
        try (LocalServer server = new LocalServer(this::answer)) {
            for (int round = 0; round < ROUNDS; round++) {
                toKill.set(round % 3);
                int whoever = round % 2 == 0 ? -1 : random.nextInt(CHILDREN);
                round(server, folder.resolve("cache" + round), round, whoever, random.nextInt(500));
            }
        }
        assertTrue(
                killed.get() >= ROUNDS / 2,
                killed + " killed while they fetched"); // nearly ROUNDS, but for those killed already
        assertTrue(
                resumed.get() >= ROUNDS / 4,
                resumed + " resumed"); // on a busy machine some are killed before their first byte
        assertTrue(sentToTheEnd.get() <= ROUNDS + ROUNDS / 2, sentToTheEnd + " whole transfers in all");
    }

    private void round(LocalServer server, Path cache, int round, int whoever, int afterMillis)
            throws IOException, InterruptedException {
        try {
            for (int i = 0; i < CHILDREN; i++) {
                String id = "/" + round + "-" + i;
                Object[] args = {
                    cache, server.address(id), HubFixture.digest(BODY).hex(), BODY.length, HubFixture.NAME
                };
                children.put(id, ChildJvm.start(folder, FLAGS, Fetching.class, args));
            }
            if (whoever >= 0) {
                Thread.sleep(afterMillis);
                children.get("/" + round + "-" + whoever).close();
            }
            int living = 0;
            for (ChildJvm child : children.values()) {
                ChildJvm.Result result = child.await(Duration.ofMinutes(1));
                assertTrue(result.exit() == 0 || result.exit() == 128 + 9, result.toString());
                if (result.exit() == 0) {
                    assertTrue(
                            result.output()
                                    .endsWith("got " + HubFixture.digest(BODY).hex() + "\n"),
                            result.output());
                    living++;
                }
            }
            assertTrue(living >= CHILDREN - round % 3 - 1, living + " lived");
        } finally {
            children.values().forEach(ChildJvm::close);
            children.clear();
        }
        assertEquals(List.of("." + HubFixture.NAME + ".lock", HubFixture.NAME), HubFixture.names(cache));
        assertEquals(HubFixture.digest(BODY), Sha256.of(cache.resolve(HubFixture.NAME)));
    }

    /** Slowly; the client is killed halfway through what it asked for when it is one of those. */
    private void answer(LocalServer.Request request, OutputStream out) throws IOException, InterruptedException {
        boolean kill = toKill.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
        int from = request.from();
        resumed.addAndGet(from > 0 ? 1 : 0);
        LocalServer.rangeHead(request, out, BODY.length);
        for (int piece = 0; piece < PIECES; piece++) {
            if (kill && piece == PIECES / 2) {
                awaitBytesOnDisk(request.target(), from);
                children.get(request.target()).close();
                killed.incrementAndGet();
                return;
            }
            int begin = from + (BODY.length - from) * piece / PIECES;
            int end = from + (BODY.length - from) * (piece + 1) / PIECES;
            out.write(BODY, begin, end - begin);
            out.flush();
            Thread.sleep(PIECE_MILLIS);
        }
        sentToTheEnd.incrementAndGet();
    }

    /** On a busy machine a child may not have read yet what was sent; whoever is killed then leaves nothing to go on from. */
    private void awaitBytesOnDisk(String target, long from) throws IOException, InterruptedException {
        Path cache = folder.resolve("cache" + target.substring(1, target.indexOf('-')));
        for (int i = 0; i < 2000; i++) {
            try (Stream<Path> files = Files.list(cache)) {
                if (files.anyMatch(f -> f.toFile().length() > from)) return;
            }
            Thread.sleep(5);
        }
    }

    @Test
    void fetch_eightThreads_fetchOnce() throws Exception {
        AtomicInteger waited = new AtomicInteger();
        try (LocalServer server = new LocalServer(this::answer)) {
            RemoteFile file = new RemoteFile(
                    server.address("/w"), HubFixture.digest(BODY), FileSize.exactly(BODY.length), HubFixture.NAME);
            DownloadListener counting = new DownloadListener() {
                @Override
                public void progress(long done, long total, long resumedFrom) {}

                @Override
                public void waiting(RemoteFile f) {
                    waited.incrementAndGet();
                }
            };
            ExecutorService threads = Executors.newFixedThreadPool(CHILDREN);
            try {
                Callable<Path> fetch = () -> HubFixture.cache(folder).fetch(file, counting);
                for (Future<Path> got : threads.invokeAll(
                        IntStream.range(0, CHILDREN).mapToObj(i -> fetch).toList())) {
                    assertTrue(Arrays.equals(BODY, Files.readAllBytes(got.get())));
                }
            } finally {
                threads.shutdownNow();
            }
            assertEquals(1, server.requests.size());
            assertEquals(CHILDREN - 1, waited.get());
        }
    }

    /** A thread that waits and gives up must not take the lock of its process with it, as closing a second channel would. */
    @Test
    void fetch_waitingThreadInterrupted_leavesTheLockToTheOther() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (LocalServer server = new LocalServer((request, out) -> {
            goOn.await();
            LocalServer.send(request, out, BODY);
        })) {
            String digest = HubFixture.digest(BODY).hex();
            RemoteFile file =
                    RemoteFile.of(server.address("/" + HubFixture.NAME).toString(), digest);
            CacheFolder cache = CacheFolder.in(folder).withProxies(HttpClient.Builder.NO_PROXY);
            Future<Path> first = thread.submit(() -> cache.fetch(file));
            while (server.requests.isEmpty()) {
                Thread.sleep(1);
            }
            Thread.currentThread().interrupt();
            Exception told = assertThrows(InterruptedIOException.class, () -> cache.fetch(file));
            assertTrue(Thread.interrupted());
            assertTrue(told.getMessage().startsWith("download: interrupted"), told.getMessage());
            try (ChildJvm child = ChildJvm.start(
                    folder, FLAGS, Fetching.class, folder, file.address(), digest, BODY.length, HubFixture.NAME)) {
                while (!child.output().contains("waiting") && server.requests.size() == 1) {
                    Thread.sleep(10);
                }
                goOn.countDown();
                assertEquals(
                        "waiting\ngot " + digest + "\n",
                        child.await(Duration.ofMinutes(1)).output());
            }
            assertTrue(Arrays.equals(BODY, Files.readAllBytes(first.get())));
            assertEquals(1, server.requests.size());
        } finally {
            thread.shutdownNow();
        }
    }
}
