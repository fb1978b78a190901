package dev.graft.data;

import java.util.ArrayList;
import java.util.List;

/** Collects problems, to report them all in one message. */
final class Problems {
    private static final int SHOWN = 50;

    private final List<String> first = new ArrayList<>();
    private long count;

    void add(String problem) {
        if (count++ < SHOWN) first.add(Names.printable(problem));
    }

    /**
     * Does nothing if there are no problems, else throws.
     *
     * @param what the text before the number of problems
     * @param remedy the text after them
     */
    void refuse(String what, String remedy) throws DatasetException {
        if (count == 0) return;
        String rest = count > SHOWN ? "\n  ... and " + (count - SHOWN) + " more" : "";
        throw new DatasetException(what + ", " + count + (count == 1 ? " time" : " times") + " (" + remedy + "):\n  "
                + String.join("\n  ", first) + rest);
    }
}
