package dev.graft.hub;

import dev.graft.files.Digests;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A file's SHA-256, or its first digits if no more is known. Eight digits are enough to find a damaged file. They do
 * not protect against an attacker; then only https does.
 *
 * @param hex 8 to 64 hexadecimal digits, kept in lower case
 */
public record Sha256(String hex) {
    private static final int DIGITS = 64;
    private static final int FEWEST = 8;

    /** Checks the digits. */
    public Sha256 {
        hex = hex.toLowerCase(Locale.ROOT);
        if (!hex.matches("[0-9a-f]{" + FEWEST + "," + DIGITS + "}")) {
            throw new IllegalArgumentException(
                    "sha256: must be " + FEWEST + " to " + DIGITS + " hexadecimal digits, was '" + hex + "'");
        }
    }

    /** Whether all 64 digits are known. */
    public boolean isWhole() {
        return hex.length() == DIGITS;
    }

    /** Whether {@code other} may belong to the same file: one of them begins with the other. */
    public boolean agreesWith(Sha256 other) {
        return other.hex.startsWith(hex) || hex.startsWith(other.hex);
    }

    /** The complete digest of a file. */
    public static Sha256 of(Path file) throws IOException {
        return new Sha256(Digests.sha256(file));
    }

    /** A text for messages, with all known digits. */
    @Override
    public String toString() {
        return isWhole() ? "SHA-256 " + hex : "a SHA-256 that begins with " + hex;
    }
}
