package dev.graft.hub;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A child that fetches one file and prints whether it waits, then the digest, or why not. Arguments: folder, address,
 * digest, size, name.
 */
final class Fetching {
    private Fetching() {}

    public static void main(String[] args) throws IOException {
        RemoteFile file = new RemoteFile(
                URI.create(args[1]), new Sha256(args[2]), FileSize.exactly(Long.parseLong(args[3])), args[4]);
        try {
            Path got = CacheFolder.in(Path.of(args[0]))
                    .withPatience(
                            new Patience(Duration.ofSeconds(20), Duration.ofSeconds(20), 2, Duration.ofMillis(50)))
                    .withProxies(HttpClient.Builder.NO_PROXY)
                    .fetch(file, new DownloadListener() {
                        @Override
                        public void progress(long done, long total, long resumedFrom) {}

                        @Override
                        public void waiting(RemoteFile f) {
                            System.out.println("waiting");
                        }
                    });
            System.out.println("got " + Sha256.of(got).hex());
        } catch (DownloadException e) {
            System.out.println("refused: " + e.getMessage());
        }
    }
}
