package dev.graft.image;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The folder of local test data beside the repository; tests that need it are skipped where it is missing. */
final class SharedFolder {
    private SharedFolder() {}

    static Path orSkip() {
        Path folder = find();
        assumeTrue(
                folder != null && Files.isDirectory(folder),
                "skipped: no ../shared beside the repository (set -Dgraft.shared=FOLDER)");
        return folder;
    }

    private static Path find() {
        String set = System.getProperty("graft.shared");
        if (set != null) return Path.of(set);
        Path at = Path.of("").toAbsolutePath();
        while (at != null && !Files.isDirectory(at.resolve(".mvn"))) at = at.getParent();
        return at == null ? null : at.resolveSibling("shared");
    }
}
