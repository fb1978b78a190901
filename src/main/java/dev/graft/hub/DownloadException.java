package dev.graft.hub;

import java.io.IOException;
import java.nio.file.Path;

/** A file could not be downloaded. The message says why, and how to download it by hand. */
public final class DownloadException extends IOException {
    private static final long serialVersionUID = 1;

    /** {@code fault} tells what is wrong with the file at {@code target}; empty if there is none. */
    DownloadException(RemoteFile file, Path target, String fault, IOException cause) {
        super(
                "download: " + file.name() + " could not be downloaded (" + cause.getMessage() + ")"
                        + (fault.isEmpty() ? "" : "; the existing file " + fault + " and is not used")
                        + "; by hand: download "
                        + Addresses.whole(file.address()) + " with any tool, check that it has " + file.digest()
                        + ", and put it at " + target
                        + "; or use a file of your own (--weights FILE)",
                cause);
    }
}
