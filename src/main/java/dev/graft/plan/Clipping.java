package dev.graft.plan;

/**
 * What happens to gradients that are too large, before the optimizer's step: first the limit for each number, as {@code
 * torch.nn.utils.clip_grad_value_}, then the limit for the norm of all gradients together, as {@code
 * torch.nn.utils.clip_grad_norm_} with the Euclidean norm.
 *
 * @param value the largest absolute value of a number; 0 for no limit
 * @param norm the largest norm; 0 for no limit
 */
public record Clipping(double value, double norm) {
    /** Gradients stay as they are. */
    public static final Clipping NONE = new Clipping(0, 0);

    /** Checks the ranges. */
    public Clipping {
        requireLimit("value", value);
        requireLimit("norm", norm);
    }

    private static void requireLimit(String of, double most) {
        if (most > Float.MAX_VALUE && Double.isFinite(most))
            throw new IllegalArgumentException("plan: the limit of clipping by " + of
                    + " must be below 3.4e38, LibTorch's largest number, was " + most);
        if (!(most >= 0 && most <= Float.MAX_VALUE))
            throw new IllegalArgumentException(
                    "plan: the limit of clipping by " + of + " must be 0 (no limit) or greater, was " + most);
    }

    /** A limit for the norm of all gradients together. */
    public static Clipping norm(double most) {
        return new Clipping(0, most);
    }

    /** A limit for the absolute value of each number. */
    public static Clipping value(double most) {
        return new Clipping(most, 0);
    }
}
