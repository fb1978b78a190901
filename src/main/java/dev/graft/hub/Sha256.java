package dev.graft.hub;

import dev.graft.files.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
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
    private static final int BUFFER = 1 << 16;

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
        MessageDigest digest = Digests.sha256();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return new Sha256(HexFormat.of().formatHex(digest.digest()));
    }

    /** A text for messages, with all known digits. */
    @Override
    public String toString() {
        return isWhole() ? "SHA-256 " + hex : "a SHA-256 that begins with " + hex;
    }
}
