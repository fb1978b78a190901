package dev.graft.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.head.HeadChoice;
import dev.graft.head.Trial;
import dev.graft.head.Weighting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What the console says of the heads that were tried. */
class HeadTableTest {
    private static final String WORSE = "head: by accuracy it does no better than these rules";

    /** @param few pictures of the other class; one cat is sure to be a dog */
    private static List<String> told(int many, int few, double accuracy, double nearestMean) {
        Trial trial = new Trial(
                new Trial.Setting(8, Weighting.EQUAL, false),
                1,
                new Trial.Estimate(0.3, 0.1),
                new Trial.Estimate(accuracy, 0.1),
                0.5);
        List<Event.OutOfFold> pictures = new ArrayList<>();
        for (int i = 0; i < many + few; i++) {
            String c = i < many ? "cat" : "dog";
            pictures.add(
                    i == 0
                            ? new Event.OutOfFold(Path.of("0"), c, "dog", 0.01, 0.99)
                            : new Event.OutOfFold(Path.of("" + i), c, c, 0.9, 0.9));
        }
        double majority = many / (double) (many + few);
        List<String> lines = new ArrayList<>();
        new HeadTable(lines::add, UnaryOperator.identity())
                .tell(new Event.HeadFitted(
                        1,
                        new HeadChoice(List.of(trial), 0, 5, 1, nearestMean, majority, List.of()),
                        List.of(),
                        pictures,
                        1));
        return lines;
    }

    private static int line(List<String> lines, String words) {
        for (int i = 0; i < lines.size(); i++) if (lines.get(i).contains(words)) return i;
        return -1;
    }

    @Test
    void noBetter_isSaidBehindBothRules_andNamesNoSuspects() {
        List<String> lines = told(6, 6, 0.6, 0.7);
        assertEquals(line(lines, "the largest class always") + 1, line(lines, WORSE), lines::toString);
        assertTrue(line(lines, "the class whose mean is nearest") < line(lines, WORSE));
        assertEquals(-1, line(lines, "wrong class"), lines::toString);
        assertEquals(-1, line(lines, "balanced accuracy"), lines::toString);
    }

    @Test
    void asGoodAsTheNearestMean_isGood() {
        List<String> lines = told(6, 6, 0.9, 0.9);
        assertEquals(-1, line(lines, WORSE), lines::toString);
        assertTrue(line(lines, "wrong class") > 0, lines::toString);
    }

    @Test
    void unequalClasses_tellTheBalancedAccuracy_andWhichPicturesToAdd() {
        List<String> lines = told(60, 2, 60 / 62.0, 0.9);
        assertTrue(lines.get(line(lines, "balanced accuracy of the chosen")).contains("50.00%"), lines::toString);
        assertTrue(lines.get(line(lines, WORSE)).contains("more pictures, above all of dog (2 now), or other weights"));
    }
}
