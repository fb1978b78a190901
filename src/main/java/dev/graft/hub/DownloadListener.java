package dev.graft.hub;

/**
 * Is told how a download goes, on the thread that fetches. What it throws ends the download; what has come is kept for
 * the next one. A file that lies in the cache already is told nothing of.
 */
@FunctionalInterface
public interface DownloadListener {
    /**
     * Bytes have come.
     *
     * @param done bytes of the file that are here, those of earlier attempts included; it falls when a server cannot go on
     *     where the last attempt ended
     * @param total bytes of the whole file, -1 as long as it is unknown
     * @param resumedFrom bytes that were here before this attempt
     */
    void progress(long done, long total, long resumedFrom);

    /** The file is not in the cache and is about to be asked for; once a fetch. */
    default void starting(RemoteFile file) {}

    /** Another process or thread is fetching the file; this one waits for it. Once a fetch. */
    default void waiting(RemoteFile file) {}

    /** An attempt has failed and another follows; {@code why} is for people. */
    default void retrying(RemoteFile file, String why) {}
}
