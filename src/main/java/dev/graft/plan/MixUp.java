package dev.graft.plan;

/**
 * Each picture becomes {@code share * itself + (1 - share) * the picture before it}, and its target too; the share of a
 * batch is drawn from Beta(alpha, alpha). torchvision's {@code v2.MixUp} (Zhang and others, "mixup: Beyond Empirical Risk
 * Minimization", 2018).
 *
 * @param alpha 0.001 to 1000; small ones mix little, 1 makes all shares as likely
 */
public record MixUp(double alpha) implements Mixing {
    /** torchvision's alpha. */
    public static final MixUp STANDARD = new MixUp(1);

    private static final double LEAST = 1e-3;
    private static final double MOST = 1e3;

    /** Checks the range. */
    public MixUp {
        requireAlpha("mixup", alpha);
    }

    static void requireAlpha(String what, double alpha) {
        if (!(alpha >= LEAST && alpha <= MOST))
            throw new IllegalArgumentException(what + " alpha must be between 0.001 and 1000, was " + alpha);
    }
}
