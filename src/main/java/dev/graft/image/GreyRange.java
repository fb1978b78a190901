package dev.graft.image;

import dev.graft.image.codec.Refusal;

/**
 * The values that become black and white; see {@link GreyScaling}.
 *
 * @param low this and smaller values become 0
 * @param high greater values become 255
 */
record GreyRange(double low, double high) {
    private static final double WHITE = 255;
    private static final double PERCENT = 100;

    /** The values at some places of a picture's sorted values. */
    interface Sorted {
        double[] at(int... ranks);
    }

    /**
     * Chooses the range for a picture.
     *
     * @param least the smallest value that can be stored; NaN if there is none
     * @param most the greatest value that can be stored; NaN if there is none
     * @param count the number of its values
     */
    static GreyRange of(GreyScaling scaling, double least, double most, int count, Sorted sorted) throws Refusal {
        if (scaling instanceof GreyScaling.Window w) return new GreyRange(w.low(), w.high());
        if (scaling instanceof GreyScaling.Percentile p) return percentiles(p, count, sorted);
        if (Double.isNaN(least))
            throw Refusal.of(
                    "has floats as values",
                    "integers where grey values are scaled by their full range",
                    "scale by a window or by percentiles");
        return new GreyRange(least, most);
    }

    /** NumPy's arithmetic, step by step: its linear interpolation begins at the nearer of the two values. */
    private static GreyRange percentiles(GreyScaling.Percentile p, int count, Sorted sorted) {
        double lowAt = p.low() / PERCENT * (count - 1);
        double highAt = p.high() / PERCENT * (count - 1);
        int below = (int) lowAt;
        int above = (int) highAt;
        double[] values = sorted.at(below, Math.min(below + 1, count - 1), above, Math.min(above + 1, count - 1));
        return new GreyRange(
                between(values[0], values[1], lowAt - below), between(values[2], values[3], highAt - above));
    }

    private static double between(double a, double b, double share) {
        double gap = b - a;
        return share < 0.5 ? a + gap * share : b - gap * (1 - share);
    }

    int toByte(double value) {
        if (value <= low) return 0;
        if (value > high) return (int) WHITE;
        return (int) Math.rint((value - low) / (high - low) * WHITE);
    }
}
