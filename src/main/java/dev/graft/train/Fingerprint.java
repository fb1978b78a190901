package dev.graft.train;

import dev.graft.data.Sample;
import dev.graft.files.Digests;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** Tells one list of samples from another: by labels and by the names of files and their folders, wherever these lie. */
final class Fingerprint {
    private Fingerprint() {}

    /** SHA-256 over the list, as text. */
    static String of(List<Sample> samples) {
        MessageDigest digest = Digests.sha256();
        for (Sample s : samples) {
            Path file = s.file();
            int names = file.getNameCount();
            String line = file.subpath(Math.max(0, names - 2), names) + "\0" + s.label() + "\n";
            digest.update(line.replace('\\', '/').getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
