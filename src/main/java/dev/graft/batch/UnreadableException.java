package dev.graft.batch;

import java.io.IOException;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Some pictures of a data set cannot be read. The message has one line for each, with the reason. */
public final class UnreadableException extends IOException {
    private static final long serialVersionUID = 1L;

    private final TreeMap<String, String> pictures;

    /**
     * Makes the exception.
     *
     * @param pictures file to reason; the reason contains the file's name too
     * @param all number of pictures in the data set
     * @param more whether there may be more unreadable pictures that were not checked
     */
    UnreadableException(SortedMap<String, String> pictures, int all, boolean more) {
        super(message(pictures, all, more));
        this.pictures = new TreeMap<>(pictures);
    }

    private static String message(SortedMap<String, String> pictures, int all, boolean more) {
        StringBuilder text = new StringBuilder("data: " + (more ? "at least " : "") + pictures.size() + " of " + all
                + (all == 1 ? " picture" : " pictures")
                + " cannot be read; repair or remove them, or leave them out (Unreadable.SKIP)");
        pictures.values().forEach(why -> text.append("\n  ").append(why));
        return text.toString();
    }

    /** File to reason, sorted by file. */
    public SortedMap<String, String> pictures() {
        return Collections.unmodifiableSortedMap(pictures);
    }
}
