package dev.graft.model;

import dev.graft.files.Digests;
import dev.graft.files.FileFault;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * A TorchScript file whose code may run in this process, because the caller trusts it.
 *
 * <p>A scripted or traced module is a program. LibTorch runs parts of it while it loads it, so a malicious file can
 * write files or never return. Graft reads weights without running code ({@link Classifier#graft(Path, ModelCard,
 * dev.graft.torch.RandomSource)}), but a file's own network cannot be used without it. Give a file that you made
 * yourself, or pin it to a SHA-256 that its author published. The file is copied to a private place in {@code
 * java.io.tmpdir} while it is hashed, and the copy is loaded, so that nobody can change it in between.
 *
 * @param file a file that {@code torch.jit.save} wrote
 * @param sha256 the digest that the file must have, 64 hexadecimal digits; empty if any content is trusted
 * @param head the linear layer to replace, such as {@code classifier.1}; empty for the last linear layer of the file
 */
public record TrustedScript(Path file, Optional<String> sha256, Optional<String> head) {
    private static final int CHUNK = 1 << 16;

    /**
     * An open script.
     *
     * @param sha256 of the copy
     * @param copy the private copy that is open, removed by {@link #close}
     */
    record Opened(WeightsFile weights, String sha256, Path copy) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            try {
                weights.close();
            } finally {
                Files.deleteIfExists(copy);
            }
        }
    }

    /** Checks the form of the digest. */
    public TrustedScript {
        sha256 = sha256.map(s -> s.toLowerCase(Locale.ROOT));
        sha256.ifPresent(TrustedScript::requireDigest);
    }

    /** A file that is trusted with any content. */
    public static TrustedScript of(Path file) {
        return new TrustedScript(file, Optional.empty(), Optional.empty());
    }

    /** A file that is trusted only if its content has this SHA-256, 64 hexadecimal digits. */
    public static TrustedScript pinned(Path file, String sha256) {
        return new TrustedScript(file, Optional.of(sha256), Optional.empty());
    }

    /** The same file; the new head replaces this layer. */
    public TrustedScript withHead(String layer) {
        return new TrustedScript(file, sha256, Optional.of(layer));
    }

    static void requireDigest(String sha256) {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException(
                    "trusted: a SHA-256 has 64 hexadecimal digits, got '" + sha256 + "'; run sha256sum FILE");
        }
    }

    /** Opens a private copy of the file. The digest is that of the copy. */
    Opened open() throws IOException {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            WeightsFile.open(file).close(); // throws with what is wrong
        }
        Path copy = null;
        Opened opened = null;
        try {
            copy = Files.createTempFile("graft-trusted", ".pt"); // readable by its owner only
            String seen = copyTo(copy);
            requirePin(seen);
            opened = new Opened(WeightsFile.openCopy(copy, file), seen, copy);
            return opened;
        } catch (WeightsException e) {
            throw e;
        } catch (IOException e) {
            throw noRoom(e);
        } finally { // in every case, also an OutOfMemoryError
            if (opened == null && copy != null) {
                Files.deleteIfExists(copy);
            }
        }
    }

    private WeightsException noRoom(IOException e) {
        return new WeightsException(
                file,
                "no room for a private copy in " + System.getProperty("java.io.tmpdir") + " (" + FileFault.words(e)
                        + ")",
                "choose another folder with -Djava.io.tmpdir=FOLDER",
                e);
    }

    private void requirePin(String seen) throws WeightsException {
        String pin = sha256.orElse(seen);
        if (!seen.equals(pin)) {
            throw new WeightsException(
                    file,
                    "has the SHA-256 " + seen + ", but it is pinned to " + pin + ": it is not the file that was"
                            + " trusted; none of its code was run",
                    "get the right file, or pin the digest of this file if you trust it");
        }
    }

    /** Copies the file and returns the SHA-256 of what was copied. */
    private String copyTo(Path copy) throws IOException {
        MessageDigest digest = Digests.sha256();
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = Files.newInputStream(file);
                OutputStream out = Files.newOutputStream(copy)) {
            for (int got = read(in, chunk); got >= 0; got = read(in, chunk)) {
                digest.update(chunk, 0, got);
                out.write(chunk, 0, got);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Reads from the file; its failures get another message than those of the copy. */
    private int read(InputStream in, byte[] chunk) throws WeightsException {
        try {
            return in.read(chunk);
        } catch (IOException e) {
            throw new WeightsException(
                    file, "cannot be read (" + FileFault.words(e) + ")", "try to copy it to another place", e);
        }
    }
}
