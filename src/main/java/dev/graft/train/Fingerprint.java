package dev.graft.train;

import dev.graft.data.Sample;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Tells one list of samples from another: by labels and by the names of files and their folders, wherever these lie. */
final class Fingerprint {
    private Fingerprint() {}

    /** SHA-256 over the list, as text. */
    static String of(List<Sample> samples) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Sample s : samples) {
                Path file = s.file();
                int names = file.getNameCount();
                String line = file.subpath(Math.max(0, names - 2), names) + "\0" + s.label() + "\n";
                digest.update(line.replace('\\', '/').getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has SHA-256
        }
    }
}
