package dev.graft.data.archive;

/**
 * What an archive may hold.
 *
 * @param entries how many, folders counted
 * @param freeBytes how much may come out of any archive
 * @param ratio how many bytes may come out for each byte of it, where more than {@code freeBytes} comes
 * @param nameLength of an entry, with its folders, in characters
 * @param depth of folders
 */
record Limits(int entries, long freeBytes, int ratio, int nameLength, int depth) {
    /** Pictures are compressed already: a good zip of them has a ratio of 1, one of drawn bitmaps 100. */
    static final Limits STANDARD = new Limits(1_000_000, 256L << 20, 200, 1000, 32);

    long bytes(long archiveBytes) {
        return Math.max(freeBytes, ratio * archiveBytes);
    }
}
