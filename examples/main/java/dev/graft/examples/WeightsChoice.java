package dev.graft.examples;

import dev.graft.hub.CacheFolder;
import dev.graft.hub.KnownWeights;
import dev.graft.hub.RemoteFile;
import dev.graft.image.Preprocessing;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What {@code --weights} asks for: a file, or weights that Graft knows by name.
 *
 * @param file null for known weights, and where nothing was asked for
 * @param known null for a file, and where nothing was asked for
 */
record WeightsChoice(Path file, KnownWeights known) {
    /**
     * A file that is there wins over a name.
     *
     * @throws IOException when it is neither; the message lists names that come near
     */
    static WeightsChoice of(Path option) throws IOException {
        if (option == null || Files.exists(option)) {
            return new WeightsChoice(option, null);
        }
        try {
            return new WeightsChoice(null, KnownWeights.named(option.toString()));
        } catch (IllegalArgumentException e) {
            boolean name = option.toString().matches("\\w+"); // no folder, no ending
            throw new IOException(
                    "--weights: there is no file " + option + (name ? "; " + e.getMessage() : "; check the name"), e);
        }
    }

    /** The file, null where nothing was asked for; known weights are fetched into the user's cache unless they lie there. */
    Path fetch(PrintStream out) throws IOException {
        return known == null ? file : fetch(CacheFolder.standard(), out);
    }

    /** Known weights, fetched into that cache unless they lie there. */
    Path fetch(CacheFolder cache, PrintStream out) throws IOException {
        RemoteFile remote = known.file();
        if (cache.find(remote).isEmpty()) {
            out.println("fetching " + known + " from " + remote.address() + " into " + cache.folder());
            out.println("terms: " + known.terms());
            if (!remote.digest().isWhole()) {
                out.println("check: only the first " + remote.digest().hex().length()
                        + " digits of its SHA-256 are known to Graft; they are checked");
            }
        }
        try (DownloadBar bar = DownloadBar.onConsole(remote.name())) {
            Path fetched = cache.fetch(remote, bar);
            out.println("weights: " + known + ", " + fetched);
            return fetched;
        }
    }

    /** What the user chose, else what known weights were evaluated with, else the reference recipe's. */
    Preprocessing preprocessing(Preprocessing chosen) {
        if (chosen != null) {
            return chosen;
        }
        return known == null ? Preprocessing.standard() : known.preprocessing();
    }
}
