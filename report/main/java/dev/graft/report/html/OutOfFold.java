package dev.graft.report.html;

import dev.graft.report.Suspects;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A training picture, judged by heads that were fitted without it: a line of {@code out-of-fold.csv}.
 *
 * @param probability of its own class, 0..1
 * @param predictedProbability of the most probable class, 0..1
 */
record OutOfFold(String file, String actual, String predicted, double probability, double predictedProbability)
        implements Suspects.Verdict {
    private static final List<String> HEADER = List.of("file", "actual", "predicted", "p(actual)", "p(predicted)");

    static List<OutOfFold> read(Path file) throws IOException {
        List<OutOfFold> all = new ArrayList<>();
        try (Table table = Table.open(file)) {
            table.requireHeader(HEADER);
            for (String[] row = table.next(); row != null; row = table.next())
                all.add(new OutOfFold(row[0], row[1], row[2], table.number(row, 3), table.number(row, 4)));
        }
        return all;
    }
}
