package dev.graft.examples.shopfloor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The test's false alarms are as rare as it says, and it sees what has moved. */
class DriftTestTest {
    private static final int WIDTH = 8;
    private static final int CLASSES = 3;

    /** Features of classes that lie apart; each moved by {@code shift}. */
    private static float[][] rows(int[] classes, double shift, SplittableRandom random) {
        float[][] rows = new float[classes.length][WIDTH];
        for (int i = 0; i < rows.length; i++) {
            for (int f = 0; f < WIDTH; f++) rows[i][f] = (float) (random.nextGaussian() + shift);
            rows[i][classes[i]] += 6;
        }
        return rows;
    }

    private static int[] even(int pictures) {
        int[] classes = new int[pictures];
        for (int i = 0; i < pictures; i++) classes[i] = i % CLASSES;
        return classes;
    }

    private static double probability(int[] training, int[] batch, double shift, SplittableRandom random) {
        return DriftTest.probability(rows(training, 0, random), training, rows(batch, shift, random), batch);
    }

    @Test
    void sameSource_givesAlarmsAsRarelyAsStated_alsoWithOtherSharesOfTheClasses() {
        SplittableRandom random = new SplittableRandom(1);
        int[] mostlyOne = new int[12];
        mostlyOne[3] = 1;
        int tries = 150;
        int alarms = 0;
        int alarmsOfShares = 0;
        for (int i = 0; i < tries; i++) {
            if (probability(even(15), even(12), 0, random) <= 0.1) alarms++;
            if (probability(even(15), mostlyOne, 0, random) <= 0.1) alarmsOfShares++;
        }
        // 10% of 150 are 15, with a standard deviation of 3.7
        assertTrue(alarms <= 27 && alarms >= 4, alarms + " alarms");
        assertTrue(alarmsOfShares <= 27 && alarmsOfShares >= 4, alarmsOfShares + " alarms of other shares");
    }

    @Test
    void movedFeatures_areSeen() {
        SplittableRandom random = new SplittableRandom(2);
        int seen = 0;
        for (int i = 0; i < 20; i++) if (probability(even(24), even(12), 1, random) <= 0.01) seen++;
        assertTrue(seen >= 18, "seen " + seen + " times of 20");
    }

    @Test
    void classesThatDoNotOccurInBoth_giveNoNumber() {
        SplittableRandom random = new SplittableRandom(3);
        assertEquals(Double.NaN, probability(new int[] {0, 0, 0}, new int[] {1, 1, 1}, 0, random));
    }
}
