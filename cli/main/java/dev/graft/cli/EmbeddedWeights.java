package dev.graft.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The weights of a demonstration as a temporary file. Closing deletes the file. */
final class EmbeddedWeights implements AutoCloseable {
    private final Path file;

    EmbeddedWeights(Demonstration demonstration) throws IOException {
        file = Files.createTempFile(demonstration.weightsName() + "-", ".pth");
        try (InputStream in = demonstration.weights()) {
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
