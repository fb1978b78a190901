package dev.graft.data.archive;

/**
 * The limits for an archive.
 *
 * @param entries the maximum number of entries, including folders
 * @param freeBytes the number of bytes that any archive may unpack to
 * @param ratio above {@code freeBytes}, the maximum number of unpacked bytes for each byte of the archive
 * @param nameLength the maximum length of an entry's name including folders, in characters
 * @param depth the maximum depth of folders
 */
record Limits(int entries, long freeBytes, int ratio, int nameLength, int depth) {
    /** Pictures are already compressed: a normal zip of them has a ratio of 1, a zip of drawn bitmaps has 100. */
    static final Limits STANDARD = new Limits(1_000_000, 256L << 20, 200, 1000, 32);

    long bytes(long archiveBytes) {
        return Math.max(freeBytes, ratio * archiveBytes);
    }
}
