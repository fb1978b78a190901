package dev.graft.batch;

import java.io.IOException;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Some pictures of a data set cannot be read; the message names each with its reason, on a line of its own. */
public final class UnreadableException extends IOException {
    private static final long serialVersionUID = 1L;

    private final TreeMap<String, String> pictures;

    /**
     * Tells of them.
     *
     * @param pictures file to reason, which names the file too
     * @param all of the data set
     * @param more whether there may be others, after the last that was looked at
     */
    UnreadableException(SortedMap<String, String> pictures, int all, boolean more) {
        super(message(pictures, all, more));
        this.pictures = new TreeMap<>(pictures);
    }

    private static String message(SortedMap<String, String> pictures, int all, boolean more) {
        StringBuilder text = new StringBuilder("data: " + (more ? "at least " : "") + pictures.size() + " of " + all
                + (all == 1 ? " picture" : " pictures")
                + " cannot be read; mend or remove them, or leave them out (Unreadable.SKIP)");
        pictures.values().forEach(why -> text.append("\n  ").append(why));
        return text.toString();
    }

    /** File to reason, by name. */
    public SortedMap<String, String> pictures() {
        return Collections.unmodifiableSortedMap(pictures);
    }
}
