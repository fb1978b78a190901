package dev.graft.examples.video;

/**
 * Takes n frames a second by their timestamps, so that it does not matter how many a source gives, and whether at regular times. The
 * times to take one at lie on a grid: a frame that comes late does not delay those after it.
 */
final class Sampler {
    private final double periodMicros;
    private double due = Double.NEGATIVE_INFINITY;

    /** @param perSecond above 0; infinite for each frame */
    Sampler(double perSecond) {
        periodMicros = 1e6 / perSecond;
    }

    /** Whether to take the frame of this time. Times never go back. */
    boolean takes(long atMicros) {
        if (atMicros < due) return false;
        if (due == Double.NEGATIVE_INFINITY) due = atMicros;
        due += periodMicros * (Math.floor((atMicros - due) / Math.max(periodMicros, 1)) + 1);
        return true;
    }
}
