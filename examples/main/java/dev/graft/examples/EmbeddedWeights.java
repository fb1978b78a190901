package dev.graft.examples;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The demonstration backbone inside this jar, as a file for as long as it is needed. */
final class EmbeddedWeights implements AutoCloseable {
    private static final String RESOURCE = "resnet18-lite.pth";

    private final Path file;

    EmbeddedWeights() throws IOException {
        file = Files.createTempFile("resnet18-lite-", ".pth");
        try (InputStream in = EmbeddedWeights.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IOException(
                        "weights: this jar was built without " + RESOURCE + "; name a file with --weights");
            }
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    Path file() {
        return file;
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
