package dev.graft.hub;

/**
 * Receives the progress of a download, on the downloading thread. An exception ends the download; the bytes received
 * are kept for the next one. It is not called for a file that is already in the cache.
 */
@FunctionalInterface
public interface DownloadListener {
    /**
     * Bytes were received.
     *
     * @param done bytes of the file received so far, with those of earlier attempts; it becomes smaller if a server
     *     cannot continue where the last attempt ended
     * @param total bytes of the whole file; -1 if unknown
     * @param resumedFrom bytes that were already there before this attempt
     */
    void progress(long done, long total, long resumedFrom);

    /** The file is not in the cache and will be requested; called once per download. */
    default void starting(RemoteFile file) {}

    /** Another process or thread is downloading the file; this one waits. Called once per download. */
    default void waiting(RemoteFile file) {}

    /** An attempt has failed and another one follows; {@code why} is a text for the user. */
    default void retrying(RemoteFile file, String why) {}
}
