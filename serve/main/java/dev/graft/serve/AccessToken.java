package dev.graft.serve;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The secret that clients send as {@code Authorization: Bearer ...}. Only its digest is kept. Thread-safe. */
public final class AccessToken {
    /** The fewest characters. */
    public static final int LEAST = 16;

    private static final int MOST_FILE_BYTES = 4096;

    private final byte[] digest;

    private AccessToken(byte[] digest) {
        this.digest = digest;
    }

    /**
     * A token.
     *
     * @param token at least {@value #LEAST} visible ASCII characters
     * @throws IllegalArgumentException for another text; the message does not repeat it
     */
    public static AccessToken of(String token) {
        return of(token, "token");
    }

    /**
     * The token in a file: its text without the white space around it.
     *
     * @throws IOException when the file cannot be read, or holds no token
     */
    public static AccessToken read(Path file) throws IOException {
        if (!Files.isRegularFile(file))
            throw new IOException(
                    "token: there is no file " + file + "; write a token of " + LEAST + " characters or more into it");
        if (Files.size(file) > MOST_FILE_BYTES)
            throw new IOException("token: " + file + " has " + Files.size(file) + " bytes, allowed are "
                    + MOST_FILE_BYTES + "; give a file that holds the token only");
        try {
            return of(Files.readString(file, StandardCharsets.ISO_8859_1).strip(), "token: " + file);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static AccessToken of(String token, String where) {
        if (token.length() < LEAST) throw refused(where, "was " + token.length() + " characters");
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            if (c <= ' ' || c >= 127) throw refused(where, "character " + (i + 1) + " is " + kind(c));
        }
        return new AccessToken(sha256(token));
    }

    private static IllegalArgumentException refused(String where, String seen) {
        return new IllegalArgumentException(where + ": must be at least " + LEAST + " visible ASCII characters, " + seen
                + "; make one with: openssl rand -hex 32");
    }

    private static String kind(char c) {
        if (c == '\n' || c == '\r') return "a line break";
        return c == ' ' || c == '\t' ? "a blank" : "not a visible ASCII character";
    }

    /** Whether it is this one. The time does not depend on how much is right. */
    boolean matches(String other) {
        return MessageDigest.isEqual(digest, sha256(other));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** Never the token. */
    @Override
    public String toString() {
        return "AccessToken[...]";
    }
}
