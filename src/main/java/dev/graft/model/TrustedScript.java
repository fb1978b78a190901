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
 * A TorchScript file whose code may run in this process, because whoever calls says so.
 *
 * <p>A scripted or traced module is a program, and LibTorch runs parts of it while it loads it: a crafted file can write
 * files or never return. Graft reads weights without that ({@link Classifier#graft(Path, ModelCard,
 * dev.graft.torch.RandomSource)}); to use the file's own network there is no other way. Give a file of your own making,
 * or pin it to a digest that you have from its maker. The file is copied to a private place (in {@code java.io.tmpdir})
 * while it is hashed, and the copy is what is loaded, so nobody can change it in between.
 *
 * @param file what {@code torch.jit.save} wrote
 * @param sha256 64 hexadecimal digits that the file must have; empty where any content is trusted
 * @param head the linear layer to replace, such as {@code classifier.1}; empty for the file's last one
 */
public record TrustedScript(Path file, Optional<String> sha256, Optional<String> head) {
    private static final int CHUNK = 1 << 16;

    /**
     * An open script.
     *
     * @param sha256 of what is open
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

    /** Checks the digest's form. */
    public TrustedScript {
        sha256 = sha256.map(s -> s.toLowerCase(Locale.ROOT));
        sha256.ifPresent(TrustedScript::requireDigest);
    }

    /** A file that is trusted whatever is in it. */
    public static TrustedScript of(Path file) {
        return new TrustedScript(file, Optional.empty(), Optional.empty());
    }

    /** A file that is trusted while its content has this SHA-256, given as 64 hexadecimal digits. */
    public static TrustedScript pinned(Path file, String sha256) {
        return new TrustedScript(file, Optional.of(sha256), Optional.empty());
    }

    /** The same file; the head takes the place of this layer. */
    public TrustedScript withHead(String layer) {
        return new TrustedScript(file, sha256, Optional.of(layer));
    }

    static void requireDigest(String sha256) {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException(
                    "trusted: a SHA-256 has 64 hexadecimal digits, was '" + sha256 + "'; see sha256sum FILE");
        }
    }

    /** Opens a private copy of the file, whose digest is the copy's. */
    Opened open() throws IOException {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            WeightsFile.open(file).close(); // says what is wrong with it
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
        } finally { // whatever happened, an OutOfMemoryError too
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
                "-Djava.io.tmpdir=FOLDER names another",
                e);
    }

    private void requirePin(String seen) throws WeightsException {
        String pin = sha256.orElse(seen);
        if (!seen.equals(pin)) {
            throw new WeightsException(
                    file,
                    "has the SHA-256 " + seen + ", it is pinned to " + pin + ": it is not the file that was trusted,"
                            + " and nothing of it was run",
                    "get the right file, or trust this one by its own digest");
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

    /** A failure to read is told apart from one to write. */
    private int read(InputStream in, byte[] chunk) throws WeightsException {
        try {
            return in.read(chunk);
        } catch (IOException e) {
            throw new WeightsException(
                    file, "cannot be read (" + FileFault.words(e) + ")", "see whether it can be copied elsewhere", e);
        }
    }
}
