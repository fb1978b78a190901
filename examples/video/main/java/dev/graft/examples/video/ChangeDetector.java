package dev.graft.examples.video;

import java.util.Optional;

/**
 * Tells when the class of a video changes. A class comes when its probability has stayed at {@code enter} or above for the time and the
 * number of frames to hold. It goes, to another class or to none, under the same rule: to none when its probability has stayed below
 * {@code leave}. Between the two it stays what it was (hysteresis), so a probability that swings around one number changes nothing.
 */
final class ChangeDetector {
    /** What is shown is none of the classes for sure. */
    static final int UNSURE = -1;

    /**
     * When a class comes and goes.
     *
     * @param enter 0.5..1, so that no two classes reach it at once
     * @param leave 0..enter
     * @param holdSeconds at least 0
     * @param holdFrames at least 1, counting the first
     */
    record Rule(double enter, double leave, double holdSeconds, int holdFrames) {
        Rule {
            if (!(enter > 0.5 && enter <= 1))
                throw new IllegalArgumentException("enter must be above 0.5 and at most 1, was " + enter);
            if (!(leave >= 0 && leave <= enter))
                throw new IllegalArgumentException("leave must be 0 to enter (" + enter + "), was " + leave);
            if (!(holdSeconds >= 0 && holdFrames >= 1))
                throw new IllegalArgumentException(
                        "hold must be at least 0 seconds and 1 frame, was " + holdSeconds + " and " + holdFrames);
        }
    }

    /**
     * A change.
     *
     * @param from the class before, or {@link #UNSURE}
     * @param to the class now, or {@link #UNSURE}
     * @param sinceMicros the time of the first frame that showed it
     */
    record Change(int from, int to, long sinceMicros) {}

    private final Rule rule;
    private int current = UNSURE;
    private int candidate = UNSURE;
    private long since;
    private int frames;

    ChangeDetector(Rule rule) {
        this.rule = rule;
    }

    /** The class now, or {@link #UNSURE}. */
    int current() {
        return current;
    }

    /** Sees a frame. */
    Optional<Change> see(long atMicros, double[] probabilities) {
        int wanted = wanted(probabilities);
        if (wanted == current) {
            candidate = current;
            return Optional.empty();
        }
        if (wanted != candidate) {
            candidate = wanted;
            since = atMicros;
            frames = 0;
        }
        frames++;
        if (frames < rule.holdFrames || atMicros - since < 1e6 * rule.holdSeconds) return Optional.empty();
        Change change = new Change(current, wanted, since);
        current = wanted;
        return Optional.of(change);
    }

    private int wanted(double[] probabilities) {
        for (int c = 0; c < probabilities.length; c++) if (probabilities[c] >= rule.enter) return c;
        return current != UNSURE && probabilities[current] < rule.leave ? UNSURE : current;
    }
}
