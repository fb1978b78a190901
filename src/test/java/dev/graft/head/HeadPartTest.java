package dev.graft.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.torch.NativeScope;
import dev.graft.torch.Threads;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Where there are too many pictures, a part of them tries the settings. */
class HeadPartTest {
    @BeforeAll
    static void oneThread() {
        Threads.set(1);
    }

    /** Two of each class: a part of each class alone would have none that a fold can judge. */
    @Test
    void fit_partThatTries_hasPicturesToJudge_ofEachClass() {
        try (NativeScope scope = NativeScope.open()) {
            HeadData data = HeadFitterTest.drawn(60, 30, 2, 1, i -> i % 30);
            HeadFitter fitter = new HeadFitter(5, 1, 20);
            for (int count : fitter.some(data).counts()) assertEquals(2, count);
            FittedHead fitted = fitter.fit(data).orElseThrow();
            for (Trial t : fitted.choice().tried())
                assertTrue(Double.isFinite(t.loss().value() + t.temperature()), t.toString());
            Trial first = fitted.choice().tried().get(0);
            Trial chosen = fitted.choice().tried().get(fitted.choice().chosen());
            assertTrue(chosen.setting().penalty() < first.setting().penalty(), chosen.toString());
        }
    }

    @Test
    void isLess_notANumber_neverWins() {
        assertTrue(HeadSearch.isLess(1, Double.NaN) && !HeadSearch.isLess(Double.NaN, 1));
        assertTrue(HeadSearch.isLess(1, 2) && !HeadSearch.isLess(2, 1) && !HeadSearch.isLess(1, 1));
    }

    @Test
    void some_pictures_areAboutAsManyAsMayTry_ofAllClasses() {
        try (NativeScope scope = NativeScope.open()) {
            HeadFitter fitter = new HeadFitter(5, 1, 100);
            HeadData oneMore = HeadFitterTest.drawn(101, 2, 1, 1, i -> i % 2);
            assertEquals(100, fitter.some(oneMore).pictures(), 1);
            HeadData unequal = HeadFitterTest.drawn(1000, 3, 1, 1, i -> i == 0 ? 2 : i < 10 ? 1 : 0);
            assertArrayEquals(new int[] {99, 5, 1}, fitter.some(unequal).counts());
        }
    }
}
