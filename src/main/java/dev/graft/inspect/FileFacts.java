package dev.graft.inspect;

import dev.graft.hub.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file.
 *
 * @param bytes its size
 * @param sha256 64 hexadecimal digits, as {@link dev.graft.model.TrustedScript#pinned} takes them
 */
public record FileFacts(Path file, long bytes, String sha256) {
    static FileFacts of(Path file) throws IOException {
        return new FileFacts(file, Files.size(file), Sha256.of(file).hex());
    }
}
