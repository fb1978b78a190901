package dev.graft.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which pictures are said to lie in the wrong class. */
class SuspectsTest {
    private static Event.OutOfFold cat(String name, String predicted, double own, double top) {
        return new Event.OutOfFold(Path.of(name), "cat", predicted, own, top);
    }

    private static List<Event.OutOfFold> right(int each) {
        List<Event.OutOfFold> all = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            all.add(new Event.OutOfFold(Path.of("c" + i), "cat", "cat", 0.9, 0.9));
            all.add(new Event.OutOfFold(Path.of("d" + i), "dog", "dog", 0.9, 0.9));
        }
        return all;
    }

    private static List<String> names(List<Event.OutOfFold> all, int most) {
        return Suspects.of(all, most).stream().map(o -> o.file().toString()).toList();
    }

    @Test
    void onlyThoseOfWhichTheHeadsAreSure_theLeastLikelyFirst() {
        List<Event.OutOfFold> all = right(30);
        all.add(cat("doubtful", "dog", 0.36, 0.47));
        all.add(cat("third", "dog", 0.25, 0.75));
        all.add(cat("sure", "dog", 0.2, 0.8));
        all.add(cat("surer", "dog", 0.01, 0.5));
        assertEquals(List.of("surer", "sure"), names(all, 100));
        assertEquals(List.of("surer"), names(all, 1));
    }

    @Test
    void noMoreThanTwenty() {
        List<Event.OutOfFold> all = right(60);
        for (int i = 0; i < 25; i++) all.add(cat("x" + i, "dog", 0.01, 0.99));
        assertEquals(20, names(all, 100).size());
    }

    @Test
    void noneOfHeadsThatAreNoBetterThanTheLargestClass() {
        List<Event.OutOfFold> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) all.add(cat("c" + i, i < 4 ? "cat" : "dog", i < 4 ? 0.9 : 0.1, 0.9));
        all.add(new Event.OutOfFold(Path.of("d0"), "dog", "dog", 0.9, 0.9));
        all.add(new Event.OutOfFold(Path.of("d1"), "dog", "dog", 0.9, 0.9));
        assertEquals(List.of(), names(all, 100), "6 of 8 are right, as cat always would be");
        assertEquals(List.of(), names(List.of(), 100));
    }
}
