package dev.graft.data;

import java.util.ArrayList;
import java.util.List;

/** What is wrong in many places, told in one go. */
final class Problems {
    private static final int SHOWN = 50;

    private final List<String> first = new ArrayList<>();
    private long count;

    void add(String problem) {
        if (count++ < SHOWN) first.add(Names.printable(problem));
    }

    /**
     * Goes on where there are none.
     *
     * @param what in front of their number
     * @param remedy behind them
     */
    void refuse(String what, String remedy) throws DatasetException {
        if (count == 0) return;
        String rest = count > SHOWN ? "\n  ... and " + (count - SHOWN) + " more" : "";
        throw new DatasetException(what + ", " + count + (count == 1 ? " time" : " times") + " (" + remedy + "):\n  "
                + String.join("\n  ", first) + rest);
    }
}
