package dev.graft.hub;

import java.io.IOException;
import java.nio.file.Path;

/** A file could not be fetched. The message says why, and how to bring it here by hand. */
public final class DownloadException extends IOException {
    private static final long serialVersionUID = 1;

    /** With what is wrong with the file at that place, empty where there is none. */
    DownloadException(RemoteFile file, Path target, String fault, IOException cause) {
        super(
                "download: " + file.name() + " could not be fetched (" + cause.getMessage() + ")"
                        + (fault.isEmpty() ? "" : "; the file there " + fault + ", and is not used")
                        + "; by hand: fetch "
                        + Addresses.whole(file.address()) + " with any tool, check that it has " + file.digest()
                        + ", and put it at " + target
                        + "; or give a file of your own instead (--weights FILE)",
                cause);
    }
}
