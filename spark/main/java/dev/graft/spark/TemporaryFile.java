package dev.graft.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file in the folder for temporary files that only this user can read, until it is closed. */
record TemporaryFile(Path path) implements AutoCloseable {
    static TemporaryFile with(byte[] bytes) throws IOException {
        TemporaryFile file = new TemporaryFile(Files.createTempFile("graft", ".pt"));
        try {
            Files.write(file.path, bytes);
            return file;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
    }
}
