package dev.graft.plan;

import java.util.Objects;

/**
 * Learning rates that rise from a low value to the planned one and then fall to almost 0, step by step over the whole phase (Smith and
 * Topin, "Super-Convergence", 2018); PyTorch's {@code OneCycleLR} with {@code cycle_momentum=False}: only the learning rate has a cycle,
 * the momentum stays as it is. A group's planned learning rate is the highest.
 *
 * @param rise the part of the steps in which they rise, above 0 and below 1; with three phases at most 0.5
 * @param startDivisor the first learning rate is the planned one divided by this, at least 1
 * @param endDivisor the last learning rate is the first one divided by this, at least 1
 * @param curve along which they rise and fall
 * @param threePhases whether they fall to the first value in as many steps as they rose, and then from there to the last; otherwise they
 *     fall directly to the last
 */
public record OneCycle(double rise, double startDivisor, double endDivisor, Curve curve, boolean threePhases)
        implements Schedule {
    /** PyTorch's defaults: rise 0.3, divisors 25 and 10000, a cosine, two phases. */
    public static final OneCycle STANDARD = new OneCycle(0.3, 25, 1e4, Curve.COSINE, false);

    /** How learning rates go from one value to another. */
    public enum Curve {
        /** Half a cosine. */
        COSINE,
        /** A line. */
        LINEAR
    }

    /** Checks the ranges. */
    public OneCycle {
        Objects.requireNonNull(curve, "curve");
        double most = threePhases ? 0.5 : 1;
        if (!(rise > 0 && (rise < 1 && rise <= most)))
            throw new IllegalArgumentException(
                    "rise must be above 0 and below 1, with three phases at most 0.5, was " + rise);
        requireDivisor("start divisor", startDivisor);
        requireDivisor("end divisor", endDivisor);
    }

    private static void requireDivisor(String what, double value) {
        if (!(value >= 1 && Double.isFinite(value)))
            throw new IllegalArgumentException(what + " must be at least 1, was " + value);
    }

    @Override
    public double factor(At at) {
        double first = 1 / startDivisor;
        double last = first / endDivisor;
        double top = rise * at.steps() - 1;
        double end = at.steps() - 1.0;
        if (at.step() <= top) return between(first, 1, part(at.step(), 0, top));
        if (!threePhases) return between(1, last, part(at.step(), top, end));
        double down = 2 * rise * at.steps() - 2;
        if (at.step() <= down) return between(1, first, part(at.step(), top, down));
        return between(first, last, part(at.step(), down, end));
    }

    private static double part(double step, double begin, double end) {
        return end > begin ? Math.min(1, (step - begin) / (end - begin)) : 1;
    }

    private double between(double from, double to, double part) {
        return curve == Curve.LINEAR
                ? from + (to - from) * part
                : to + (from - to) / 2 * (Math.cos(Math.PI * part) + 1);
    }

    @Override
    public boolean dependsOnLength() {
        return true;
    }
}
