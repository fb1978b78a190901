package dev.graft.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** A file to fetch, an impatient client, and what a cache folder holds. */
final class HubFixture {
    static final int SIZE = 100_003;
    static final byte[] BODY = body(1);
    static final String NAME = "weights-1.pth";
    static final Patience IMPATIENT =
            new Patience(Duration.ofSeconds(5), Duration.ofMillis(1500), 2, Duration.ofMillis(10));

    private HubFixture() {}

    static byte[] body(long seed) {
        byte[] b = new byte[SIZE];
        new Random(seed).nextBytes(b);
        b[0] = 'P'; // as a zip begins
        return b;
    }

    static Sha256 digest(byte[] bytes) {
        try {
            return new Sha256(HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** {@link #BODY} at an address. */
    static RemoteFile file(URI address) {
        return new RemoteFile(address, digest(BODY), FileSize.exactly(SIZE), NAME);
    }

    /** {@link #BODY} at an address that does not tell its size. */
    static RemoteFile fileOfUnknownSize(URI address) {
        return new RemoteFile(address, digest(BODY), RemoteFile.UNKNOWN_SIZE, NAME);
    }

    /** An address where no server is. */
    static URI nobodyListens() {
        return URI.create("http://127.0.0.1:1/w");
    }

    static CacheFolder cache(Path folder) {
        return CacheFolder.in(folder).withPatience(IMPATIENT).withProxies(HttpClient.Builder.NO_PROXY);
    }

    /** Fetches, and finds the right bytes and nothing else but the lock. */
    static void assertFetches(Path folder, RemoteFile file) throws IOException {
        Path got = cache(folder).fetch(file);
        assertEquals(folder.resolve(NAME), got);
        assertArrayEquals(BODY, Files.readAllBytes(got));
        assertEquals(List.of("." + NAME + ".lock", NAME), names(folder));
    }

    /** Fails, and gives the message. */
    static String refusal(Path folder, RemoteFile file) {
        return refusal(folder, file, HttpClient.Builder.NO_PROXY);
    }

    /** The same through proxies. */
    static String refusal(Path folder, RemoteFile file, ProxySelector proxies) {
        CacheFolder cache = cache(folder).withProxies(proxies);
        return assertThrows(DownloadException.class, () -> cache.fetch(file)).getMessage();
    }

    /** Everything in the folder, sorted; the changing middle of a part's name as a star. */
    static List<String> names(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(f -> f.getFileName().toString().replaceAll("[0-9a-f-]{36}", "*"))
                    .sorted()
                    .toList();
        }
    }
}
